"""Garbage in circles is still found after a process has settled down."""

from __future__ import annotations

import gc
import subprocess
import sys

PROGRAM = """
import gc, weakref
from actors.garbage import THRESHOLDS, collect_seldom
collect_seldom()
class Circle: pass
circle = Circle(); circle.itself = circle
gone = weakref.ref(circle)
del circle
assert gone() is not None
keep = [[] for _ in range(THRESHOLDS[0] + 1_000)]
assert gone() is None
print(gc.get_freeze_count() > 1_000)
"""


def test_a_circle_is_freed_after_enough_new_objects_and_the_settled_ones_are_left_alone() -> None:
    run = subprocess.run(
        (sys.executable, "-c", PROGRAM), capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "True"


def test_this_process_is_not_touched_by_importing() -> None:
    before = gc.get_threshold()
    import actors.garbage

    assert before != actors.garbage.THRESHOLDS
    assert gc.get_threshold() == before
