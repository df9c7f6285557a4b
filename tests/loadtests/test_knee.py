"""Why a step does not hold, and which is the last that does."""

from __future__ import annotations

import msgspec

from loadtests.knee import Knee, Limits, Step, reason_of

GOOD = Step(1000.0, 990.0, 120.0, 0.8, 900.0, 0.99)
LIMITS = Limits(400.0, 1.5)


def _reason(**changes: float | None) -> str:
    return reason_of(msgspec.structs.replace(GOOD, **changes), LIMITS)


def test_a_step_within_its_limits_holds() -> None:
    assert _reason() == ""
    assert _reason(cores=None) == ""


def test_a_step_beyond_a_limit_says_which() -> None:
    assert _reason(p95_ms=401.0) == "p95 401 ms, at most 400 ms"
    assert _reason(cores=1.6) == "1.60 cores, at most 1.50"
    assert _reason(arrived_share=0.4) == "60% had not arrived at the end"
    assert _reason(p95_ms=None) == "p95 nothing, at most 400 ms"


def test_simulators_at_their_end_are_no_fault_of_the_server_and_said_first() -> None:
    assert "simulators" in _reason(messages_per_s=800.0, p95_ms=5000.0)


def test_the_knee_is_the_last_step_before_the_first_that_broke() -> None:
    broken = msgspec.structs.replace(GOOD, asked_per_s=1600.0, reason="late")
    again = msgspec.structs.replace(GOOD, asked_per_s=2560.0)
    knee = Knee("x", 1, "", "", {}, (GOOD, broken, again))
    assert knee.last_held == GOOD
    assert knee.reason == "late"
    assert Knee("x", 1, "", "", {}, (broken,)).last_held is None
