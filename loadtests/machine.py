"""The machine and the code that a result belongs to."""

from __future__ import annotations

import datetime
import ipaddress
import os
import platform
import resource
import subprocess
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SPARE_FILES = 256
_LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def facts() -> dict[str, str | int | float]:
    """What somebody needs to know to compare this result with another."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": psutil.cpu_count() or 0,
        "memory_gb": round(psutil.virtual_memory().total / 1024**3, 1),
        "python": platform.python_version(),
        "load_before": round(psutil.getloadavg()[0], 2),
    }


def commit() -> str:
    """The git commit of this checkout, with "+" when files differ from it; empty without git."""
    here = Path(__file__).parent
    try:
        head = _git("rev-parse", "--short=12", "HEAD", cwd=here)
        return head + ("+" if _git("status", "--porcelain", cwd=here) else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def allow_files(wanted: int) -> None:
    """Let this process and its children open so many sockets.

    Raises `OSError` with what to do when the system's hard limit is lower.
    """
    needed = wanted + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise OSError(
            f"{needed} open files are needed and the hard limit is {hard}: "
            f"raise it (ulimit -Hn {needed}, as root) or use fewer devices"
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def certify(folder: Path) -> dict[str, str]:
    """Make a certificate of loopback in `folder` and trust it in this process and its children.

    Returns the settings that make a hub use it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_LONG_AGO)
        .not_valid_after(_LONG_AGO + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "hub.crt", folder / "hub.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    os.environ["SSL_CERT_FILE"] = str(chain)
    return {"FORMROOM_TLS_CERTIFICATE": str(chain), "FORMROOM_TLS_KEY": str(private)}


def _git(*arguments: str, cwd: Path) -> str:
    run = subprocess.run(
        ("git", *arguments), cwd=cwd, check=True, capture_output=True, text=True, timeout=10
    )
    return run.stdout.strip()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
