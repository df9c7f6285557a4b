"""Frames: ``[type, seq, payload]`` in msgpack, and the checks that every frame passes.

The header can be read alone (`split`), so that a program in the middle forwards the payload
without decoding it; the one that acts on it calls `Catalogue.decode`, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, TypeAlias, get_args, get_origin

import msgspec
from msgspec import Struct

from wire.errors import Fault, FrameError
from wire.messages import Message, Record

FRAME_LIMIT = 256 * 1024
"""Bytes of the largest frame (a picture)."""
CONTROL_LIMIT = 64 * 1024
"""Bytes of the largest frame that is not a picture."""
HELLO_LIMIT = 1024
"""Bytes of the largest frame before a device is admitted."""

LARGE_TYPES = frozenset({"picture", "screen_picture", "snapshot", "changed"})
"""Types whose frames may be larger than `CONTROL_LIMIT`."""

Header = tuple[str, int, msgspec.Raw]
Nested: TypeAlias = dict[str, "Nested"]
"""Fields that hold records, by name, each with its own such fields."""

_NIL = 0xC0
_LONG_MAPS = (0xDE, 0xDF)

_header = msgspec.msgpack.Decoder(
    tuple[
        Annotated[str, msgspec.Meta(max_length=64)],
        Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)],
        msgspec.Raw,
    ]
)
_pairs = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_list = msgspec.msgpack.Decoder(list[msgspec.Raw])
_encoder = msgspec.msgpack.Encoder()


def type_name(message: type[Message]) -> str:
    """The type on the wire: the class name in snake_case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", message.__name__).lower()


def encode(message: Message, seq: int = 0) -> bytes:
    """One frame. `seq` 0 means that the message is not numbered."""
    return _encoder.encode((type_name_of(message), seq, message))


def encode_payload(value: object) -> bytes:
    """msgpack of any value made of messages, records and builtins."""
    return _encoder.encode(value)


_names: dict[type[Message], str] = {}


def type_name_of(message: Message) -> str:
    """`type_name` of a message's class, remembered."""
    kind = type(message)
    name = _names.get(kind)
    if name is None:
        name = _names[kind] = type_name(kind)
    return name


def split(frame: bytes, limit: int = FRAME_LIMIT) -> Header:
    """The header of a frame and its payload, not yet decoded.

    Raises `FrameError` (`too_large`, `malformed`).
    """
    if len(frame) > limit:
        raise FrameError(Fault.TOO_LARGE, f"{len(frame)} bytes, at most {limit} allowed")
    try:
        header = _header.decode(frame)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FrameError(Fault.MALFORMED, f"not a frame: {error}") from None
    if len(frame) > CONTROL_LIMIT and header[0] not in LARGE_TYPES:
        detail = f"{len(frame)} bytes, at most {CONTROL_LIMIT} allowed for {header[0]!r}"
        raise FrameError(Fault.TOO_LARGE, detail, header[1])
    return header


class Catalogue:
    """The messages that one side may send in one direction, and their decoders."""

    def __init__(self, messages: Iterable[type[Message]]) -> None:
        self._types = {type_name(message): message for message in messages}
        self._decoders = {
            name: (msgspec.msgpack.Decoder(message), _nested(message))
            for name, message in self._types.items()
        }

    @property
    def types(self) -> dict[str, type[Message]]:
        """Message classes by their type on the wire."""
        return dict(self._types)

    def decode(self, frame: bytes, limit: int = FRAME_LIMIT) -> tuple[int, Message]:
        """The number and the message of a frame; raises `FrameError`."""
        return self.decode_payload(*split(frame, limit))

    def decode_payload(
        self, name: str, seq: int, payload: msgspec.Raw | bytes
    ) -> tuple[int, Message]:
        """Like `decode`, for a frame that was `split` before."""
        found = self._decoders.get(name)
        if found is None:
            raise FrameError(Fault.UNKNOWN_TYPE, f"{name!r} is not expected here", seq)
        decoder, nested = found
        try:
            message = decoder.decode(payload)
            _refuse_duplicates(payload, nested)
        except msgspec.ValidationError as error:
            raise FrameError(Fault.INVALID, f"{name}: {error}", seq) from None
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise FrameError(Fault.MALFORMED, f"{name}: {error}", seq) from None
        return seq, message


def _refuse_duplicates(payload: msgspec.Raw | bytes, nested: Nested) -> None:
    """Refuse a map that holds a key twice: two readers could understand it in two ways.

    `payload` has been decoded as its message before, so its lists keep their limits. What unknown
    fields hold is not looked at, because nobody reads it.
    """
    pairs = _pairs.decode(payload)
    if len(pairs) != _declared_length(bytes(memoryview(payload)[:5])):
        raise msgspec.ValidationError("a key occurs twice")
    for field, inner in nested.items():
        for part in _maps(pairs.get(field)):
            _refuse_duplicates(part, inner)


def _declared_length(head: bytes) -> int:
    if head[0] & 0xF0 == 0x80:
        return head[0] & 0x0F
    size = 2 if head[0] == 0xDE else 4
    return int.from_bytes(head[1 : 1 + size], "big")


def _maps(value: msgspec.Raw | None) -> Iterable[msgspec.Raw]:
    """The maps that a field holds: itself, or the entries of its list; none for nil."""
    if value is None:
        return ()
    first = memoryview(value)[0]
    if first == _NIL:
        return ()
    return (value,) if first & 0xF0 == 0x80 or first in _LONG_MAPS else _list.decode(value)


def _nested(kind: type[Struct]) -> Nested:
    """The fields of a message or record that hold records or maps, and theirs in turn."""
    found = {field.name: _nested_in(field.type) for field in msgspec.structs.fields(kind)}
    return {name: nested for name, nested in found.items() if nested is not None}


def _nested_in(annotation: object) -> Nested | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return _nested(annotation)
    if get_origin(annotation) is dict:
        return {}
    inner = (_nested_in(part) for part in get_args(annotation))
    return next((nested for nested in inner if nested is not None), None)
