from __future__ import annotations

import pytest

from webrtc.rungs import FULL, SMALL, fit, rung_of


@pytest.mark.parametrize(
    ("screen", "sent"),
    [
        ((1280, 720), (1280, 720)),
        ((1366, 768), (1280, 718)),
        ((1920, 1080), (1280, 720)),
        ((1024, 768), (960, 720)),
        ((801, 601), (800, 600)),
    ],
)
def test_the_full_rung_is_native_or_shrunk_to_fit(
    screen: tuple[int, int], sent: tuple[int, int]
) -> None:
    assert fit(*screen, FULL) == sent


def test_the_wall_is_small_and_everything_else_full() -> None:
    assert rung_of("wall") is SMALL
    assert {rung_of("view"), rung_of("share"), rung_of("control")} == {FULL}
