"""Faults that need a hub of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from loadtests.faults.postgres import Postgres
from loadtests.faults.result import FaultsResult
from loadtests.faults.run import Say
from loadtests.faults.stage import Size

Scenario = Callable[
    [Path, int, Size, Mapping[str, str], Postgres | None, Say], Awaitable[FaultsResult]
]

SCENARIOS: dict[str, Scenario] = {}
