"""`python -m loadtests run media`: what a look at a screen costs, and how late it is."""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from loadtests.machine import commit, facts
from loadtests.media.machinery import Bench, bench
from loadtests.media.scene import SQUARE
from loadtests.processes import cost, look
from wire.codec import encode
from wire.messages import KeyChanged

SETTLE_S = 3.0
GOALS = {
    "first_picture_cold_ms": 100.0,
    "first_picture_warm_ms": 100.0,
    "full_cold_ms": 200.0,
    "full_warm_ms": 200.0,
    "full_from_wall_ms": 200.0,
    "glass_median_ms": 40.0,
    "key_median_ms": 34.0,
    "idle_cpu_percent": 0.1,
    "idle_pss_mb": 50.0,
    "wall_cpu_percent": 1.5,
    "full_cpu_percent": 10.0,
    "further_viewer_cpu_percent": 0.5,
}
"""At most; the figures of the peers that were measured, and our own for what they do not do."""


class MediaResult(msgspec.Struct, frozen=True):
    """Everything measured. Times in milliseconds, CPU in percent of one core, agent in all."""

    commit: str
    machine: dict[str, str | int | float]
    figures: dict[str, float]
    series: dict[str, list[float]]
    """The single values behind each median."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--json", type=Path, help="write the result here")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each window")
    parser.add_argument("--repeats", type=int, default=5, help="openings of each kind")
    parser.add_argument("--keys", type=int, default=25, help="keys pressed")
    parser.add_argument("--browser", default=shutil.which("chromium") or "chromium")


def run(arguments: argparse.Namespace) -> int:
    """Measure, show, write; 0: done, 2: it could not run."""
    console = Console(stderr=True)
    try:
        with bench(arguments.browser) as programs:
            result = _Run(programs, arguments, console).all()
    except (RuntimeError, OSError) as error:
        console.print(f"the media bench could not run: {error}", style="red")
        return 2
    _show(result, Console())
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(result)))
    return 0


class _Run:
    """One run of the bench, part by part."""

    def __init__(self, programs: Bench, arguments: argparse.Namespace, console: Console) -> None:
        self._bench = programs
        self._seconds: float = arguments.seconds
        self._repeats: int = arguments.repeats
        self._keys: int = arguments.keys
        self._console = console
        self._figures: dict[str, float] = {}
        self._series: dict[str, list[float]] = {}

    def all(self) -> MediaResult:
        """Every part, in an order in which none disturbs the next."""
        machine = facts()
        self._bench.ask("calibrate")
        self._idle()
        self._openings()
        self._wall()
        self._full()
        self._key_presses()
        self._viewers()
        return MediaResult(commit(), machine, self._figures, self._series)

    def _say(self, what: str) -> None:
        self._console.print(f"[dim]{what}[/dim]")

    def _note(self, name: str, values: Sequence[float]) -> None:
        """Keep a series, with its median and 95th percentile as figures."""
        self._series[f"{name}_ms"] = [round(value, 1) for value in values]
        if values:
            self._figures[f"{name}_ms"] = statistics.median(values)
            self._figures[f"{name}_p95_ms"] = sorted(values)[int(len(values) * 0.95)]

    def _window(self, name: str, memory: bool = False) -> dict[str, float]:
        """The agent's processor use over one window; returns what the page received meanwhile."""
        time.sleep(SETTLE_S)
        received = self._bench.ask("received")
        before = look(self._bench.agent_pid, time.monotonic())
        time.sleep(self._seconds)
        after = look(self._bench.agent_pid, time.monotonic())
        now = self._bench.ask("received")
        spent = cost(before, after)
        self._figures[f"{name}_cpu_percent"] = spent.cores * 100
        if memory and after.pss_mb is not None:
            self._figures[f"{name}_pss_mb"] = after.pss_mb
        return {key: (now[key] - received[key]) / spent.seconds for key in now}

    def _idle(self) -> None:
        self._say("nobody looks")
        self._window("idle", memory=True)

    def _openings(self) -> None:
        self._bench.show("video")
        for kind in ("cold", "warm"):
            pictures, frames = [], []
            for turn in range(self._repeats):
                self._say(f"opening a screen, {kind}, {turn + 1} of {self._repeats}")
                if kind == "cold":
                    self._bench.end_media_process()
                times = self._bench.ask("open", f"{kind}-{turn}")
                pictures.append(times["picture"])
                frames.append(times["full"])
                self._bench.ask("closeAll")
                time.sleep(0.7)
            self._note(f"first_picture_{kind}", pictures)
            self._note(f"full_{kind}", frames)
        self._bench.ask("openWall", "wall")
        raised = []
        for turn in range(self._repeats):
            self._say(f"opening a tile of the wall, {turn + 1} of {self._repeats}")
            time.sleep(1.0)
            raised.append(self._bench.ask("raise", "wall"))
            time.sleep(0.5)
            self._bench.ask("lower", "wall")
        self._note("full_from_wall", raised)

    def _wall(self) -> None:
        for scene in ("still", "typing", "video"):
            self._say(f"a tile on the wall, scene {scene}")
            self._bench.show(scene)
            name = "wall" if scene == "video" else f"wall_{scene}"
            received = self._window(name, memory=scene == "video")
            self._figures[f"{name}_bytes_per_s"] = received["bytes"]
            self._figures[f"{name}_frames_per_s"] = received["decoded"]

    def _full(self) -> None:
        self._bench.ask("setMode", "wall", "view")
        for scene in ("still", "typing", "clock", "video"):
            self._say(f"one screen, scene {scene}")
            self._bench.show(scene)
            name = "full" if scene == "video" else f"full_{scene}"
            self._bench.ask("calibrate")
            self._bench.ask("measure", "wall")
            received = self._window(name, memory=scene == "video")
            seen = self._bench.ask("takeLatencies", "wall")
            self._figures[f"{name}_bytes_per_s"] = received["bytes"]
            self._figures[f"{name}_frames_per_s"] = received["decoded"]
            if scene in ("clock", "video"):
                self._note("glass_median" if scene == "video" else "glass_clock", seen["latencies"])
                self._figures[f"{name}_frames_unreadable"] = seen["torn"]

    def _key_presses(self) -> None:
        self._bench.show("keys")
        self._bench.ask("setMode", "wall", "share")
        self._bench.ask("keysOpen", "wall")
        time.sleep(SETTLE_S)
        down = list(encode(KeyChanged("KeyA", "a", True)))
        up = list(encode(KeyChanged("KeyA", "a", False)))
        left, top, width, height = SQUARE
        waits = []
        for turn in range(self._keys):
            self._say(f"key {turn + 1} of {self._keys}")
            time.sleep(0.25 + turn % 7 * 0.013)
            waits.append(
                self._bench.ask("pressKey", "wall", down, up, left + width // 2, top + height // 2)
            )
        self._note("key_median", [wait for wait in waits if wait is not None])
        self._figures["keys_lost"] = sum(wait is None for wait in waits)

    def _viewers(self) -> None:
        self._bench.ask("closeAll")
        self._bench.show("video")
        count = 0
        for wanted in (1, 4, 8):
            while count < wanted:
                self._bench.ask("open", f"viewer-{count}")
                count += 1
            self._say(f"{wanted} viewers")
            self._window(f"viewers_{wanted}", memory=True)
        few, many = (self._figures[f"viewers_{n}_cpu_percent"] for n in (1, 8))
        self._figures["further_viewer_cpu_percent"] = (many - few) / 7
        self._bench.ask("closeAll")


def _show(result: MediaResult, console: Console) -> None:
    table = Table("figure", "measured", "goal", title="Live screens: one agent, one browser")
    for name, value in result.figures.items():
        goal = GOALS.get(name)
        style = "" if goal is None else ("green" if value <= goal else "red")
        table.add_row(name, f"{value:,.2f}", "" if goal is None else f"{goal:g}", style=style)
    console.print(table)


def main() -> int:
    """Run the bench by itself: `python -m loadtests.media.bench`."""
    parser = argparse.ArgumentParser(prog="loadtests media")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
