"""A cable between two network namespaces that a test made itself: it can be cut in either
direction, lose, delay, and be slow.

Both ends are TUN devices of the kernel; one thread carries the packets between them, so that TCP
meets what it meets on a real way. Addresses are of loopback's range, in namespaces where they are
not loopback: nothing of this can reach beyond the machine.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import random
import select
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

HUB, PC = "127.77.0.1", "127.77.0.2"
PROGRAMS = ("ip", "nsenter")
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x1001
_PACKET = 65_536
Result = TypeVar("Result")


@dataclass
class Way:
    """One direction of the cable; may be changed while packets are on it."""

    is_cut: bool = False
    loss: float = 0.0
    delay_s: float = 0.0
    bits_per_s: float = 0.0
    """0: as fast as the machine."""
    queue_s: float = 1.0
    """A packet that would wait longer for the slow way is dropped, as a router drops it."""
    carried: int = 0
    dropped: int = 0
    free_at_s: float = field(default=0.0, repr=False)

    def mend(self) -> None:
        """Carry everything at once again."""
        self.is_cut, self.loss, self.delay_s, self.bits_per_s = False, 0.0, 0.0, 0.0


class Cable:
    """Two namespaces, and the two ways between them."""

    def __init__(self, hub_namespace: str, pc_namespace: str) -> None:
        self.hub_namespace, self.pc_namespace = hub_namespace, pc_namespace
        self.to_hub, self.to_pc = Way(), Way()

    def mend(self) -> None:
        """Both ways carry everything again."""
        self.to_hub.mend()
        self.to_pc.mend()

    def cut(self) -> None:
        """Nothing passes in either direction; nobody is told."""
        self.to_hub.is_cut = self.to_pc.is_cut = True

    def listen(self) -> socket.socket:
        """A listening socket at the hub's end."""
        return inside(self.hub_namespace, _listening)

    def program_at_pc(self, *command: str) -> list[str]:
        """The command that runs another command at the PC's end."""
        return ["ip", "netns", "exec", self.pc_namespace, *command]


@contextmanager
def laid_cable(seed: int = 0) -> Iterator[Cable]:
    """A cable for as long as the block runs; raises `OSError` where one may not be made."""
    with ExitStack() as stack:
        names = [f"formroom-{os.getpid()}-{end}" for end in ("hub", "pc")]
        ends = []
        for name, own in zip(names, (HUB, PC), strict=True):
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "delete", name)
            tun = inside(name, _open_tun)
            stack.callback(os.close, tun)
            ends.append(tun)
            inside(name, _let_loopback_addresses_travel)
            _ip("-n", name, "address", "add", f"{own}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")
        cable = Cable(*names)
        stop_reading, stop_writing = os.pipe()
        carrier = threading.Thread(
            target=_carry, args=(cable, ends[0], ends[1], stop_reading, random.Random(seed))
        )
        carrier.start()
        stack.callback(os.close, stop_reading)
        stack.callback(carrier.join)
        stack.callback(os.close, stop_writing)
        yield cable


def missing() -> list[str]:
    """What a cable needs and is not here."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if not os.path.exists("/dev/net/tun"):
        lacking.append("/dev/net/tun")
    if os.geteuid() != 0:
        lacking.append("root")
    return lacking


def inside(namespace: str, work: Callable[[], Result]) -> Result:
    """Do this in a thread that is in a namespace; sockets made there belong there."""

    def run() -> Result:
        enter(namespace)
        return work()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run).result()


def enter(namespace: str) -> None:
    """Move this thread into a namespace; it cannot come back."""
    library = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}", "rb") as handle:
        if library.setns(handle.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"namespace {namespace}")


def _listening() -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HUB, 0))
    listener.listen(256)
    return listener


def _open_tun() -> int:
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", b"cable", _IFF_TUN_NO_PI))
    return tun


def _let_loopback_addresses_travel() -> None:
    for device in ("all", "cable"):
        path = f"/proc/sys/net/ipv4/conf/{device}/route_localnet"
        with open(path, "w", encoding="ascii") as file:
            file.write("1")


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def _carry(cable: Cable, hub: int, pc: int, stop: int, rng: random.Random) -> None:
    """Bring each packet to the other end, in its time, until the pipe `stop` ends."""
    ways = {pc: (cable.to_hub, hub), hub: (cable.to_pc, pc)}
    on_the_way: list[tuple[float, int, int, Way, bytes]] = []
    number = 0
    while True:
        wait_s = max(0.0, on_the_way[0][0] - time.monotonic()) if on_the_way else None
        readable, _, _ = select.select([hub, pc, stop], [], [], wait_s)
        if stop in readable:
            return
        for source in readable:
            way, target = ways[source]
            packet = os.read(source, _PACKET)
            due_s = _due_s(way, len(packet), rng)
            if due_s is None:
                way.dropped += 1
                continue
            number += 1
            heapq.heappush(on_the_way, (due_s, number, target, way, packet))
        while on_the_way and on_the_way[0][0] <= time.monotonic():
            _, _, target, way, packet = heapq.heappop(on_the_way)
            if way.is_cut:
                way.dropped += 1
            else:
                way.carried += 1
                os.write(target, packet)


def _due_s(way: Way, length: int, rng: random.Random) -> float | None:
    """When a packet arrives; None: never."""
    if way.is_cut or rng.random() < way.loss:
        return None
    now_s = time.monotonic()
    if not way.bits_per_s:
        return now_s + way.delay_s
    begins_s = max(now_s, way.free_at_s)
    if begins_s - now_s > way.queue_s:
        return None
    way.free_at_s = begins_s + length * 8 / way.bits_per_s
    return way.free_at_s + way.delay_s
