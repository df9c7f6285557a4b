"""The socket of a console: who it is, what it asks, and the answers."""

from __future__ import annotations

import asyncio
import contextlib
import secrets

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.keys import Key, Kind
from actors.ports import Command, Lock, Refusal, Screen, ShardUnavailable, SignalDevice, Unlock
from hub.authentication import origin_is_allowed, presented_token, principal_of
from hub.context import HubContext
from hub.sockets.outbound import Outbound
from hub.sockets.rights import GATHER_S, Asked, RightsDesk
from hub.sockets.sessions import Console
from hub.sockets.switchboard import Switchboard
from safeguarding.permissions import Action, Principal, may
from store.engine import StoreUnavailable
from store.lessons import teachers_of_running_lesson
from wire.codec import CONTROL_LIMIT, Catalogue, encode
from wire.errors import CLOSE_CODES, Fault, FrameError
from wire.messages import (
    FROM_CONSOLE,
    Answered,
    ConsoleWelcome,
    LockAsked,
    Message,
    Refused,
    ScreensWanted,
    ServiceChanged,
    SignalAsked,
    SubscribeAsked,
    UnlockAsked,
    UnsubscribeAsked,
)
from wire.version import SUBPROTOCOL

RIGHTS_S = 15.0
"""How often a console's rights are looked up again, if nobody says that they changed."""
ANSWER_S = 15.0
SILENCE_S = 25.0
"""A console that says nothing for this long is closed: browsers let hidden pages speak late."""

_from_console = Catalogue(FROM_CONSOLE)
_log = structlog.get_logger(__name__)


class _Refused(Exception):
    """A request that is not carried out, and why, in words for the person who asked."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


async def serve_console(
    websocket: WebSocket, context: HubContext, board: Switchboard, desk: RightsDesk
) -> None:
    """One console's connection, from its welcome to its end."""
    try:
        principal = await principal_of(context, websocket)
    except StoreUnavailable as error:
        _log.warning("console_refused", fault=Fault.UNAVAILABLE.value, detail=str(error))
        await websocket.close(CLOSE_CODES[Fault.UNAVAILABLE], Fault.UNAVAILABLE.value)
        return
    fault = (
        Fault.FORBIDDEN
        if not origin_is_allowed(context.settings, websocket)
        else Fault.VERSION
        if SUBPROTOCOL not in websocket.scope["subprotocols"]
        else Fault.UNAUTHENTICATED
        if principal is None
        else None
    )
    if fault or principal is None:
        await websocket.close(CLOSE_CODES[fault or Fault.UNAUTHENTICATED], str(fault))
        return
    await websocket.accept(subprotocol=SUBPROTOCOL)
    console = Console(f"v{secrets.token_hex(8)}", principal)
    console.outbound = Outbound(websocket, refill=console.refill)
    console.put(
        encode(
            ConsoleWelcome(
                console.viewer, principal.name, board.now_ms(), context.settings.ice_servers
            )
        )
    )
    readiness = await context.readiness()
    if not readiness.is_ready:
        console.put(encode(ServiceChanged("degraded", readiness.detail)))
    board.add_console(console)
    try:
        async with asyncio.TaskGroup() as group:
            rights = group.create_task(_keep_rights(websocket, console, context, board, desk))
            await console.outbound.serve(_Desk(console, context, board).read(websocket))
            rights.cancel()
    finally:
        board.remove_console(console)


async def _keep_rights(
    websocket: WebSocket,
    console: Console,
    context: HubContext,
    board: Switchboard,
    desk: RightsDesk,
) -> None:
    """End the connection when the session is over, and what a lesson no longer allows."""
    token_hash = presented_token(context.settings, websocket) or b""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RIGHTS_S - GATHER_S):
                await console.rights_changed.wait()
        is_urgent = console.rights_changed.is_set()
        console.rights_changed.clear()
        asked = Asked(token_hash, tuple(console.subscriptions))
        try:
            rights = await desk.ask(asked, is_urgent=is_urgent)
        except StoreUnavailable as error:
            # What nobody can write down nobody can have revoked either: asked again in a while.
            _log.warning("rights_not_known", error=str(error)[:300])
            continue
        if rights.principal is None:
            console.outbound.close(Fault.UNAUTHENTICATED)
            return
        board.renew_rights(console, rights.principal)
        for lesson in asked.lessons:
            if lesson not in rights.lessons:
                board.subscriptions.remove(console, lesson)


async def _site_of(context: HubContext, principal: Principal, lesson: str) -> str:
    """The site of a running lesson that this person may follow; raises `_Refused`."""
    found = await asyncio.to_thread(
        teachers_of_running_lesson, context.store, principal.trust, lesson
    )
    if found is None:
        raise _Refused(Fault.OVER, "This lesson is over.")
    site, teachers = found
    if not may(
        principal, Action.FOLLOW_LESSON, trust=principal.trust, site=site, teachers=teachers
    ):
        raise _Refused(Fault.FORBIDDEN, "You are not a teacher of this lesson.")
    return site


class _Desk:
    """Carries out what one console asks, one request after another."""

    def __init__(self, console: Console, context: HubContext, board: Switchboard) -> None:
        self._console = console
        self._context = context
        self._board = board
        self._sites: dict[str, str] = {}

    async def read(self, websocket: WebSocket) -> None:
        """Take requests, in order, until the connection ends."""
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                data = message.get("bytes")
                if data is None:
                    raise FrameError(Fault.MALFORMED, "a text frame")
                seq, request = _from_console.decode(data, CONTROL_LIMIT)
            except TimeoutError:
                return self._console.outbound.close(Fault.SILENT)
            except FrameError as error:
                _log.warning("request_refused", fault=error.fault.value, detail=error.detail)
                return self._console.outbound.close(error.fault)
            except WebSocketDisconnect:
                return
            await self._answer(seq, request)

    async def _answer(self, seq: int, request: Message) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._carry_out(seq, request)
        except _Refused as refusal:
            self._console.put(encode(Refused(seq, refusal.fault.value, refusal.detail)))
        except (ShardUnavailable, TimeoutError):
            text = "The server is catching up. Please try again."
            self._console.put(encode(Refused(seq, Fault.UNAVAILABLE.value, text)))
        else:
            if seq:
                self._console.put(encode(Answered(seq)))

    async def _carry_out(self, seq: int, request: Message) -> None:
        console, board = self._console, self._board
        match request:
            case SubscribeAsked():
                site = await self._site(request.lesson, fresh=True)
                if not await board.subscriptions.add(console, site, request.lesson, request.cursor):
                    raise ShardUnavailable("no shard has taken up the lesson yet")
            case UnsubscribeAsked():
                board.subscriptions.remove(console, request.lesson)
            case ScreensWanted():
                await self._watch(seq, request)
            case SignalAsked():
                key = await self._key(request.lesson, Kind.DEVICE, request.device)
                if not console.is_watching(key):
                    return  # It was let go meanwhile: there is nobody to signal to.
                board.link_for(key).lane.tell(
                    SignalDevice(
                        key,
                        console.viewer,
                        request.connection,
                        request.kind,
                        request.sdp,
                        request.candidate,
                        request.mid,
                    )
                )
            case LockAsked():
                room = await self._key(request.lesson, Kind.CLASSROOM, request.lesson)
                await self._ask(
                    room,
                    Lock(
                        room,
                        console.principal,
                        request.devices,
                        request.message,
                        request.countdown_s,
                        secrets.token_hex(8),
                    ),
                )
            case UnlockAsked():
                room = await self._key(request.lesson, Kind.CLASSROOM, request.lesson)
                id_ = secrets.token_hex(8)
                await self._ask(room, Unlock(room, console.principal, request.devices, id_))

    async def _watch(self, seq: int, request: ScreensWanted) -> None:
        site = await self._site(request.lesson)
        trust = self._console.principal.trust
        screens = tuple(
            Screen(
                Key(trust, site, Kind.DEVICE, screen.device),
                screen.mode,
                screen.monitor,
                screen.pictures_ms,
            )
            for screen in request.screens
        )
        refused = await self._board.watch(self._console, site, request.lesson, screens)
        if refused:
            reasons = "; ".join(sorted(set(refused.values())))
            raise _Refused(Fault.FORBIDDEN, reasons[:1000])

    async def _ask(self, key: Key, command: Command) -> None:
        answer = await self._board.link_for(key).lane.ask(command)
        if isinstance(answer, Refusal):
            raise _Refused(Fault(answer.fault), answer.detail)

    async def _key(self, lesson: str, kind: Kind, id_: str) -> Key:
        return Key(self._console.principal.trust, await self._site(lesson), kind, id_)

    async def _site(self, lesson: str, *, fresh: bool = False) -> str:
        if fresh or lesson not in self._sites:
            self._sites[lesson] = await _site_of(self._context, self._console.principal, lesson)
        return self._sites[lesson]
