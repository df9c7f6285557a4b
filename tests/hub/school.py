"""Two trusts with twin schools, a desk that runs their lessons, and browsers that ask the hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import httpx
from starlette.applications import Starlette

from actors.ports import DirectoryEntry, SiteSummary
from hub.context import HubContext, Readiness
from hub.errors import exception_handlers
from hub.lessons import LessonRefused
from hub.passwords import HashCost, Passwords
from hub.protection import protection
from hub.routes import build_routes
from hub.settings import Settings
from safeguarding.permissions import Grant, Principal, Role
from store.classes import ClassMember, save_class
from store.devices import DeviceRow, enrol_devices
from store.engine import Store
from store.lessons import (
    LessonEnded,
    LessonStarted,
    StoredLesson,
    TeachersChanged,
    running_lesson,
)
from store.people import add_person, set_password, set_roles
from store.sites import add_site, add_trust, new_id
from store.writing import write_records

NOW_MS = 1_800_000_000_000
PASSWORD = "correct horse battery"
ORIGIN = "http://127.0.0.1:8750"
CHEAP = HashCost(passes=1, memory_kib=8, lanes=1)


@dataclass
class Clock:
    """A wall clock that the test moves."""

    ms: int = NOW_MS

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Desk:
    """A lesson desk without actors: it keeps the same promises, straight on the store."""

    store: Store
    clock: Clock
    connected: list[DirectoryEntry] = field(default_factory=list)
    standing: dict[str, SiteSummary] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    refusal: Exception | None = None

    async def start(
        self,
        principal: Principal,
        site: str,
        class_id: str,
        class_name: str,
        devices: tuple[str, ...],
        pupils: tuple[str, ...],
    ) -> str:
        self._note("start", site, class_id, *devices, *pupils)
        lesson = StoredLesson(
            trust=principal.trust,
            site=site,
            id=new_id(),
            class_id=class_id,
            class_name=class_name,
            devices=devices,
            pupils=pupils,
            teachers=((principal.person, principal.name),),
            started_at_ms=self.clock.ms,
            locks=(),
        )
        write_records(self.store, [LessonStarted(lesson)])
        return lesson.id

    async def join(self, principal: Principal, site: str, lesson: str) -> None:
        self._note("join", site, lesson)
        found = self._find(principal, site, lesson)
        me = principal.person, principal.name
        if me not in found.teachers:
            self._write_teachers(found, (*found.teachers, me))

    async def leave(self, principal: Principal, site: str, lesson: str) -> None:
        self._note("leave", site, lesson)
        found = self._find(principal, site, lesson)
        rest = tuple(row for row in found.teachers if row[0] != principal.person)
        self._write_teachers(found, rest)
        if not rest:
            await self.end(principal, site, lesson)

    async def end(self, principal: Principal, site: str, lesson: str) -> None:
        self._note("end", site, lesson)
        write_records(self.store, [LessonEnded(principal.trust, site, lesson, self.clock.ms)])

    async def directory(self, trust: str, site: str) -> Sequence[DirectoryEntry]:
        self._note("directory", trust, site)
        return self.connected

    async def summaries(self, trust: str, sites: Sequence[str]) -> dict[str, SiteSummary | None]:
        self._note("summaries", trust, *sites)
        return {site: self.standing.get(site) for site in sites}

    def _note(self, *what: str) -> None:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal

    def _find(self, principal: Principal, site: str, lesson: str) -> StoredLesson:
        found = running_lesson(self.store, principal.trust, site, lesson)
        if found is None:
            raise LessonRefused("invalid", "no such lesson")
        return found

    def _write_teachers(self, lesson: StoredLesson, teachers: tuple[tuple[str, str], ...]) -> None:
        write_records(self.store, [TeachersChanged(lesson.trust, lesson.site, lesson.id, teachers)])


@dataclass
class School:
    """A hub with its parts in reach."""

    context: HubContext
    desk: Desk
    clock: Clock
    rights_changed: list[tuple[str, str]]
    readiness: Readiness = field(default_factory=lambda: Readiness(True))

    @classmethod
    def open(cls, store: Store, settings: Settings) -> School:
        """A hub on this store, without sockets."""
        clock = Clock()
        desk = Desk(store, clock)

        async def readiness() -> Readiness:
            return school.readiness

        rights_changed: list[tuple[str, str]] = []
        context = HubContext(
            settings=settings,
            store=store,
            lesson_desk=desk,
            now_ms=clock.now_ms,
            readiness=readiness,
            on_rights_changed=lambda trust, person: rights_changed.append((trust, person)),
            passwords=Passwords(CHEAP),
        )
        school = cls(context, desk, clock, rights_changed)
        return school

    def with_settings(self, settings: Settings) -> School:
        """The same school behind other settings."""
        return replace(self, context=replace(self.context, settings=settings))

    def app(self) -> Starlette:
        """The application as the hub composes it, without sockets."""
        return Starlette(
            routes=build_routes(self.context),
            middleware=protection(self.context.settings),
            exception_handlers=exception_handlers(),
        )

    def browser(self, *, address: str = "127.0.0.1", guarded: bool = True) -> httpx.AsyncClient:
        """A browser that nobody has signed in with."""
        transport = httpx.ASGITransport(
            self.app(), client=(address, 50_000), raise_app_exceptions=False
        )
        headers = {"X-Formroom": "1", "Origin": ORIGIN} if guarded else {}
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async def signed_in(self, user: str) -> httpx.AsyncClient:
        """A browser in which this person signed in."""
        browser = self.browser()
        body = {"user": user, "password": PASSWORD}
        response = await browser.post("/api/session", json=body)
        assert response.status_code == 200, response.text
        return browser


def fill(store: Store, passwords: Passwords) -> None:
    """Trusts `oak` and `elm`, each with a site `hill`, staff, two PCs and a class `7b`.

    People of a trust: `ada.oak` and `ben.oak` teach at `hill`, `ian.oak` is technician there,
    `una.oak` administers the trust, `dot.oak` teaches at the other site, `dale`.
    """
    password_hash = passwords.hash_now(PASSWORD)
    staff = {
        "ada": Grant(Role.TEACHER, "hill"),
        "ben": Grant(Role.TEACHER, "hill"),
        "ian": Grant(Role.TECHNICIAN, "hill"),
        "una": Grant(Role.TRUST_ADMIN),
        "dot": Grant(Role.TEACHER, "dale"),
    }
    for trust in ("oak", "elm"):
        with store.writing() as session:
            add_trust(session, trust, f"{trust.title()} Trust", NOW_MS)
            for site in ("hill", "dale"):
                add_site(session, trust, site, f"{site.title()} of {trust}", NOW_MS)
            for name, grant in staff.items():
                user = f"{name}.{trust}"
                add_person(session, trust, name, user, name.title(), NOW_MS)
                set_roles(session, trust, name, [grant])
                set_password(session, trust, name, password_hash, NOW_MS)
        devices = [
            DeviceRow(trust, "hill", f"{trust}-pc{n}", f"{trust} PC {n}", "R1", b"k" * 32)
            for n in (1, 2)
        ]
        enrol_devices(store, devices, NOW_MS)
        ids = [device.id for device in devices]
        pupils = [ClassMember("zoe", f"Zoe of {trust}"), ClassMember("ali", f"Ali of {trust}")]
        save_class(store, trust, "hill", "7b", f"7B of {trust}", ids, pupils, NOW_MS)
