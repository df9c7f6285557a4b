from __future__ import annotations

import pytest

from webrtc.pace import NOTHING, Pace, union
from webrtc.source import Area


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((0, 0, 10, 10), (5, 5, 10, 10), (0, 0, 15, 15)),
        ((5, 5, 1, 1), NOTHING, (5, 5, 1, 1)),
        (NOTHING, (5, 5, 1, 1), (5, 5, 1, 1)),
        (None, (5, 5, 1, 1), None),
        ((5, 5, 1, 1), None, None),
    ],
)
def test_a_union_holds_both(one: Area | None, other: Area | None, both: Area | None) -> None:
    assert union(one, other) == both


def test_a_consumer_is_told_everything_that_changed_since_its_last_one() -> None:
    pace = Pace()
    assert pace.stale
    assert pace.take(1.0) is None
    assert not pace.stale
    pace.add((10, 10, 5, 5))
    pace.add((0, 0, 5, 5))
    assert pace.stale
    assert pace.take(2.0) == (0, 0, 15, 15)
    assert pace.take(3.0) == NOTHING
    assert pace.sent_s == 3.0
