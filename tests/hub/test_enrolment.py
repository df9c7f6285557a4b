import base64
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from endpoint.enrolment import read_enrolment
from hub.enrolment import (
    EnrolmentError,
    device_names,
    enrol,
    hub_address,
    only_site,
    verify_hello,
)
from hub.settings import Settings
from store.devices import AlreadyEnrolled, UnknownSite, device_key, list_devices
from store.engine import Store
from store.sites import add_site, add_trust
from wire.messages import Hello
from wire.session import DeviceIdentity, proof_input

NOW_MS = 1_800_000_000_000
HUB = "wss://formroom.example"
NONCE = bytes(range(32))


@pytest.fixture
def store(hub_store: Store) -> Store:
    with hub_store.writing() as session:
        add_trust(session, "oak", "Oak", NOW_MS)
        add_site(session, "oak", "hill", "Hill", NOW_MS)
    return hub_store


def enrolled(store: Store, folder: Path, *names: str, again: bool = False) -> list[Path]:
    rows = enrol(
        store,
        hub=HUB,
        trust="oak",
        site="hill",
        names=names,
        room="R12",
        folder=folder,
        now_ms=NOW_MS,
        replace=again,
    )
    return [row.file for row in rows]


def hello_of(file: Path, **changes: str) -> Hello:
    content = json.loads(file.read_text())
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(content["private_key"]))
    identity = DeviceIdentity(content["trust"], content["site"], content["device"])
    proof = key.sign(proof_input(NONCE, identity, "e1"))
    said = Hello(1, identity.trust, identity.site, identity.device, "e1", proof)
    return Hello(
        1,
        changes.get("trust", said.trust),
        changes.get("site", said.site),
        changes.get("device", said.device),
        changes.get("epoch", said.epoch),
        said.proof,
    )


def test_the_file_proves_the_device_to_the_store(store: Store, tmp_path: Path) -> None:
    (file,) = enrolled(store, tmp_path / "out", "PC 01")
    content = json.loads(file.read_text())
    assert content.keys() == {"hub", "trust", "site", "device", "name", "private_key"}
    assert (content["hub"], content["device"], content["name"]) == (HUB, "pc-01", "PC 01")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    row = device_key(store, "oak", "hill", "pc-01")
    assert row is not None
    assert row.room == "R12"
    assert verify_hello(row.public_key, NONCE, hello_of(file))


def test_the_agent_reads_the_file_and_signs_with_it(store: Store, tmp_path: Path) -> None:
    (file,) = enrolled(store, tmp_path / "out", "PC 01")
    enrolment = read_enrolment(file)
    assert enrolment.url == f"{HUB}/device"
    proof = enrolment.sign(proof_input(NONCE, enrolment.identity, "e1"))
    hello = Hello(1, "oak", "hill", "pc-01", "e1", proof)
    row = device_key(store, "oak", "hill", "pc-01")
    assert row is not None
    assert verify_hello(row.public_key, NONCE, hello)


@pytest.mark.parametrize(
    "changes", [{"trust": "elm"}, {"site": "dale"}, {"device": "pc-02"}, {"epoch": "e2"}]
)
def test_a_proof_holds_for_nothing_else_than_what_was_signed(
    store: Store, tmp_path: Path, changes: dict[str, str]
) -> None:
    (file,) = enrolled(store, tmp_path / "out", "PC 01")
    row = device_key(store, "oak", "hill", "pc-01")
    assert row is not None
    assert not verify_hello(row.public_key, NONCE, hello_of(file, **changes))


def test_a_proof_of_another_challenge_or_another_key_is_refused(
    store: Store, tmp_path: Path
) -> None:
    one, two = enrolled(store, tmp_path / "out", "PC 01", "PC 02")
    row = device_key(store, "oak", "hill", "pc-01")
    assert row is not None
    assert not verify_hello(row.public_key, bytes(32), hello_of(one))
    assert not verify_hello(row.public_key, NONCE, hello_of(two, device="pc-01"))
    assert not verify_hello(b"short", NONCE, hello_of(one))


def test_nothing_that_exists_is_overwritten(store: Store, tmp_path: Path) -> None:
    (file,) = enrolled(store, tmp_path / "a", "PC 01")
    before = file.read_text(), list_devices(store, "oak", "hill")
    with pytest.raises(EnrolmentError, match="exists"):
        enrolled(store, tmp_path / "a", "PC 00", "PC 01")
    with pytest.raises(AlreadyEnrolled):
        enrolled(store, tmp_path / "b", "PC 00", "PC 01")
    assert (file.read_text(), list_devices(store, "oak", "hill")) == before
    assert [path.name for path in tmp_path.glob("?/*")] == ["pc-01.json"]


def test_replacing_makes_the_old_key_worthless(store: Store, tmp_path: Path) -> None:
    (file,) = enrolled(store, tmp_path / "a", "PC 01")
    old = hello_of(file)
    enrolled(store, tmp_path / "a", "PC 01", again=True)
    row = device_key(store, "oak", "hill", "pc-01")
    assert row is not None
    assert not verify_hello(row.public_key, NONCE, old)
    assert verify_hello(row.public_key, NONCE, hello_of(file))


def test_an_unknown_site_leaves_no_file(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownSite):
        enrol(
            store,
            hub=HUB,
            trust="oak",
            site="nowhere",
            names=["PC"],
            room="",
            folder=tmp_path / "out",
            now_ms=NOW_MS,
        )
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65])
def test_a_name_that_cannot_be_shown_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(EnrolmentError, match="no name"):
        enrolled(store, tmp_path, name)


def test_names_of_a_room_come_from_a_pattern() -> None:
    assert device_names("R12-{n:02}", 3) == ["R12-01", "R12-02", "R12-03"]
    assert device_names("{n} left", 2) == ["1 left", "2 left"]
    for pattern, count in (("R12", 2), ("{n}{n}", 2), ("{n!r}", 2), ("{n}", 0), ("{n}", 9_999)):
        with pytest.raises(EnrolmentError):
            device_names(pattern, count)


def test_the_site_may_be_left_out_where_there_is_one(store: Store) -> None:
    assert only_site(store, None, None).id == "hill"
    with store.writing() as session:
        add_site(session, "oak", "dale", "Dale", NOW_MS)
    assert only_site(store, "oak", "dale").id == "dale"
    for trust, site in ((None, None), ("oak", "nowhere"), ("elm", "hill")):
        with pytest.raises(EnrolmentError, match="say which site"):
            only_site(store, trust, site)


def test_agents_are_sent_to_the_first_public_origin() -> None:
    settings = Settings()
    assert hub_address(settings) == "ws://127.0.0.1:8750"
    secure = replace(settings, public_origins=("https://formroom.example",))
    assert hub_address(secure) == "wss://formroom.example"
