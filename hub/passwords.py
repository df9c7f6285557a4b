"""Passwords: which are good enough, and their argon2id hashes."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST_LENGTH = 12
MOST_LENGTH = 256
LEAST_DIFFERENT = 5
HASHES_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class HashCost:
    """The price of one hash; the default is the second option of RFC 9106 (64 MiB, 0.2 s)."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


class Passwords:
    """Makes and checks hashes in threads of its own, at most `HASHES_AT_ONCE` at a time.

    So a flood of sign-ins costs at most four times the memory of a hash, and no other work waits.
    """

    def __init__(self, cost: HashCost | None = None) -> None:
        cost = cost or HashCost()
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)
        self._threads = ThreadPoolExecutor(HASHES_AT_ONCE, "passwords")
        self._nobody = self._hasher.hash("nobody's password")

    def hash_now(self, password: str) -> str:
        """The hash, in the calling thread."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        """The hash of a new password."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def is_right(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one of the hash.

        None, for a user who does not exist, is wrong and takes as long to find wrong.
        """
        loop = asyncio.get_running_loop()
        against = password_hash or self._nobody
        right = await loop.run_in_executor(self._threads, self._verify, against, password)
        return right and password_hash is not None

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False


def password_weakness(password: str, user: str) -> str | None:
    """Why a new password is not accepted, in a plain sentence; None: it is."""
    if len(password) < LEAST_LENGTH:
        return f"The password needs at least {LEAST_LENGTH} characters."
    if len(password) > MOST_LENGTH:
        return f"The password may have at most {MOST_LENGTH} characters."
    if len(set(password)) < LEAST_DIFFERENT:
        return "The password needs more different characters."
    if user and user.casefold() in password.casefold():
        return "The password must not contain the user name."
    return None
