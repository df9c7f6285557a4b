"""Simulated pupils: the media libraries come late, and the program ends when it is told to."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from endpoint.platform.synthetic import SyntheticDrivers
from endpoint.simulation.pupil import Pupil
from endpoint.simulator import LateHost, main
from webrtc.media_port import MediaPort
from wire.messages import PeerSignal, Picture, Viewer


def _enrol(folder: Path, device: str) -> None:
    path = folder / f"{device}.json"
    key = base64.b64encode(os.urandom(32)).decode()
    path.write_text(
        json.dumps(
            {
                "hub": "ws://127.0.0.1:9",
                "trust": "t",
                "site": "s",
                "device": device,
                "name": device,
                "private_key": key,
            }
        )
    )
    path.chmod(0o600)


async def test_a_viewer_gets_a_picture_of_the_simulated_screen() -> None:
    pictures: asyncio.Queue[Picture | PeerSignal] = asyncio.Queue()

    def open_host() -> MediaPort:
        from webrtc.host import ScreenHost

        drivers = SyntheticDrivers(Pupil(1, time.monotonic))
        return ScreenHost(drivers, pictures.put_nowait, now_ms=lambda: 1)

    host = LateHost(open_host)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(host.run())
        host.set_viewers((Viewer("v1", "Ms Khan", "teacher", "wall", pictures_ms=200),))
        async with asyncio.timeout(60):
            picture = await pictures.get()
        await host.close()
    assert isinstance(picture, Picture)
    assert picture.jpeg.startswith(b"\xff\xd8")


async def test_a_host_that_nobody_looked_at_closes_without_being_opened() -> None:
    def open_host() -> MediaPort:
        raise AssertionError("nobody looked")

    host = LateHost(open_host)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(host.run())
        host.set_viewers(())
        await host.close()


@pytest.mark.parametrize("how", ["term", "int", "end of input"])
def test_the_program_ends_cleanly_and_never_loaded_the_media_libraries(
    tmp_path: Path, how: str
) -> None:
    for device in ("pc-01", "pc-02"):
        _enrol(tmp_path, device)
    program = (
        "import sys, atexit\n"
        "from endpoint.simulator import main\n"
        "atexit.register(lambda: print('aiortc' in sys.modules, 'PIL' in sys.modules))\n"
        "sys.exit(main(sys.argv[1:], lambda: 1))"
    )
    process = subprocess.Popen(
        (sys.executable, "-c", program, "--enrolments", str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stdin is not None
    while "pupils are at work" not in process.stderr.readline():
        assert process.poll() is None
    if how == "end of input":
        process.stdin.close()
        process.stdin = None
    else:
        process.send_signal(signal.SIGTERM if how == "term" else signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.split() == ["False", "False"]


def test_a_folder_without_enrolments_is_refused(tmp_path: Path) -> None:
    assert main(["--enrolments", str(tmp_path)], lambda: 1) == 2
