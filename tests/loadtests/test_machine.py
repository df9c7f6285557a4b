"""Facts of the machine, and the limit of open files."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from loadtests.machine import allow_files, facts


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """The limits of this process, given back at the end."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_soft_limit_is_raised_as_far_as_needed(limits: tuple[int, int]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, limits[1]))
    allow_files(500)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 500


def test_a_hard_limit_that_is_too_low_is_said_with_what_to_do() -> None:
    with pytest.raises(OSError, match="ulimit -Hn"):
        allow_files(2**40)


def test_a_result_names_its_machine() -> None:
    found = facts()
    assert found["cores"]
    assert found["memory_gb"]
    assert found["python"]
