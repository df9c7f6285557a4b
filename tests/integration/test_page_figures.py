"""The figures in the prose of `docs/wire.md` are those of the programs."""

from __future__ import annotations

import re

import pytest

from actors.classroom import RENEWAL_MS
from endpoint.activity import Activity
from endpoint.link import SEND_DEADLINE_S, SETTLED_S
from endpoint.orders import CONFIRM_S
from hub.settings import Settings
from hub.sockets.device import HELLO_S
from hub.sockets.switchboard import RENEW_S
from tests.architecture.sources import ROOT
from webrtc.control_channel import FRAME_LIMIT, MOST_PER_S
from webrtc.ice import MOST_CANDIDATES
from webrtc.peer import CONNECT_TIMEOUT_S
from webrtc.rungs import FULL, SMALL
from wire.session import Backoff

PAGE = " ".join((ROOT / "docs/wire.md").read_text(encoding="utf-8").split())
HUB = Settings()


def seconds(value: float) -> str:
    return f"{value:g} s"


@pytest.mark.parametrize(
    "sentence",
    [
        f"sends `hello` within {seconds(HELLO_S)}",
        f"`heartbeat_s` (of the last `welcome`; {seconds(HUB.heartbeat_s)} at present)",
        f"`silence_s` (of the last `welcome`, {seconds(HUB.silence_s)} at present",
        f"({seconds(HUB.viewing_lease_s)} at present; the hub renews it every {seconds(RENEW_S)}",
        f"renews the lease every {seconds(RENEWAL_MS / 1000)} by sending the list again",
        f"`lease_s` is {seconds(HUB.order_lease_s)} at present",
        f"neither applied nor refused after {seconds(CONFIRM_S)} the device reports as",
        f"takes no more data for {seconds(SEND_DEADLINE_S)} should close",
        f"a welcomed connection lasted {seconds(SETTLED_S)}",
        f"JPEG of at most {SMALL.most_width} x {SMALL.most_height} pixels",
        f"| small | `wall` | {SMALL.most_width} x {SMALL.most_height} | {1 / SMALL.gap_s:g} |",
        f"| {FULL.most_width} x {FULL.most_height} | {1 / FULL.gap_s:g}, for a moment "
        f"{1 / FULL.hurried_gap_s:g} after input |",
        f"A connection that is not established {seconds(CONNECT_TIMEOUT_S)} after its offer",
        f"at most {MOST_CANDIDATES}, the offer's own included",
        f"| a message on a data channel (section 12) | {FRAME_LIMIT} |",
        f"At most {MOST_PER_S} messages a second",
    ],
)
def test_figure_is_that_of_the_program(sentence: str) -> None:
    assert sentence in PAGE


def test_pupil_is_away_after_the_time_that_the_page_names() -> None:
    assert Activity.__init__.__kwdefaults__ is not None
    minutes = Activity.__init__.__kwdefaults__["away_after_s"] / 60
    assert f"`away` after {minutes:g} minutes without key or pointer" in PAGE


def test_back_off_is_the_one_that_the_page_describes() -> None:
    found = re.search(r"b = min\((\d+) s, ([\d.]+) s × 2\^k\)", PAGE)
    assert found
    defaults = Backoff.__init__.__defaults__
    assert defaults is not None
    assert (float(found[2]), float(found[1])) == defaults[:2]
