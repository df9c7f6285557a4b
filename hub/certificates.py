"""The certificate of this server: checked when it is read, and exchanged while sockets stay open.

A new chain and key take the place of the old ones in the same files. `ServerTls` finds them
there when it is told to look (SIGHUP), and by itself; what does not fit together is refused with
a sentence, and the old pair stays in force.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

LOOK_S = 30.0
"""Seconds between looks at the files."""
WARN_DAYS = (30, 7, 1)
"""Days before the end from which a warning is due."""
DAY_S = 86_400

_log = structlog.get_logger(__name__)


class CertificateError(ValueError):
    """Chain and key cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A chain that was read and fits its key. Times are seconds since 1970 UTC."""

    names: tuple[str, ...]
    """The host names of the first certificate."""
    begins_s: float
    ends_s: float
    """When the first certificate of the chain to end does so."""

    @classmethod
    def read(cls, chain: Path, key: Path) -> Certificate:
        """Read and check both files; raises `CertificateError`."""
        certificates = _read_chain(chain)
        _check_order(chain, certificates)
        _check_key(chain, key, certificates[0])
        return cls(
            _names(certificates[0]),
            certificates[0].not_valid_before_utc.timestamp(),
            min(each.not_valid_after_utc.timestamp() for each in certificates),
        )

    def days_left(self, now_s: float) -> float:
        """Days until the end; negative afterwards."""
        return (self.ends_s - now_s) / DAY_S

    def warning(self, now_s: float) -> str:
        """What an operator must know now; "" while more than thirty days are left."""
        days = self.days_left(now_s)
        end = datetime.fromtimestamp(self.ends_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
        if days <= 0:
            return f"The certificate of this server ended on {end}: nobody can connect anew."
        if now_s < self.begins_s:
            return "The certificate of this server is not valid yet: check the clock."
        if days > WARN_DAYS[0]:
            return ""
        whole = int(days)
        left = "in less than a day" if whole == 0 else f"in {whole} day{'s' if whole > 1 else ''}"
        return f"The certificate of this server ends {left}, on {end}."


class ServerTls:
    """The TLS of a listening server: TLS 1.2 or later, with a chain that can be exchanged.

    Who is connected stays so at an exchange; who connects after it meets the new chain.
    """

    def __init__(self, chain: Path, key: Path, clock_s: Callable[[], float]) -> None:
        """Read the files; raises `CertificateError`."""
        self._chain, self._key = chain, key
        self._clock_s = clock_s
        self._wake = asyncio.Event()
        self._seen = self._stamp()
        self._warned = float("inf")
        self.certificate = Certificate.read(chain, key)
        self.refused = ""
        """Why the files that are there now are not in use; "" when they are."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._use(self.context)

    @property
    def days_left(self) -> float:
        """Days for which the chain in use stays valid."""
        return self.certificate.days_left(self._clock_s())

    @property
    def warning(self) -> str:
        """What an operator must know now of the chain in use, or of files that were refused."""
        return " ".join(filter(None, (self.refused, self.certificate.warning(self._clock_s()))))

    def ask(self) -> None:
        """Have `run` look at the files at once, changed or not."""
        self._seen = ()
        self._wake.set()

    async def run(self) -> None:
        """Take up new files and warn of the end, until cancelled."""
        while True:
            self.look()
            self._wake.clear()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def look(self) -> None:
        """Take up the files if they changed, and warn, once for each threshold, of the end."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self._exchange()
        due = min((days for days in WARN_DAYS if self.days_left <= days), default=float("inf"))
        if self.days_left <= 0:
            due = 0
        if due < self._warned:
            _log.warning("certificate_ends_soon", warning=self.warning, days=round(self.days_left))
        self._warned = due

    def _exchange(self) -> None:
        try:
            certificate = Certificate.read(self._chain, self._key)
            if certificate.days_left(self._clock_s()) <= 0:
                raise CertificateError(f"{self._chain} is out of date already.")
            # A pair that only OpenSSL refuses must not leave half of itself in the live context.
            self._use(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
            self._use(self.context)
        except CertificateError as error:
            self.refused = f"New certificate files were refused: {error}"
            _log.error("certificate_refused", error=str(error))
            return
        self.certificate, self.refused = certificate, ""
        _log.info("certificate_taken_up", names=certificate.names, days=round(self.days_left))

    def _use(self, context: ssl.SSLContext) -> None:
        try:
            context.load_cert_chain(self._chain, self._key)
        except (OSError, ssl.SSLError) as error:
            raise CertificateError(f"{self._chain} and {self._key}: {error}") from None

    def _stamp(self) -> tuple[object, ...]:
        """What changes when a file is written or put in its place."""
        try:
            found = [path.stat() for path in (self._chain, self._key)]
        except OSError:
            return ("gone",)
        return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in found)


def _read_chain(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise CertificateError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise CertificateError(f"{path} holds no certificate in PEM.") from None


def _check_order(path: Path, chain: list[x509.Certificate]) -> None:
    for one, next_ in pairwise(chain):
        if one.issuer != next_.subject:
            raise CertificateError(
                f"{path} is not in order: {_subject(next_)} does not follow {_subject(one)}, "
                f"which {one.issuer.rfc4514_string()} issued. The server's own comes first."
            )


def _check_key(chain: Path, path: Path, certificate: x509.Certificate) -> None:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise CertificateError(f"{path} cannot be read: {error.strerror}.") from None
    except TypeError:
        raise CertificateError(
            f"{path} is locked with a pass phrase; the server needs the key without one."
        ) from None
    except ValueError:
        raise CertificateError(f"{path} holds no private key in PEM.") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise CertificateError(
            f"{path} is not the key of the first certificate in {chain} ({_subject(certificate)})."
        )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in found.value)


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
