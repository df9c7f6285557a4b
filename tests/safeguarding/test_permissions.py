from itertools import product

import pytest

from safeguarding.permissions import ALL_SITES, Action, Grant, Principal, Role, may

LESSON_ACTIONS = {
    Action.END_LESSON,
    Action.FOLLOW_LESSON,
    Action.VIEW_SCREEN,
    Action.CONTROL_SCREEN,
    Action.LOCK_SCREENS,
}
ADMIN_ACTIONS = {
    Action.LIST_CLASSES,
    Action.EDIT_CLASSES,
    Action.LIST_DEVICES,
    Action.ENROL_DEVICES,
    Action.MANAGE_PEOPLE,
    Action.READ_DEVICE_EVENTS,
    Action.READ_AUDIT,
    Action.SEE_TRUST,
}
EXPECTED = {
    Role.TEACHER: LESSON_ACTIONS
    | {
        Action.LIST_CLASSES,
        Action.EDIT_CLASSES,
        Action.START_LESSON,
        Action.JOIN_LESSON,
        Action.LIST_DEVICES,
    },
    Role.SITE_ADMIN: ADMIN_ACTIONS,
    Role.TRUST_ADMIN: ADMIN_ACTIONS | {Action.SEE_STATUS},
    Role.TECHNICIAN: {
        Action.LIST_DEVICES,
        Action.ENROL_DEVICES,
        Action.READ_DEVICE_EVENTS,
        Action.SEE_STATUS,
    },
}


def person(*grants: Grant, trust: str = "oak") -> Principal:
    return Principal("p1", "Ada", trust, grants)


@pytest.mark.parametrize(("role", "action"), [*product(Role, Action)])
def test_each_role_may_do_exactly_what_it_is_for(role: Role, action: Action) -> None:
    teachers = frozenset({"p1"})
    for grant in (Grant(role, "hill"), Grant(role, ALL_SITES)):
        allowed = may(person(grant), action, trust="oak", site="hill", teachers=teachers)
        assert allowed is (action in EXPECTED[role])


@pytest.mark.parametrize(("role", "action"), [*product(Role, Action)])
def test_a_role_at_one_site_is_nothing_at_another_site_or_trust(role: Role, action: Action) -> None:
    teachers = frozenset({"p1"})
    here = person(Grant(role, "hill"))
    assert not may(here, action, trust="oak", site="dale", teachers=teachers)
    for grant in (Grant(role, "hill"), Grant(role, ALL_SITES)):
        assert not may(person(grant), action, trust="elm", site="hill", teachers=teachers)


@pytest.mark.parametrize(("role", "action"), [*product(Role, sorted(LESSON_ACTIONS))])
def test_nobody_looks_at_a_screen_by_rank_alone(role: Role, action: Action) -> None:
    highest = person(*(Grant(each, ALL_SITES) for each in Role))
    for teachers in (None, frozenset[str](), frozenset({"p2"})):
        assert not may(highest, action, trust="oak", site="hill", teachers=teachers)
        only = person(Grant(role))
        assert not may(only, action, trust="oak", site="hill", teachers=teachers)


def test_a_person_without_roles_may_do_nothing() -> None:
    for action in Action:
        assert not may(person(), action, trust="oak", site="hill", teachers=frozenset({"p1"}))


def test_roles_at_several_sites_add_up() -> None:
    both = person(Grant(Role.TEACHER, "hill"), Grant(Role.TECHNICIAN, "dale"))
    assert both.sites(Action.LIST_DEVICES) == {"hill", "dale"}
    assert both.sites(Action.START_LESSON) == {"hill"}
    assert both.sites(Action.MANAGE_PEOPLE) == frozenset()
    assert may(both, Action.LIST_DEVICES, trust="oak", site="dale")
    assert not may(both, Action.START_LESSON, trust="oak", site="dale")


def test_a_site_named_like_the_mark_for_all_sites_gives_no_more() -> None:
    here = person(Grant(Role.TEACHER, "hill"))
    assert not may(here, Action.LIST_CLASSES, trust="oak", site=ALL_SITES)
