"""What happens again and again is reported without filling the outbox, and nothing is left out."""

from __future__ import annotations

from endpoint.incidents import AGAIN_S, Incidents
from wire.messages import EventReported, Message


class Reported:
    def __init__(self) -> None:
        self.now_s = 50.0
        self.posted: list[Message] = []
        self.incidents = Incidents(
            self.posted.append, lambda: 7, lambda: self.now_s, user=lambda: "amy"
        )


def test_what_happens_once_is_reported_at_once() -> None:
    one = Reported()
    one.incidents.happen("notice_ended", "by signal 9")
    one.incidents.report("clock_changed", count=-60)
    assert one.posted == [
        EventReported("notice_ended", 7, 0, "by signal 9", "amy"),
        EventReported("clock_changed", 7, -60, "", "amy"),
    ]


def test_what_goes_on_is_counted_and_reported_once_a_minute() -> None:
    one = Reported()
    for second in range(150):
        one.now_s = 50.0 + second
        one.incidents.happen("capture_failed", f"second {second}")
        one.incidents.look()
    counts = [(m.count, m.detail) for m in one.posted if isinstance(m, EventReported)]
    assert counts == [(0, "second 0"), (60, "second 60"), (60, "second 120")]


def test_after_a_quiet_minute_it_is_news_again() -> None:
    one = Reported()
    one.incidents.happen("notice_ended", "")
    one.now_s += AGAIN_S
    one.incidents.look()
    one.incidents.happen("notice_ended", "")
    assert [m.count for m in one.posted if isinstance(m, EventReported)] == [0, 0]
