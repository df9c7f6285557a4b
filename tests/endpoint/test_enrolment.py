"""Enrolment files: what is accepted, and how refusals read."""

import base64
import json
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from endpoint.enrolment import Enrolment, EnrolmentError, parse_enrolment, read_enrolment

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
GOOD: dict[str, str] = {
    "hub": "wss://hub.school.example:8443",
    "trust": "trust1",
    "site": "site1",
    "device": "pc1",
    "name": "PC 1",
    "private_key": base64.b64encode(KEY.private_bytes_raw()).decode(),
}


def parsed(**changes: str) -> Enrolment:
    return parse_enrolment(json.dumps(GOOD | changes).encode())


def test_a_good_enrolment_gives_address_identity_and_signature() -> None:
    enrolment = parsed()
    assert enrolment.url == "wss://hub.school.example:8443/device"
    assert enrolment.identity.device == "pc1"
    KEY.public_key().verify(enrolment.sign(b"data"), b"data")


@pytest.mark.parametrize(
    ("hub", "url"),
    [
        ("ws://127.0.0.1:8080", "ws://127.0.0.1:8080/device"),
        ("ws://localhost:8080/", "ws://localhost:8080/device"),
        ("ws://[::1]:8080/device", "ws://[::1]:8080/device"),
        ("wss://hub.example/far/device", "wss://hub.example/far/device"),
    ],
)
def test_addresses_that_are_accepted(hub: str, url: str) -> None:
    assert parsed(hub=hub).url == url


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"hub": "ws://hub.school.example"}, "without TLS"),
        ({"hub": "ws://127.0.0.1.evil.example"}, "without TLS"),
        ({"hub": "https://hub.school.example"}, "must be wss://"),
        ({"hub": "wss://"}, "must be wss://"),
        ({"hub": "wss://hub:99999"}, "no address"),
        ({"hub": "wss://user@hub.example"}, "no user"),
        ({"device": "../../etc"}, "device"),
        ({"private_key": "***"}, "not base64"),
        ({"private_key": base64.b64encode(b"short").decode()}, "5 bytes, not 32"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_refusals_name_what_is_wrong(changes: dict[str, str], says: str) -> None:
    with pytest.raises(EnrolmentError, match=says):
        parsed(**changes)


def test_refusals_never_show_the_key() -> None:
    with pytest.raises(EnrolmentError) as caught:
        parsed(hub="nonsense")
    assert GOOD["private_key"] not in str(caught.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pc1.json"
    file.write_text(json.dumps(GOOD))
    file.chmod(0o640)
    with pytest.raises(EnrolmentError, match=r"open to other accounts \(mode 640\)"):
        read_enrolment(file)
    file.chmod(0o600)
    assert read_enrolment(file).name == "PC 1"


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pc1.json"
    with pytest.raises(EnrolmentError, match=r"pc1\.json cannot be read"):
        read_enrolment(file)
    file.write_text("{")
    file.chmod(0o600)
    with pytest.raises(EnrolmentError, match=r"pc1\.json: not an enrolment"):
        read_enrolment(file)


def test_tls_checks_the_hub_and_may_be_pinned_to_one_authority() -> None:
    assert parsed(hub="ws://localhost:1").tls() is None
    context = parsed().tls()
    assert context is not None
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    with pytest.raises(EnrolmentError, match="'ca'"):
        parsed(ca="no certificate").tls()
