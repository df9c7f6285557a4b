"""The simulated pupils of a demonstration end with it, whatever they are doing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from hub.demo import simulated_pupils
from hub.settings import Settings


def mine() -> set[int]:
    return {
        process.pid
        for process in psutil.Process().children()
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    }


async def test_the_pupils_end_with_the_demonstration(tmp_path: Path) -> None:
    before = mine()
    async with simulated_pupils(Settings(data_dir=tmp_path), tmp_path):
        assert len(mine() - before) == 1
    assert mine() == before


async def test_the_pupils_end_also_when_the_demonstration_is_broken_off(tmp_path: Path) -> None:
    before = mine()

    async def show(begun: asyncio.Event) -> None:
        async with simulated_pupils(Settings(data_dir=tmp_path), tmp_path):
            begun.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        begun = asyncio.Event()
        showing = group.create_task(show(begun))
        await begun.wait()
        showing.cancel()
    assert mine() == before


async def test_pupils_who_are_gone_already_are_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    before = mine()
    async with simulated_pupils(Settings(data_dir=tmp_path), tmp_path):
        await asyncio.sleep(0.1)
    assert mine() == before
