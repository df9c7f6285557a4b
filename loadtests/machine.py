"""The machine and the code that a result belongs to."""

from __future__ import annotations

import platform
import resource
import subprocess
from pathlib import Path

import psutil

_SPARE_FILES = 256


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
