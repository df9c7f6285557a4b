"""Shapes of load, as data: TOML files in `catalogue/`, and files of whoever runs a test."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

CATALOGUE = Path(__file__).parent / "catalogue"

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Rate = Annotated[float, Meta(ge=0, le=50)]
Time = Annotated[float, Meta(ge=0, le=86_400)]


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages a second of each device, by kind. `user` and `event` have to reach the database."""

    window: Rate = 0.0
    """The active window changed: what a watching teacher sees, and the ledger counts."""
    presence: Rate = 0.0
    user: Rate = 0.0
    event: Rate = 0.0

    @property
    def total(self) -> float:
        """All of them."""
        return self.window + self.presence + self.user + self.event


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happens `at_s` into the window, spread evenly over `spread_s`.

    `lock` and `unlock`: every teacher, all lessons. `break`: the connections of a `share` of the
    devices are cut; they come back as agents do. `sign_on`: a pupil signs on at each device.
    `wall`: every teacher asks for JPEG pictures of the class, each `pictures_ms`.
    """

    do: Literal["lock", "unlock", "break", "sign_on", "wall"]
    at_s: Time = 0.0
    spread_s: Time = 0.0
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0
    pictures_ms: Annotated[int, Meta(ge=100, le=60_000)] = 2000


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shape of load. Raises `ValueError` when it makes no sense."""

    name: str
    about: str
    devices: Count = 300
    sites: Count = 1
    """Schools among which devices and classes are dealt."""
    class_size: Annotated[int, Meta(ge=1, le=2000)] = 30
    watched: Annotated[int, Meta(ge=1)] | None = None
    """Devices in running lessons, the first ones of the school; None: all of them."""
    teachers: Annotated[int, Meta(ge=1)] | None = None
    """Watching consoles; None: one for each class."""
    lessons: bool = True
    """Whether anybody teaches."""
    lessons_within_s: Time = 0.0
    """0: lessons run before the first device connects; else they begin spread over so much of
    the window."""
    arrive_within_s: Time | None = None
    """Time over which all devices begin to connect (0: at one instant); None: 200 a second,
    which is no storm."""
    seconds: Annotated[float, Meta(gt=0, le=86_400)] = 30.0
    """Length of the window in which everything is measured."""
    rates: Rates = Rates(window=0.5)
    think: Literal["even", "random"] = "even"
    """Between two messages of a device: always the same time, or as chance has it (Poisson)."""
    curve: tuple[Annotated[float, Meta(ge=0, le=50)], ...] = (1.0,)
    """Factors on the rates, each for an equal part of the window."""
    acts: tuple[Act, ...] = ()
    tls: bool = False
    """Whether the hub that the run starts speaks TLS, with a certificate made for it."""

    def __post_init__(self) -> None:
        if self.watched is not None and self.watched > self.devices:
            raise ValueError(f"watched must be 1 to {self.devices}, the number of devices")
        if self.teachers is not None and self.teachers > self.classes:
            raise ValueError(f"teachers must be 1 to {self.classes}, the number of classes")
        if self.sites > self.devices:
            raise ValueError(f"sites must be 1 to {self.devices}, the number of devices")
        late = [act.do for act in self.acts if act.at_s >= self.seconds]
        if late:
            raise ValueError(f"these acts must be within the window: {', '.join(late)}")
        if not self.curve:
            raise ValueError("the curve must have at least one factor")

    @property
    def classes(self) -> int:
        """Classes that hold the watched devices; the last one may be smaller."""
        return -(-self.in_lessons // self.class_size)

    @property
    def in_lessons(self) -> int:
        """Devices that a teacher watches. A class is watched whole or not at all."""
        if not self.lessons:
            return 0
        wanted = self.devices if self.watched is None else self.watched
        return min(self.devices, -(-wanted // self.class_size) * self.class_size)

    @property
    def consoles(self) -> int:
        """Teachers who watch; the classes are dealt among them."""
        return self.classes if self.teachers is None else self.teachers

    @property
    def arrival_s(self) -> float:
        """Time over which the devices begin to connect."""
        if self.arrive_within_s is None:
            return self.devices / 200
        return self.arrive_within_s

    def with_(self, changes: Mapping[str, object]) -> Profile:
        """The profile with some fields changed and all checked; raises `ValueError`."""
        fields = msgspec.to_builtins(self) | msgspec.to_builtins(dict(changes))
        try:
            return msgspec.convert(fields, Profile)
        except msgspec.ValidationError as error:
            raise ValueError(f"profile {self.name}: {error}") from None


def names() -> list[str]:
    """The profiles of the catalogue."""
    return sorted(path.stem for path in CATALOGUE.glob("*.toml"))


def read_profile(name: str) -> Profile:
    """A profile of the catalogue by name, or of a TOML file by path.

    Raises `ValueError` with what is wrong, `OSError` when the file cannot be read.
    """
    path = CATALOGUE / f"{name}.toml" if name in names() else Path(name)
    if path.suffix != ".toml":
        raise ValueError(f"{name!r} is no profile: give a TOML file or one of {', '.join(names())}")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert({"name": path.stem} | found, Profile)
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"profile {name}: {error}") from None


CALL_DEVICES = 100
"""Devices of the baseline with one Ray call for each message: more would drown it."""
CALL_MESSAGES_PER_S = 200.0
"""Its messages a second in all; cost is counted for each message, so a light load is enough."""
BASELINE_SECONDS = 20.0
"""Longest window of a baseline."""
