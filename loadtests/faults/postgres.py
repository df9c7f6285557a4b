"""A PostgreSQL cluster of its own, to be killed and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from loadtests.server import ServerFailed, free_port

NOBODY = "postgres"
"""PostgreSQL refuses to run as root; this is the account that its package makes."""
USER = "formroom"
START_S = 30.0
_WHERE = (Path("/usr/local/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))


class Postgres:
    """A cluster in a temporary folder, on a free port of loopback, without a password."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """How the hub finds it."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{USER}"

    def make(self) -> None:
        """Make the cluster and its database; leaves it running. Raises `ServerFailed`."""
        data = self._folder / "data"
        self._run("initdb", "--pgdata", str(data), f"--username={USER}", "--auth=trust")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, USER)

    def start(self) -> None:
        """Start the server; returns when it accepts. Raises `ServerFailed`."""
        self._process = subprocess.Popen(
            [
                *(_program("postgres"), "-D", str(self._folder / "data")),
                *("-p", str(self.port), "-h", "127.0.0.1", "-k", str(self._folder)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            user=_account(),
        )
        until_s = time.monotonic() + START_S
        while subprocess.run(
            [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        ).returncode:
            if time.monotonic() > until_s or self._process.poll() is not None:
                raise ServerFailed("PostgreSQL does not come up")
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL of the postmaster; its children end when they notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self.kill()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [_program(program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=_account(),
        )
        if done.returncode:
            raise ServerFailed(f"{program}: {done.stderr.strip()[-500:]}")


@contextlib.contextmanager
def own_cluster() -> Iterator[Postgres]:
    """A cluster that runs while the block does; raises `ServerFailed` without PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="formroom-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        database = Postgres(folder)
        try:
            database.make()
            yield database
        finally:
            database.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    for folder in _WHERE:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise ServerFailed(f"{name} is not installed: the package is postgresql")
    return found


def _account() -> str | None:
    return NOBODY if os.geteuid() == 0 else None
