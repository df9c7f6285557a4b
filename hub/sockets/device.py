"""The socket of a device: admitted by its key, then a way for its frames to its shard."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

import structlog
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.keys import Key, Kind
from hub.enrolment import verify_hello
from hub.sockets.admission import Admission
from hub.sockets.gathering import Gatherer
from hub.sockets.misconduct import KEPT_OUT_S, Misconduct
from hub.sockets.outbound import Outbound
from hub.sockets.protocol import line_of
from hub.sockets.sessions import DeviceSocket
from hub.sockets.switchboard import Switchboard
from store.devices import DeviceRow, device_keys
from store.engine import Store, StoreUnavailable
from wire.codec import (
    CONTROL_LIMIT,
    FRAME_LIMIT,
    HELLO_LIMIT,
    Catalogue,
    encode,
    split,
    type_name,
)
from wire.errors import CLOSE_CODES, Fault, FrameError
from wire.messages import (
    NUMBERED,
    Challenge,
    Heartbeat,
    Hello,
    OrderReported,
    PeerSignal,
    Picture,
    Resumed,
)
from wire.version import PROTOCOL_VERSION, SUBPROTOCOL

HELLO_S = 5.0
"""A device that has not proved itself by then is closed."""

EARLY_LIMIT = 4 * HELLO_LIMIT
"""Bytes of a message past which a stranger is cut off before it is held in memory."""

_hello = Catalogue([Hello])
_own = Catalogue([Heartbeat, Resumed])
"""What is for the hub itself; all else is decoded by the device's shard."""
_HEARTBEAT, _PICTURE = type_name(Heartbeat), type_name(Picture)
_OWN = frozenset(_own.types)
_NUMBERED = frozenset(type_name(message) for message in NUMBERED)
_PASSING = frozenset({_PICTURE, type_name(PeerSignal)})
_URGENT = frozenset({type_name(PeerSignal), type_name(OrderReported)})
_ORDERLY = (1000, 1001)

_log = structlog.get_logger(__name__)


class DeviceGate:
    """What every device passes before it is admitted. `time_s` is a monotonic clock."""

    def __init__(
        self,
        store: Store,
        time_s: Callable[[], float],
        admission: Admission | None = None,
    ) -> None:
        self.admission = admission or Admission(time_s)
        self.misconduct = Misconduct(time_s)
        self.enrolments: Gatherer[tuple[str, str, str], DeviceRow | None] = Gatherer(
            lambda wanted: device_keys(store, wanted)
        )


async def serve_device(websocket: WebSocket, board: Switchboard, gate: DeviceGate) -> None:
    """One device's connection, from the challenge to its end."""
    if SUBPROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.close(CLOSE_CODES[Fault.VERSION], Fault.VERSION.value)
        return
    line = line_of(websocket)
    turn_s = gate.admission.turn_s(line.neighbours)
    try:
        if turn_s is None:
            headers = {"Retry-After": str(gate.admission.return_s())}
            await websocket.send_denial_response(Response(status_code=503, headers=headers))
            return
        if turn_s:
            await asyncio.sleep(turn_s)
        line.limit(EARLY_LIMIT)
        await websocket.accept(subprotocol=SUBPROTOCOL)
        row, hello = await _admit(websocket, gate)
        line.limit(FRAME_LIMIT)
    except FrameError as error:
        _log.info("device_refused", fault=error.fault.value, detail=error.detail)
        await _close(websocket, error.fault)
        return
    except WebSocketDisconnect:
        return
    key = Key(row.trust, row.site, Kind.DEVICE, row.id)
    outbound = Outbound(websocket)
    device = DeviceSocket(
        key, row.name, hello.epoch, board.number(), board.link_for(key).lane, outbound
    )
    is_orderly: bool | None = False
    try:
        async with asyncio.TaskGroup() as group:
            attaching = group.create_task(board.attach(device))
            is_orderly = await outbound.serve(_read(websocket, device, board))
            attaching.cancel()
    finally:
        board.detach(device, orderly=bool(is_orderly))
        if device.is_rejected and gate.misconduct.note(device.key_text):
            _log.warning("device_kept_out", device=device.key_text, seconds=KEPT_OUT_S)


async def _admit(websocket: WebSocket, gate: DeviceGate) -> tuple[DeviceRow, Hello]:
    """The enrolled device that proves itself; raises `FrameError`."""
    nonce = secrets.token_bytes(32)
    try:
        async with asyncio.timeout(HELLO_S):
            await websocket.send_bytes(encode(Challenge(nonce, PROTOCOL_VERSION)))
            frame = await _receive(websocket)
    except TimeoutError:
        raise FrameError(Fault.HELLO_TIMEOUT, f"no hello within {HELLO_S:g} s") from None
    name, seq, payload = split(frame, HELLO_LIMIT)
    if name != type_name(Hello) or seq:
        raise FrameError(Fault.HELLO_EXPECTED, f"{name!r} came first")
    _, hello = _hello.decode_payload(name, seq, payload)
    assert isinstance(hello, Hello)
    if hello.protocol > PROTOCOL_VERSION:
        raise FrameError(Fault.VERSION, f"this hub speaks {PROTOCOL_VERSION}")
    try:
        row = await gate.enrolments.ask((hello.trust, hello.site, hello.device))
    except StoreUnavailable as error:
        raise FrameError(Fault.UNAVAILABLE, str(error)) from None
    if row is None or not verify_hello(row.public_key, nonce, hello):
        raise FrameError(Fault.UNAUTHENTICATED, f"{hello.trust}/{hello.site}/{hello.device}")
    if gate.misconduct.is_kept_out(str(Key(row.trust, row.site, Kind.DEVICE, row.id))):
        raise FrameError(Fault.FORBIDDEN, f"{hello.trust}/{hello.site}/{hello.device}: kept out")
    return row, hello


async def _read(websocket: WebSocket, device: DeviceSocket, board: Switchboard) -> bool:
    """Take frames until the connection ends; whether the device ended it in an orderly way."""
    line = line_of(websocket)
    is_refused = False

    def refuse(error: FrameError) -> None:
        nonlocal is_refused
        is_refused = True
        board.counts.frames_refused += 1
        _log.warning(
            "frame_refused", device=device.key_text, fault=error.fault.value, detail=error.detail
        )
        device.reject(error)

    def listen(frame: bytes) -> None:
        device.is_heard = True
        if is_refused:
            return
        try:
            has_room = _take(frame, device, board)
        except FrameError as error:
            refuse(error)
            return
        if not has_room:
            device.hold()
            if not device.is_over_allowance:
                device.lane.when_room(device.resume)

    line.listen(listen)
    try:
        await _receive(websocket)
    except FrameError as error:
        refuse(error)
    except WebSocketDisconnect as end:
        return end.code in _ORDERLY
    return False


def _take(frame: bytes, device: DeviceSocket, board: Switchboard) -> bool:
    """Act on a frame; False when no more should come for now."""
    name, seq, payload = split(frame, FRAME_LIMIT)
    if len(frame) > CONTROL_LIMIT and name != _PICTURE:
        raise FrameError(Fault.TOO_LARGE, f"{name}: {len(frame)} bytes", seq)
    if not (seq or device.allowance.take_passing(len(frame))):
        return True
    if name in _OWN and not seq:
        _own.decode_payload(name, seq, payload)
        if name == _HEARTBEAT:
            board.acknowledge(device)
        else:
            device.is_resuming = False
    elif name not in (_NUMBERED if seq else _PASSING):
        raise FrameError(Fault.UNKNOWN_TYPE, f"{name!r} with number {seq}", seq)
    elif not (seq and device.is_resuming):
        has_room = board.take(device, name, seq, bytes(payload), urgent=name in _URGENT)
        if seq and not device.allowance.take_numbered():
            device.is_over_allowance = True
            return False
        return has_room
    return True


async def _receive(websocket: WebSocket) -> bytes:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    data: bytes | None = message.get("bytes")
    if data is None:
        raise FrameError(Fault.MALFORMED, "a text frame")
    return data


async def _close(websocket: WebSocket, fault: Fault) -> None:
    try:
        async with asyncio.timeout(HELLO_S):
            await websocket.close(CLOSE_CODES[fault], fault.value)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        pass
