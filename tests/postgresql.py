"""PostgreSQL for tests: real servers on sockets of their own, killed and started as one likes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

START_LIMIT_S = 30.0
OWNER = "postgres"
"""Who runs the server where the tests are run by root, whom PostgreSQL refuses."""


def find_programs() -> Path | None:
    """The folder of the newest server's programs, which Debian keeps off the search path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _version(path: Path) -> int:
    return int(path.parts[-3]) if path.parts[-3].isdigit() else 0


class Server:
    """A server that can be killed and started again; listens on a Unix socket only."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self.programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    @property
    def pid(self) -> int:
        """The postmaster's process."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        """The address of a database, as a setting of the hub."""
        return f"postgresql://formroom@/{database}?host={self._folder}"

    def make(self) -> None:
        """Make the folder of the databases."""
        arguments = ["--auth=trust", "--username=formroom", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-D", str(self._folder / "data"), "--no-sync", *arguments).wait()

    def start(self) -> None:
        """Start, and return once connections are taken; what an earlier life left may linger."""
        deadline_s = time.monotonic() + START_LIMIT_S
        while not self._try_start():
            assert time.monotonic() < deadline_s, "PostgreSQL does not start"
            time.sleep(0.1)

    def _try_start(self) -> bool:
        options = {
            "unix_socket_directories": str(self._folder),
            "listen_addresses": "",
            "max_connections": "60",
            "shared_buffers": "64MB",
        }
        chosen = [part for item in options.items() for part in ("-c", "=".join(item))]
        self._process = self._run("postgres", "-D", str(self._folder / "data"), *chosen)
        while self._process.poll() is None:
            try:
                with psycopg.connect(self.url("postgres"), connect_timeout=2):
                    return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def kill(self) -> None:
        """End the postmaster at once, as a crash would; its other processes notice and follow."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the server for good: nothing is tidied up, because its folder goes too."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement outside any transaction; answers its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self, template: str = "template0") -> str:
        """Make a database, as a copy of another that nobody uses; answers its name."""
        self._databases += 1
        name = f"formroom_{os.getpid()}_{self._databases}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        is_root = os.geteuid() == 0
        return subprocess.Popen(
            [str(self.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            user=OWNER if is_root else None,
            group=OWNER if is_root else None,
            extra_groups=[] if is_root else None,
        )


@contextmanager
def run_postgresql(programs: Path) -> Iterator[Server]:
    """A server for as long as the block runs, in a folder of its own."""
    # The path of a Unix socket is short, so this is not in pytest's folder.
    with tempfile.TemporaryDirectory(prefix="formroom-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
        server = Server(Path(folder), programs)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
