"""Certificate authorities that live for a test."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Authority:
    """An authority: its name, its key and its certificate."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return pem(self.certificate)

    @classmethod
    def make(cls, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(name, key, _sign(name, key.public_key(), name, key, 3650, is_authority=True))

    def issue(self, days: float, name: str = "hub") -> tuple[x509.Certificate, str]:
        """A certificate for this machine, and its key in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        return _sign(name, key.public_key(), self.name, self.key, days), key_pem(key)

    def lasting(self) -> tuple[str, str]:
        """A chain and its key in PEM, for as long as anybody may run this test."""
        certificate, key = self.issue(365 * 100)
        return pem(certificate), key

    def vouch_for(self, other: Authority) -> x509.Certificate:
        """The other authority's key, signed by this one."""
        return _sign(
            other.name, other.key.public_key(), self.name, self.key, 3650, is_authority=True
        )


def pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()


def put(folder: Path, chain: str, key: str) -> tuple[Path, Path]:
    """Write chain and key in place of those that are there."""
    paths = folder / "chain.pem", folder / "key.pem"
    for path, text in zip(paths, (chain, key), strict=True):
        new = path.with_suffix(".new")
        new.write_text(text)
        new.replace(path)
    return paths


def _sign(
    name: str,
    public_key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: float,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    building = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not is_authority:
        here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), here])
        building = building.add_extension(names, critical=False)
    return building.sign(issuer_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
