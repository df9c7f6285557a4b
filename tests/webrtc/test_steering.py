from __future__ import annotations

from webrtc.rungs import FULL, SMALL
from webrtc.steering import Steering


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_loss_takes_and_its_absence_gives_back_within_the_rungs_bounds() -> None:
    steering = Steering(FULL, Clock())
    assert steering.bitrate == FULL.most_bitrate
    for _ in range(30):
        steering.report_loss(0.3)
    assert steering.bitrate == FULL.least_bitrate
    steering.report_loss(0.05)
    assert steering.bitrate == FULL.least_bitrate
    for _ in range(60):
        steering.report_loss(0.0)
    assert steering.bitrate == FULL.most_bitrate


def test_an_estimate_counts_only_when_it_falls_below_what_is_sent() -> None:
    clock = Clock()
    steering = Steering(FULL, clock)
    steering.sent(200_000)  # 1.6 Mbit in this second
    steering.report_estimate(300_000)  # the first one: low, as nothing was sent before
    steering.report_estimate(400_000)
    assert steering.bitrate == FULL.most_bitrate
    steering.report_estimate(1_900_000)
    steering.report_estimate(1_700_000)  # falls, but more than is sent
    assert steering.bitrate == FULL.most_bitrate
    steering.report_estimate(900_000)
    assert steering.bitrate == 900_000


def test_what_was_sent_long_ago_is_forgotten() -> None:
    clock = Clock()
    steering = Steering(FULL, clock)
    steering.sent(200_000)
    clock.now = 5.0
    steering.report_estimate(900_000)
    steering.report_estimate(300_000)
    assert steering.bitrate == FULL.most_bitrate


def test_another_rung_begins_at_its_most() -> None:
    steering = Steering(SMALL, Clock())
    steering.report_loss(0.5)
    steering.use(FULL)
    assert steering.bitrate == FULL.most_bitrate
