"""Who an actor is: trust, site, kind and id, in every key, topic and row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of actor that a shard can house."""

    DEVICE = "device"
    CLASSROOM = "classroom"
    REGISTER = "register"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The identity of one actor. `str` and `parse` are inverse; no part may hold a slash."""

    trust: str
    site: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.trust}/{self.site}/{self.kind.value}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key written as `text`; raises `ValueError`."""
        trust, site, kind, id_ = text.split("/")
        return cls(trust, site, Kind(kind), id_)


def lesson_topic(trust: str, site: str, lesson: str) -> str:
    """The topic under which everything about one lesson is published."""
    return f"{trust}/{site}/lesson/{lesson}"
