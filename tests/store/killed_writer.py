"""A program that lets a child write to a SQLite store and kills it, many times over.

`python -m tests.store.killed_writer URL ROUNDS SEED HOW`: HOW is `kill`, or `copy` for a copy of
the files at that instant, as the disk has them when the power fails. Prints what it found as
JSON; a child is forked, so that a round takes no time for imports.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from store.audit import verify
from store.engine import open_store
from store.events import day_counts, events_of_site
from store.records import Act, DeviceEvent, Record
from store.writing import write_records

BATCH = 20
EVERYTHING = 10**9


@dataclass
class Found:
    """What was acknowledged and what was there, after all rounds."""

    acknowledged: int = 0
    stored: int = 0
    faults: list[str] = field(default_factory=list)


def records(first: int) -> list[Record]:
    """A batch of events, numbered from `first` on, and one act."""
    events: list[Record] = [
        DeviceEvent("oak", "hill", "pc1", "e1", seq, "signed_on", "ali", "", 1, 2, "", "x" * 200)
        for seq in range(first, first + BATCH)
    ]
    return [*events, Act("oak", "hill", f"a{first}", 1, "p1", "Ada", "screens_locked", "l1")]


def write_for_ever(url: str, first: int, acknowledgements: int) -> None:
    """Write batch after batch, and tell the pipe of each one that is committed."""
    store = open_store(url)
    while True:
        write_records(store, records(first))
        first += BATCH
        os.write(acknowledgements, first.to_bytes(8, "big"))


def check(path: Path, acknowledged: int, found: Found) -> None:
    """Hold a database to what was acknowledged: every number below `acknowledged`, once."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        found.faults.append(f"integrity: {answer}")
    store = open_store(f"sqlite:///{path}")
    seqs = [stored.event.seq for stored in events_of_site(store, "oak", "hill", limit=EVERYTHING)]
    counted = sum(count.count for count in day_counts(store, "oak", "1970-01-01"))
    chain = verify(store, "oak")
    store.close()
    found.stored = len(seqs)
    if seqs != list(range(len(seqs))) or len(seqs) % BATCH:
        found.faults.append(f"the numbers have gaps or come twice: {len(seqs)}")
    if len(seqs) < acknowledged:
        found.faults.append(f"{acknowledged} acknowledged, {len(seqs)} stored")
    if counted != len(seqs) or chain.first_broken or chain.entries != len(seqs) // BATCH:
        found.faults.append(f"{len(seqs)} stored, {counted} counted, chain {chain}")


def main(url: str, rounds: int, seed: int, how: str) -> Found:
    """Run the rounds."""
    path = Path(url.removeprefix("sqlite:///"))
    chance = random.Random(seed)
    found = Found()
    for _ in range(rounds):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            write_for_ever(url, found.stored, writer)
        os.close(writer)
        told = os.read(reader, 8)
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGSTOP if how == "copy" else signal.SIGKILL)
        if how == "copy":
            os.waitpid(child, os.WUNTRACED)
            with tempfile.TemporaryDirectory() as folder:
                for name in (path.name, f"{path.name}-wal"):
                    shutil.copy(path.with_name(name), folder)
                os.set_blocking(reader, False)
                with contextlib.suppress(BlockingIOError):
                    told += os.read(reader, 2**20)
                os.set_blocking(reader, True)
                check(Path(folder) / path.name, int.from_bytes(told[-8:], "big"), found)
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reader, 2**20):
            told += more
        os.close(reader)
        found.acknowledged = int.from_bytes(told[-8:], "big")
        check(path, found.acknowledged, found)
    return found


if __name__ == "__main__":
    print(json.dumps(vars(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))))
