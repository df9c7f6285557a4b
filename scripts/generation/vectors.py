"""Golden vectors: frames as bytes with the values that they stand for, and frames to refuse.

They are written once for each step of the protocol (`scripts/generate --vectors`) and then only
read: bytes that change are a change of the protocol.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.generation.samples import SAMPLES
from wire.codec import CONTROL_LIMIT, FRAME_LIMIT, encode, encode_payload, split, type_name_of
from wire.errors import Fault
from wire.messages import Hello
from wire.session import DeviceIdentity, proof_input


def render_frames() -> str:
    """`frames.json`: every sample, with its payload as it stands on the wire."""
    vectors = []
    for catalogue, samples in SAMPLES.items():
        for name, seq, message in samples:
            frame = encode(message, seq)
            vectors.append(
                {
                    "name": name,
                    "catalogue": catalogue,
                    "type": type_name_of(message),
                    "seq": seq,
                    "hex": frame.hex(),
                    "value": _plain(msgspec.msgpack.decode(split(frame)[2])),
                }
            )
    return _render(vectors)


def render_accepted() -> str:
    """`accepted.json`: other bytes that a reader must take, with the canonical frame of each."""
    plain = _frame("heartbeat", 0, b"\x80")
    moved = _frame("pointer_moved", 0, encode_payload({"x": 1.0, "y": 0.0}))
    vectors = [
        ("unknown field", "FROM_DEVICE", b"\x93\xa9heartbeat\x00\x81\xa3new\x01", plain),
        (
            "unknown field that holds more",
            "FROM_DEVICE",
            _frame("heartbeat", 0, encode_payload({"new": [{"a": 1}, None, b"\x00"]})),
            plain,
        ),
        (
            "long forms of lengths",
            "FROM_DEVICE",
            b"\xdc\0\x03\xd9\x09heartbeat\xcc\0\xde\0\0",
            plain,
        ),
        (
            "whole numbers where decimal ones are due",
            "BETWEEN_PEERS",
            _frame("pointer_moved", 0, b"\x82\xa1x\x01\xa1y\x00"),
            moved,
        ),
        (
            "decimal numbers of 32 bits",
            "BETWEEN_PEERS",
            _frame("pointer_moved", 0, b"\x82\xa1x\xca\x3f\x80\0\0\xa1y\xca\0\0\0\0"),
            moved,
        ),
        (
            "fields in another order",
            "BETWEEN_PEERS",
            _frame("pointer_moved", 0, encode_payload({"y": 0.0, "x": 1.0})),
            moved,
        ),
        (
            "defaults written out",
            "FROM_DEVICE",
            _frame("state_reported", 1, encode_payload({"user": "", "at_ms": 5, "monitors": []})),
            _frame("state_reported", 1, encode_payload({"at_ms": 5})),
        ),
    ]
    return _render(
        [
            {"name": name, "catalogue": catalogue, "hex": frame.hex(), "canonical": same.hex()}
            for name, catalogue, frame, same in vectors
        ]
    )


def render_refused() -> str:
    """`refused.json`: frames that a reader must refuse, each with its fault.

    `hex` is the whole frame; very long ones are given as `repeat`: [hex before, hex of what is
    repeated, how often, hex after].
    """
    return _render([refusal.plain() for refusal in _refusals()])


@dataclass(frozen=True)
class _Refusal:
    name: str
    fault: Fault
    before: bytes
    repeated: bytes = b""
    times: int = 0
    after: bytes = b""
    catalogue: str = "FROM_DEVICE"

    def plain(self) -> dict[str, object]:
        frame: dict[str, object] = {"hex": self.before.hex()}
        if self.times:
            frame = {
                "repeat": [self.before.hex(), self.repeated.hex(), self.times, self.after.hex()]
            }
        return {"name": self.name, "catalogue": self.catalogue, "fault": self.fault, **frame}


def _refusals() -> Iterator[_Refusal]:
    malformed, invalid, large = Fault.MALFORMED, Fault.INVALID, Fault.TOO_LARGE
    window = encode_payload("window_changed")
    yield _Refusal("nothing", malformed, b"")
    yield _Refusal("cut in the header", malformed, b"\x93\xa9heart")
    yield _Refusal("cut in the payload", malformed, b"\x93\xa9heartbeat\x00\x81\xa1a")
    yield _Refusal("something behind the frame", malformed, b"\x93\xa9heartbeat\x00\x80\x00")
    yield _Refusal("not an array", malformed, b"\x80")
    yield _Refusal("two parts", malformed, b"\x92\xa9heartbeat\x00")
    yield _Refusal("four parts", malformed, b"\x94\xa9heartbeat\x00\x80\xc0")
    yield _Refusal("number below zero", malformed, b"\x93\xa9heartbeat\xff\x80")
    yield _Refusal(
        "number above 2^53 - 1", malformed, b"\x93\xa9heartbeat\xcf" + b"\xff" * 8 + b"\x80"
    )
    yield _Refusal("type as bytes", malformed, b"\x93\xc4\x09heartbeat\x00\x80")
    yield _Refusal("type not UTF-8", malformed, b"\x93\xa1\xff\x00\x80")
    yield _Refusal("the byte that msgpack never uses", malformed, b"\x93\xa9heartbeat\x00\xc1")
    yield _Refusal(
        "array that lies", malformed, b"\x93\xa9heartbeat\x00\x81\xa1a\xdd\xff\xff\xff\xff"
    )
    yield _Refusal("map that lies", malformed, b"\x93\xa9heartbeat\x00\xdf\xff\xff\xff\xff")
    yield _Refusal("text that lies", malformed, b"\x93\xa9heartbeat\x00\x81\xdb\xff\xff\xff\xff")
    yield _Refusal(
        "bytes that lie", malformed, b"\x93\xa9heartbeat\x00\x81\xa1a\xc6\xff\xff\xff\xff"
    )
    yield _Refusal("key not UTF-8", malformed, b"\x93\xa9heartbeat\x00\x81\xa1\xff\x01")
    yield _Refusal(
        "text not UTF-8",
        malformed,
        b"\x93" + window + b"\x01\x83\xabapplication\xa1\xff\xa5title\xa0\xa5at_ms\x00",
    )
    yield _Refusal(
        "too deep", malformed, b"\x93\xa9heartbeat\x00\x81\xa1a", b"\x91", 60_000, b"\xc0"
    )
    yield _Refusal("above the limit", large, b"\x93\xa7picture\x00\x80", b"\0", FRAME_LIMIT)
    yield _Refusal(
        "above the limit of what is not a picture",
        large,
        b"\x93\xa9heartbeat\x00\x81\xa1a\xc6" + CONTROL_LIMIT.to_bytes(4, "big"),
        b"\0",
        CONTROL_LIMIT,
    )
    yield _Refusal("unknown type", Fault.UNKNOWN_TYPE, b"\x93\xa7unheard\x00\x80")
    yield _Refusal("type of the other side", Fault.UNKNOWN_TYPE, b"\x93\xa7welcome\x00\x80")
    yield _Refusal("payload is an array", invalid, b"\x93\xa9heartbeat\x00\x90")
    yield _Refusal("payload is nil", invalid, b"\x93\xa9heartbeat\x00\xc0")
    yield _Refusal("payload is an extension", invalid, b"\x93\xa9heartbeat\x00\xd4\x01\x00")
    yield _Refusal("key is a number", invalid, b"\x93\xa9heartbeat\x00\x81\x01\x01")
    yield _Refusal("key is bytes", invalid, b"\x93\xa9heartbeat\x00\x81\xc4\x01a\x01")
    yield _Refusal("key twice", invalid, b"\x93\xa9heartbeat\x00\x82\xa1a\x01\xa1a\x01")
    twice = (
        b"\x93" + window + b"\x01\x84\xabapplication\xa1a\xa5title\xa1x\xa5title\xa1y\xa5at_ms\x00"
    )
    yield _Refusal("field twice", invalid, twice)
    monitor = b"\x87\xa2id\x00\xa2id\x01\xa4name\xa0\xa1x\x00\xa1y\x00\xa5width\x01\xa6height\x01"
    nested = b"\x82\xa5at_ms\x00\xa8monitors\x91" + monitor
    yield _Refusal("field of a record twice", invalid, _frame("state_reported", 1, nested))
    for name, payload in (
        ("field missing", {"application": "a", "at_ms": 0}),
        ("number for text", {"application": 1, "title": "", "at_ms": 0}),
        ("bytes for text", {"application": b"a", "title": "", "at_ms": 0}),
        ("nil for text", {"application": None, "title": "", "at_ms": 0}),
        ("text too long", {"application": "a" * 257, "title": "", "at_ms": 0}),
        ("truth for number", {"application": "a", "title": "", "at_ms": True}),
        ("decimal for whole number", {"application": "a", "title": "", "at_ms": 1.5}),
        ("time below zero", {"application": "a", "title": "", "at_ms": -1}),
        ("time above 2^53 - 1", {"application": "a", "title": "", "at_ms": 2**53}),
    ):
        yield _Refusal(name, invalid, _frame("window_changed", 1, encode_payload(payload)))
    for name, more in (
        ("too many monitors", {"monitors": [{}] * 17}),
        ("unknown choice", {"presence": "asleep"}),
        ("record is an array", {"monitors": [[0]]}),
    ):
        state = encode_payload({"at_ms": 0, **more})
        yield _Refusal(name, invalid, _frame("state_reported", 1, state))
    for name, lesson in (
        ("id empty", ""),
        ("id with a slash", "a/b"),
        ("id ends in a newline", "a\n"),
    ):
        asked = _frame("unsubscribe_asked", 1, encode_payload({"lesson": lesson}))
        yield _Refusal(name, invalid, asked, catalogue="FROM_CONSOLE")
    for name, x in (("not a number", "nan"), ("infinite", "inf"), ("place below zero", "-0.5")):
        place = _frame("pointer_moved", 0, encode_payload({"x": float(x), "y": 0.5}))
        yield _Refusal(name, invalid, place, catalogue="BETWEEN_PEERS")


def render_hello() -> str:
    """`hello.json`: a device's proof, step by step."""
    seed = bytes(range(32))
    nonce = bytes(range(32, 64))
    identity = DeviceIdentity("oak-trust", "north", "pc-07")
    epoch = "e-1"
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signed = proof_input(nonce, identity, epoch)
    proof = key.sign(signed)
    hello = Hello(
        protocol=1,
        trust=identity.trust,
        site=identity.site,
        device=identity.device,
        epoch=epoch,
        proof=proof,
    )
    return _render(
        {
            "private_key": seed.hex(),
            "public_key": key.public_key().public_bytes_raw().hex(),
            "nonce": nonce.hex(),
            "trust": identity.trust,
            "site": identity.site,
            "device": identity.device,
            "epoch": epoch,
            "signed": signed.hex(),
            "proof": proof.hex(),
            "hello": encode(hello).hex(),
        }
    )


def _frame(name: str, seq: int, payload: bytes) -> bytes:
    return b"\x93" + encode_payload(name) + encode_payload(seq) + payload


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _render(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


VECTORS = {
    "tests/vectors/frames.json": render_frames,
    "tests/vectors/accepted.json": render_accepted,
    "tests/vectors/refused.json": render_refused,
    "tests/vectors/hello.json": render_hello,
}
