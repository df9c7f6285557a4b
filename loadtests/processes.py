"""What a server's processes cost: processor time, memory, and how many of them are Ray's."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import psutil

_MEGA = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """One look at a process and all its descendants."""

    at_s: float
    """Monotonic seconds."""
    cpu_s: dict[int, float]
    """Processor seconds since each process began, by its id: Ray renames its own as they work."""
    names: dict[int, str]
    rss_mb: float
    """Resident memory in all; what processes share is counted in each."""
    pss_mb: float | None
    """The same with shared memory counted once; None where the system does not say."""
    ray_processes: int
    files: int = 0
    """Open files and sockets of all; 0 where the system does not say."""
    rss_by_process: dict[int, float] = field(default_factory=dict)
    """Resident memory in MB, by process id."""

    @property
    def memory_by_name(self) -> dict[str, float]:
        """Resident memory in MB, those of equal name added up; what they share is in each."""
        found: dict[str, float] = {}
        for pid, rss_mb in self.rss_by_process.items():
            found[self.names[pid]] = found.get(self.names[pid], 0.0) + rss_mb
        return {name: round(value, 1) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor use between two looks."""

    seconds: float
    cpu_s: float
    by_process: dict[str, float]
    """Cores by process name, those of equal name added up."""

    @property
    def cores(self) -> float:
        """Mean number of cores in use."""
        return self.cpu_s / self.seconds


def look(root: int, now_s: float, *, counts_shared: bool = True) -> Usage:
    """Look at the process tree below `root`, itself included.

    Counting shared memory once takes some milliseconds a process; without `counts_shared` it is
    left out. Raises `psutil.NoSuchProcess` when the root is gone.
    """
    top = psutil.Process(root)
    cpu_s: dict[int, float] = {}
    names: dict[int, str] = {}
    rss_mb: dict[int, float] = {}
    pss = ray = files = 0
    knows_pss = counts_shared
    for process in (top, *top.children(recursive=True)):
        # A process may end while it is looked at; then it has no cost any more.
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            times = process.cpu_times()
            command = process.cmdline()
            cpu_s[process.pid] = times.user + times.system
            names[process.pid] = name_of(command) or process.name()
            rss_mb[process.pid] = process.memory_info().rss / _MEGA
            if knows_pss:
                try:
                    pss += process.memory_full_info().pss
                except (psutil.AccessDenied, AttributeError):
                    knows_pss = False
            with contextlib.suppress(psutil.AccessDenied, AttributeError):
                files += process.num_fds()
            ray += process.pid != root and is_ray(command)
    rss = sum(rss_mb.values())
    return Usage(now_s, cpu_s, names, rss, pss / _MEGA if knows_pss else None, ray, files, rss_mb)


def cost(before: Usage, after: Usage) -> Cost:
    """Processor use between two looks; a process that is new counts from its beginning."""
    by_process: dict[str, float] = {}
    total = 0.0
    seconds = after.at_s - before.at_s
    for pid, cpu_s in after.cpu_s.items():
        spent = cpu_s - before.cpu_s.get(pid, 0.0)
        total += spent
        name = after.names[pid]
        by_process[name] = by_process.get(name, 0.0) + spent / seconds
    return Cost(seconds, total, dict(sorted(by_process.items(), key=lambda one: -one[1])))


def is_ray(command: list[str]) -> bool:
    """Whether a command line is one of Ray's own processes or workers."""
    return any(part.startswith("ray::") or "/ray/" in part for part in command[:3])


def name_of(command: list[str]) -> str:
    """A short name for a command line, without paths; empty for an empty one."""
    if not command:
        return ""
    if command[0].startswith("ray::"):
        return command[0].split()[0].partition(".")[0]
    words = [part for part in command[1:4] if not part.startswith("-")]
    program = command[0].rpartition("/")[2]
    if program.startswith("python") and "-m" in command[:5]:
        return " ".join(("python", *words[:2]))
    if program.startswith("python") and words:
        return words[0].rpartition("/")[2]
    return program
