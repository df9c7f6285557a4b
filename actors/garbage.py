"""How often a process with very many lasting objects looks for garbage in circles."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 20)
"""New objects, and collections of the younger generations, before a collection."""


def collect_seldom() -> None:
    """Leave out of every collection what exists now, and collect seldom from now on.

    To be called once, when a process has loaded what it needs. A collection of everything holds a
    process with ten thousand devices up for tenths of a second; what is not in circles is freed
    at once anyway.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
