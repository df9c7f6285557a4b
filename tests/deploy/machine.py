"""A machine with a systemd of its own: a container over this machine's files, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
PROGRAMS = ("systemd-nspawn", "nsenter", "systemd-sysusers", "mount", "curl")
TOKEN = "0123456789abcdef"
_BOOT_S = 30.0
_TARGET = """[Unit]
Requires=basic.target dbus.service
After=basic.target dbus.service
AllowIsolate=yes
"""
_START = """#!/bin/sh
export LD_LIBRARY_PATH=/opt/python/lib PYTHONPATH=/opt/formroom:/opt/site-packages
export PYTHONDONTWRITEBYTECODE=1
exec /opt/python/bin/python{version} -m hub "$@"
"""


@dataclass(frozen=True)
class Machine:
    """A machine that was booted; `leader` is its process 1."""

    root: Path
    leader: int

    def run(self, *command: str, timeout_s: float = 180) -> subprocess.CompletedProcess[str]:
        """Run a command there, as root."""
        return subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "--", *command],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def state(self, unit: str) -> str:
        """Such as "active", "activating", "failed"."""
        return self.run("systemctl", "is-active", unit).stdout.strip()

    def property(self, unit: str, name: str) -> str:
        """A property of a unit, as `systemctl show` has it."""
        return self.run("systemctl", "show", unit, "--property", name, "--value").stdout.strip()

    def journal(self, unit: str) -> str:
        """What a unit said."""
        return self.run("journalctl", "--unit", unit, "--no-pager", "--output=cat").stdout

    def wait_for(self, unit: str, state: str, within_s: float) -> None:
        """Wait for a state of a unit."""
        until_s = time.monotonic() + within_s
        while (now := self.state(unit)) != state:
            assert now != "failed", self.journal(unit)[-3000:]
            assert time.monotonic() < until_s, f"{unit} is {now}\n{self.journal(unit)[-3000:]}"
            time.sleep(0.2)


@contextmanager
def booted(folder: Path, chain: str, key: str) -> Iterator[Machine]:
    """Boot a machine where the units and this program are installed, with the example's settings
    and this certificate; nothing of it is left."""
    with ExitStack() as stack:
        root = stack.enter_context(_files(folder))
        _install(root, chain, key)
        start = folder / "formroom"
        start.write_text(_START.format(version=f"{sys.version_info[0]}.{sys.version_info[1]}"))
        start.chmod(0o755)
        binds = {
            sys.base_prefix: "/opt/python",
            sysconfig.get_path("purelib"): "/opt/site-packages",
            str(ROOT): "/opt/formroom",
            str(start): "/opt/formroom/.venv/bin/formroom",
        }
        name = f"formroom-test-{os.getpid()}"
        with (folder / "boot.txt").open("wb") as output:
            process = subprocess.Popen(
                [
                    *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit"),
                    *("--private-network", "--link-journal=no", f"--directory={root}"),
                    f"--machine={name}",
                    *(f"--bind-ro={here}:{there}" for here, there in binds.items()),
                    *("--boot", "systemd.unit=formroom-test.target"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        stack.callback(_end, process)
        yield _wait_until_booted(process, root, folder / "boot.txt")


@contextmanager
def _files(folder: Path) -> Iterator[Path]:
    """This machine's files, with a layer above them that takes every change."""
    layer, root = folder / "layer", folder / "root"
    layer.mkdir()
    root.mkdir()
    _call("mount", "-t", "tmpfs", "-o", "size=1g", "none", str(layer))
    try:
        for part in ("upper", "work"):
            (layer / part).mkdir()
        layers = f"lowerdir=/,upperdir={layer / 'upper'},workdir={layer / 'work'}"
        _call("mount", "-t", "overlay", "overlay", "-o", layers, str(root))
        try:
            yield root
        finally:
            _call("umount", "--lazy", str(root))
    finally:
        _call("umount", "--lazy", str(layer))


def _install(root: Path, chain: str, key: str) -> None:
    """What docs/operations.md has an operator do."""
    (root / "etc/machine-id").unlink(missing_ok=True)
    for path in ("opt/python", "opt/site-packages", "opt/formroom", "etc/formroom"):
        (root / path).mkdir(parents=True, exist_ok=True)
    units = root / "etc/systemd/system"
    for unit in UNITS.iterdir():
        if unit.suffix in (".service", ".timer"):
            shutil.copy(unit, units)
    for waits_for_a_network in ("systemd-networkd-wait-online", "NetworkManager-wait-online"):
        (units / f"{waits_for_a_network}.service").symlink_to("/dev/null")
    (units / "formroom-test.target").write_text(_TARGET)
    shutil.copy(UNITS / "formroom.sysusers.conf", root / "usr/lib/sysusers.d/formroom.conf")
    _call("systemd-sysusers", f"--root={root}", "formroom.conf")
    shutil.copy(UNITS / "formroom.toml", root / "etc/formroom")
    put_certificate(root, chain, key)
    token = root / "etc/formroom/metrics-token"
    token.write_text(TOKEN)
    token.chmod(0o600)


def put_certificate(root: Path, chain: str, key: str) -> None:
    """As docs/operations.md has it: readable by the group formroom, and put in place at once."""
    folder = root / "etc/formroom/tls"
    folder.mkdir(exist_ok=True)
    groups = (root / "etc/group").read_text().splitlines()
    group = next(int(line.split(":")[2]) for line in groups if line.startswith("formroom:"))
    os.chown(folder, 0, group)
    folder.chmod(0o750)
    for name, text in (("chain.pem", chain), ("key.pem", key)):
        new = folder / f"{name}.new"
        new.write_text(text)
        os.chown(new, 0, group)
        new.chmod(0o640)
        new.rename(folder / name)


def _wait_until_booted(process: subprocess.Popen[bytes], root: Path, output: Path) -> Machine:
    until_s = time.monotonic() + _BOOT_S
    while True:
        assert process.poll() is None, output.read_text(errors="replace")[-3000:]
        assert time.monotonic() < until_s, output.read_text(errors="replace")[-3000:]
        for child in psutil.Process(process.pid).children():
            machine = Machine(root, child.pid)
            if machine.state("formroom-test.target") == "active":
                return machine
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    """nspawn ends the machine with it."""
    for child in psutil.Process(process.pid).children() if process.poll() is None else []:
        child.kill()
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
