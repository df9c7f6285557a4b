import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.passwords import HASHES_AT_ONCE, Passwords, password_weakness
from tests.hub.school import CHEAP


async def test_only_the_right_password_is_right() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("correct horse battery")
    assert "correct" not in kept
    assert await passwords.is_right(kept, "correct horse battery")
    assert not await passwords.is_right(kept, "correct horse batterz")
    assert not await passwords.is_right("not a hash", "correct horse battery")
    passwords.close()


async def test_nobody_has_no_password_not_even_the_one_compared_with() -> None:
    passwords = Passwords(CHEAP)
    for guess in ("", "nobody's password", "password"):
        assert not await passwords.is_right(None, guess)
    passwords.close()


async def test_an_unknown_user_costs_a_hash_of_the_same_price() -> None:
    passwords = Passwords(CHEAP)
    verified: list[str] = []
    verify = passwords._verify

    def counting(password_hash: str, password: str) -> bool:
        verified.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return verify(password_hash, password)

    passwords._verify = counting  # type: ignore[method-assign]
    await passwords.is_right(passwords.hash_now("some password"), "guess")
    await passwords.is_right(None, "guess")
    assert verified[0] == verified[1]
    passwords.close()


def test_the_default_price_is_the_one_of_rfc_9106() -> None:
    assert Passwords().hash_now("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_no_more_hashes_run_at_once_than_memory_is_meant_for() -> None:
    passwords = Passwords(CHEAP)
    running, most, lock, enough = 0, 0, threading.Lock(), threading.Event()

    def slow(_hash: str, _password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == HASHES_AT_ONCE:
                enough.set()
        enough.wait(10)
        with lock:
            running -= 1
        return True

    passwords._verify = slow  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(passwords.is_right("h", "p"))
    assert most == HASHES_AT_ONCE
    assert isinstance(passwords._threads, ThreadPoolExecutor)
    passwords.close()


@pytest.mark.parametrize(
    ("password", "user"),
    [("short", "ada"), ("x" * 300, "ada"), ("aaaaaaabbbbbb", "ada"), ("my-name-is-ADA", "ada")],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, user: str) -> None:
    assert password_weakness(password, user)
    assert password_weakness("correct horse battery", user) is None
