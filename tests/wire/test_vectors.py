"""Golden vectors: the bytes in `tests/vectors` mean the same to this program for ever."""

from __future__ import annotations

from typing import Any

import msgpack
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.vectors.reading import frame_of, read
from wire import messages
from wire.codec import Catalogue, encode
from wire.errors import FrameError
from wire.messages import Challenge, Hello
from wire.session import DeviceIdentity, DeviceSession, proof_input

DIRECTIONS = ("FROM_DEVICE", "TO_DEVICE", "FROM_CONSOLE", "TO_CONSOLE", "BETWEEN_PEERS")
CATALOGUES = {name: Catalogue(getattr(messages, name)) for name in DIRECTIONS}


def named(name: str) -> list[Any]:
    return [pytest.param(entry, id=entry["name"]) for entry in read(name)]


def plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


@pytest.mark.parametrize("vector", named("frames.json"))
def test_frame_decodes_to_its_values_and_encodes_to_its_bytes(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    catalogue = CATALOGUES[vector["catalogue"]]
    seq, message = catalogue.decode(frame)
    assert seq == vector["seq"]
    assert type(message) is catalogue.types[vector["type"]]
    assert encode(message, seq) == frame
    for field, value in vector["value"].items():
        assert plain(msgspec.msgpack.decode(msgspec.msgpack.encode(getattr(message, field)))) == (
            value
        )


@pytest.mark.parametrize("vector", named("frames.json"))
def test_another_msgpack_library_reads_the_same_values(vector: dict[str, Any]) -> None:
    kind, seq, payload = msgpack.unpackb(bytes.fromhex(vector["hex"]))
    assert (kind, seq, plain(payload)) == (vector["type"], vector["seq"], vector["value"])


def test_every_message_of_every_catalogue_has_a_vector() -> None:
    found = {(vector["catalogue"], vector["type"]) for vector in read("frames.json")}
    wanted = {(name, kind) for name, catalogue in CATALOGUES.items() for kind in catalogue.types}
    assert found == wanted


@pytest.mark.parametrize("vector", named("accepted.json"))
def test_other_bytes_with_the_same_meaning_are_taken(vector: dict[str, Any]) -> None:
    seq, message = CATALOGUES[vector["catalogue"]].decode(bytes.fromhex(vector["hex"]))
    assert encode(message, seq).hex() == vector["canonical"]


@pytest.mark.parametrize("vector", named("refused.json"))
def test_frame_is_refused_with_its_fault(vector: dict[str, Any]) -> None:
    with pytest.raises(FrameError) as caught:
        CATALOGUES[vector["catalogue"]].decode(frame_of(vector))
    assert caught.value.fault == vector["fault"]


def test_hello_of_the_worked_example_is_made_byte_for_byte() -> None:
    example = read("hello.json")
    identity = DeviceIdentity(example["trust"], example["site"], example["device"])
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["private_key"]))
    session = DeviceSession(identity, example["epoch"], key.sign)
    session.opened(0.0)
    session.receive(encode(Challenge(nonce=bytes.fromhex(example["nonce"]), protocol=1)), 0.0)
    assert [frame.hex() for frame in session.take_outgoing(0.0)] == [example["hello"]]


def test_proof_of_the_worked_example_verifies_with_its_public_key() -> None:
    example = read("hello.json")
    _, hello = CATALOGUES["FROM_DEVICE"].decode(bytes.fromhex(example["hello"]))
    assert isinstance(hello, Hello)
    identity = DeviceIdentity(hello.trust, hello.site, hello.device)
    signed = proof_input(bytes.fromhex(example["nonce"]), identity, hello.epoch)
    assert signed.hex() == example["signed"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(example["public_key"]))
    public.verify(hello.proof, signed)
