"""Who may do what: the one table, asked by every route, socket and actor method.

A `Principal` is a person who signed on; its grants say which role it holds at which site
(`ALL_SITES`: at every site of the trust). A principal of one trust may do nothing in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ALL_SITES = "*"


class Role(StrEnum):
    """What a person is at a site."""

    TRUST_ADMIN = "trust_admin"
    SITE_ADMIN = "site_admin"
    TEACHER = "teacher"
    TECHNICIAN = "technician"


class Action(StrEnum):
    """What a person may ask for."""

    LIST_CLASSES = "list_classes"
    EDIT_CLASSES = "edit_classes"
    START_LESSON = "start_lesson"
    JOIN_LESSON = "join_lesson"
    END_LESSON = "end_lesson"
    FOLLOW_LESSON = "follow_lesson"
    VIEW_SCREEN = "view_screen"
    CONTROL_SCREEN = "control_screen"
    LOCK_SCREENS = "lock_screens"
    LIST_DEVICES = "list_devices"
    ENROL_DEVICES = "enrol_devices"
    MANAGE_PEOPLE = "manage_people"
    READ_DEVICE_EVENTS = "read_device_events"
    READ_AUDIT = "read_audit"
    SEE_TRUST = "see_trust"
    SEE_STATUS = "see_status"


_LESSON_ACTIONS = frozenset(
    {
        Action.END_LESSON,
        Action.FOLLOW_LESSON,
        Action.VIEW_SCREEN,
        Action.CONTROL_SCREEN,
        Action.LOCK_SCREENS,
    }
)
"""Allowed only to the teachers of the running lesson: nobody looks at a screen by rank alone."""

_TABLE: dict[Role, frozenset[Action]] = {
    Role.TEACHER: frozenset(
        {
            Action.LIST_CLASSES,
            Action.EDIT_CLASSES,
            Action.START_LESSON,
            Action.JOIN_LESSON,
            Action.LIST_DEVICES,
            *_LESSON_ACTIONS,
        }
    ),
    Role.SITE_ADMIN: frozenset(
        {
            Action.LIST_CLASSES,
            Action.EDIT_CLASSES,
            Action.LIST_DEVICES,
            Action.ENROL_DEVICES,
            Action.MANAGE_PEOPLE,
            Action.READ_DEVICE_EVENTS,
            Action.READ_AUDIT,
            Action.SEE_TRUST,
        }
    ),
    Role.TRUST_ADMIN: frozenset(
        {
            Action.LIST_CLASSES,
            Action.EDIT_CLASSES,
            Action.LIST_DEVICES,
            Action.ENROL_DEVICES,
            Action.MANAGE_PEOPLE,
            Action.READ_DEVICE_EVENTS,
            Action.READ_AUDIT,
            Action.SEE_TRUST,
            Action.SEE_STATUS,
        }
    ),
    Role.TECHNICIAN: frozenset(
        {
            Action.LIST_DEVICES,
            Action.ENROL_DEVICES,
            Action.READ_DEVICE_EVENTS,
            Action.SEE_STATUS,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one site, or at all of the trust's."""

    role: Role
    site: str = ALL_SITES


@dataclass(frozen=True, slots=True)
class Principal:
    """A person who signed on."""

    person: str
    name: str
    trust: str
    grants: tuple[Grant, ...]

    def sites(self, action: Action) -> frozenset[str]:
        """Sites where the action is in one of this person's roles; may hold `ALL_SITES`."""
        return frozenset(grant.site for grant in self.grants if action in _TABLE[grant.role])


def may(
    principal: Principal,
    action: Action,
    *,
    trust: str,
    site: str,
    teachers: frozenset[str] | None = None,
) -> bool:
    """Whether the action is allowed at this site.

    `teachers` are the persons who run the lesson in question; without them every action that
    needs a lesson is refused.
    """
    if principal.trust != trust:
        return False
    if action in _LESSON_ACTIONS and principal.person not in (teachers or frozenset()):
        return False
    sites = principal.sites(action)
    return site in sites or ALL_SITES in sites
