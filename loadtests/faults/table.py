"""What is promised for each fault, with its figure, and how it is brought about here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. `is_scheduled`: part of random schedules; else a scenario of its own."""

    id: str
    promise: str
    figure: str
    how: str
    is_scheduled: bool = True


TABLE = (
    Row(
        "F01",
        "A shard or the archivist is killed: nothing acknowledged is lost or stored twice.",
        "served again within 5 s",
        "SIGKILL of a shard's or the archivist's process",
    ),
    Row(
        "F02",
        "A message at which an actor fails is put aside for a human; the rest goes on.",
        "others served within 15 s",
        "a message that no calendar and not every database holds; one that kills: test_poison.py",
    ),
    Row(
        "F03",
        "The node's Ray process is killed: everything comes back without anybody's help.",
        "served again within 20 s",
        "SIGKILL of the raylet",
    ),
    Row(
        "F04",
        "Ray's control service is killed: noticed and restarted in a controlled way.",
        "noticed within 5 s, served again within 20 s",
        "SIGKILL of the GCS",
    ),
    Row(
        "F05",
        "The hub is killed: devices and consoles come back and resume.",
        "1,000 devices back within 20 s",
        "SIGKILL of the hub, started again after a second",
    ),
    Row(
        "F06",
        "A process hangs and later goes on: teachers are told, and no stale owner writes.",
        "teachers told within 10 s",
        "SIGSTOP and SIGCONT of a shard, the archivist or the hub",
    ),
    Row(
        "F07",
        "Without the hub every lock ends with its lease.",
        "90 s without renewal",
        "real agents behind a cable in a namespace: tests/integration/test_network_faults.py",
        is_scheduled=False,
    ),
    Row(
        "F08",
        "PostgreSQL is killed: no acknowledgement meanwhile, nothing lost.",
        "writes go on within 10 s",
        "SIGKILL of the postmaster, started again",
    ),
    Row(
        "F09",
        "The writer of SQLite is killed in a commit: the file is whole, nothing lost.",
        "no acknowledged event lost",
        "SIGKILL of the archivist several times at random moments",
    ),
    Row(
        "F10",
        "The way between devices and hub is cut, silent or in one direction only.",
        "all queued events in order after healing",
        "a TCP proxy that swallows, resets, or lets through one way",
    ),
    Row(
        "F11",
        "Hubs of a cluster lose each other: one owner of each device.",
        "heals alone within 30 s",
        "a node that dies: tests/integration/test_cluster.py; a cut between nodes is not tried yet",
        is_scheduled=False,
    ),
    Row(
        "F12",
        "A console that stops reading is dropped and harms nobody.",
        "closed within 10 s",
        "a console with a small receive buffer that no longer reads",
    ),
    Row(
        "F13",
        "An agent's clock jumps: order and leases hold.",
        "order by number, leases by monotonic time",
        "agents whose wall clock jumps by 24 hours",
    ),
    Row(
        "F14",
        "Bytes that are no message close their connection and nothing else.",
        "refused within 1 s",
        "malformed frames on connections of their own, and garbage within a stream",
    ),
    Row(
        "F15",
        "All devices come back at one moment.",
        "all served within 90 s",
        "every connection is reset at once, without jitter",
    ),
    Row(
        "F16",
        "Two machines with one identity: their data is never mixed.",
        "one of them connected at a time",
        "a second agent with the key of a first",
    ),
    Row(
        "F18",
        "The disk is full: no false acknowledgement; on again by itself.",
        "served again within 30 s of space",
        "a small file system for the data folder, filled and freed (as root)",
    ),
    Row(
        "F19",
        "The disk of an endpoint is full: what matters least is dropped first.",
        "counted and reported",
        "a spool on a full disk: tests/endpoint/test_spool.py",
        is_scheduled=False,
    ),
    Row(
        "F20",
        "A shard runs out of memory: it dies and comes back, the hub does not.",
        "served again within 5 s",
        "RLIMIT_AS of a shard set below what it uses",
    ),
    Row(
        "F21",
        "File descriptors are used up: who is connected stays served.",
        "new sockets refused, others keep working",
        "RLIMIT_NOFILE of the hub set to what it uses, and idle connections",
    ),
    Row(
        "F22",
        "The hub's loop stalls: noticed.",
        "a stall over 500 ms is counted",
        "SIGSTOP of the hub for two seconds",
    ),
    Row(
        "F23",
        "A slow, narrow link: no reconnect loop.",
        "locks within 3 s",
        "a TCP proxy that delays, or lets through little by little",
    ),
    Row(
        "F26",
        "A backup made under load is restored into an empty folder.",
        "nothing lost that was acknowledged before the backup",
        "`formroom backup` during the load, `formroom restore`, and the ledger",
        is_scheduled=False,
    ),
    Row(
        "F27",
        "Two hubs on one data folder: the second refuses to start.",
        "refused, with the reason",
        "a second start",
        is_scheduled=False,
    ),
    Row(
        "F28",
        "Records cannot be written: privileged acts are refused, intake waits.",
        "refused within 2 s with the reason",
        "as F18, while a teacher locks",
        is_scheduled=False,
    ),
)


def row(id_: str) -> Row:
    """The row of a fault; raises `ValueError` when there is none."""
    for one in TABLE:
        if one.id == id_:
            return one
    raise ValueError(f"unknown fault {id_!r}; known are {', '.join(one.id for one in TABLE)}")
