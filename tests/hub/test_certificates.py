"""The server's certificate: what is refused, when a warning is due, and how it is exchanged."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog.testing
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from hub.certificates import DAY_S, Certificate, CertificateError, ServerTls
from tests.endpoint.test_enrolment import parsed
from tests.hub.authorities import BEGIN, Authority, key_pem, pem, put


class Clock:
    """A wall clock that stands still until it is set."""

    def __init__(self, day: float) -> None:
        self.day = day

    def __call__(self) -> float:
        return BEGIN.timestamp() + self.day * DAY_S


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make("the trust's authority")


# --- what is refused ---------------------------------------------------------------------------


def test_a_chain_and_its_key_are_taken(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue(90)
    found = Certificate.read(*put(tmp_path, pem(certificate, authority.certificate), key))
    assert found.names == ("localhost", "127.0.0.1")
    assert found.days_left(Clock(60)()) == 30


def test_the_first_of_a_chain_to_end_counts(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue(9000)
    found = Certificate.read(*put(tmp_path, pem(certificate, authority.certificate), key))
    assert found.days_left(Clock(0)()) == 3650


def test_what_does_not_fit_is_refused_with_a_sentence(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue(90)
    good = pem(certificate)
    other = key_pem(ec.generate_private_key(ec.SECP256R1()))
    locked = (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
        .decode()
    )
    for chain, key_text, sentence in (
        (good, other, r"key\.pem is not the key of the first certificate in .*chain\.pem \(CN=hub"),
        (good, locked, r"key\.pem is locked with a pass phrase"),
        (good, "nonsense", r"key\.pem holds no private key in PEM"),
        ("nonsense", key, r"chain\.pem holds no certificate in PEM"),
        (pem(authority.certificate, certificate), key, r"chain\.pem is not in order: CN=hub"),
    ):
        with pytest.raises(CertificateError, match=sentence):
            Certificate.read(*put(tmp_path, chain, key_text))
    chain_path, key_path = put(tmp_path, good, key)
    key_path.unlink()
    with pytest.raises(CertificateError, match=r"key\.pem cannot be read: No such file"):
        Certificate.read(chain_path, key_path)
    chain_path.unlink()
    with pytest.raises(CertificateError, match=r"chain\.pem cannot be read: No such file"):
        Certificate.read(chain_path, key_path)


# --- when a warning is due ---------------------------------------------------------------------


async def test_a_warning_comes_thirty_seven_and_one_day_before_the_end(
    tmp_path: Path, authority: Authority
) -> None:
    certificate, key = authority.issue(90)
    clock = Clock(0)
    tls = ServerTls(*put(tmp_path, pem(certificate), key), clock)
    said = []
    with structlog.testing.capture_logs() as logs:
        for day in (0, 59, 60.5, 61, 82.9, 83.1, 88, 89.1, 89.9, 90.1, 91):
            clock.day = day
            before = len(logs)
            tls.look()
            if len(logs) > before:
                said.append((day, tls.warning))
    end = "on 2026-04-01 00:00 UTC"
    assert said == [
        (60.5, f"The certificate of this server ends in 29 days, {end}."),
        (83.1, f"The certificate of this server ends in 6 days, {end}."),
        (89.1, f"The certificate of this server ends in less than a day, {end}."),
        (90.1, f"The certificate of this server ended {end}: nobody can connect anew."),
    ]
    assert {entry["event"] for entry in logs} == {"certificate_ends_soon"}
    clock.day = -1
    assert tls.warning == "The certificate of this server is not valid yet: check the clock."


async def test_a_new_certificate_ends_the_warning(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue(90)
    clock = Clock(85)
    tls = ServerTls(*put(tmp_path, pem(certificate), key), clock)
    tls.look()
    assert tls.warning
    certificate, key = authority.issue(180)
    put(tmp_path, pem(certificate), key)
    tls.look()
    assert (tls.warning, tls.days_left) == ("", 95)


# --- how it is exchanged -----------------------------------------------------------------------


@contextlib.asynccontextmanager
async def listening(tls: ServerTls) -> AsyncIterator[int]:
    """A server that sends back what it is sent."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=tls.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Agent:
    """A connection with the TLS of a PC that pins these authorities."""

    def __init__(self, port: int, *pinned: Authority) -> None:
        ca = "".join(each.pem for each in pinned)
        tls = parsed(hub=f"wss://127.0.0.1:{port}", ca=ca).tls()
        assert tls is not None
        self.port, self.tls = port, tls

    async def __aenter__(self) -> Agent:
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.tls
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await self.writer.wait_closed()

    async def says(self, text: str) -> str:
        self.writer.write(text.encode() + b"\n")
        return (await self.reader.readline()).decode().strip()

    @property
    def serial(self) -> bytes:
        der: bytes = self.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return der


async def test_sockets_stay_open_while_new_ones_meet_the_new_chain(
    tmp_path: Path, authority: Authority
) -> None:
    tls = ServerTls(*put(tmp_path, *authority.lasting()), Clock(0))
    async with listening(tls) as port, Agent(port, authority) as before:
        assert await before.says("a") == "a"
        put(tmp_path, *authority.lasting())
        tls.look()
        async with Agent(port, authority) as after:
            assert after.serial != before.serial
            assert [await after.says("b"), await before.says("c")] == ["b", "c"]


async def test_files_that_do_not_fit_leave_the_old_chain_in_force_and_say_so(
    tmp_path: Path, authority: Authority
) -> None:
    clock = Clock(0)
    tls = ServerTls(*put(tmp_path, *authority.lasting()), clock)
    async with listening(tls) as port, Agent(port, authority) as before:
        put(tmp_path, authority.lasting()[0], authority.lasting()[1])  # of two pairs
        tls.look()
        assert tls.warning.startswith("New certificate files were refused: ")
        async with Agent(port, authority) as after:
            assert after.serial == before.serial
        (tmp_path / "key.pem").unlink()
        tls.look()
        assert "key.pem cannot be read" in tls.warning
        expired, key = authority.issue(0.5)
        put(tmp_path, pem(expired), key)
        clock.day = 1
        tls.look()
        assert "out of date already" in tls.warning
        put(tmp_path, *authority.lasting())
        tls.look()
        assert tls.warning == ""
        async with Agent(port, authority) as after:
            assert after.serial != before.serial


async def test_it_looks_by_itself_when_it_is_asked(tmp_path: Path, authority: Authority) -> None:
    tls = ServerTls(*put(tmp_path, *authority.lasting()), Clock(0))
    first = tls.certificate
    running = asyncio.get_running_loop().create_task(tls.run())
    await asyncio.sleep(0)
    certificate, key = authority.issue(400)
    put(tmp_path, pem(certificate), key)
    tls.ask()
    async with asyncio.timeout(5):
        while tls.certificate == first:
            await asyncio.sleep(0.01)
    assert tls.days_left == 400
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_no_device_is_stranded_while_the_trust_changes_its_authority(
    tmp_path: Path, authority: Authority
) -> None:
    """Half the PCs are off when the new authority is made known to the others."""
    new = Authority.make("the next authority")
    tls = ServerTls(*put(tmp_path, *authority.lasting()), Clock(0))
    async with listening(tls) as port:
        was_off, knows_both, knows_new = (
            Agent(port, authority),
            Agent(port, authority, new),
            Agent(port, new),
        )
        for agent in (was_off, knows_both):
            async with agent:
                assert await agent.says("old chain") == "old chain"
        chain, key = new.lasting()
        put(tmp_path, chain, key)
        tls.look()
        async with knows_both:
            assert await knows_both.says("new chain") == "new chain"
        with pytest.raises(ssl.SSLCertVerificationError):
            await was_off.__aenter__()
        # The old authority vouches for the new one within the chain that the server sends.
        put(tmp_path, chain + pem(authority.vouch_for(new)), key)
        tls.look()
        for agent in (was_off, knows_both, knows_new):
            async with agent:
                assert await agent.says("crossed") == "crossed"
