from __future__ import annotations

import pytest

from webrtc.ice import configuration, parse_candidate, split_offer
from webrtc.ice_settings import IceSettings

LINE = "candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host"


def test_no_server_is_ever_asked_that_was_not_configured() -> None:
    assert configuration(IceSettings()).iceServers == []
    (server,) = configuration(IceSettings(("turn:relay.example",), "u", "p")).iceServers
    assert (server.urls, server.username, server.credential) == (["turn:relay.example"], "u", "p")


def test_an_offer_loses_its_candidates_and_nothing_else() -> None:
    sdp = f"v=0\r\na=mid:0\r\na={LINE}\r\na=end-of-candidates\r\na=setup:actpass\r\n"
    offer = split_offer(sdp)
    assert offer.sdp == "v=0\r\na=mid:0\r\na=setup:actpass\r\n"
    assert offer.candidates == (LINE,)


def test_candidates_are_read_in_every_form_that_browsers_use() -> None:
    for line in (LINE, f"a={LINE}", LINE.removeprefix("candidate:")):
        candidate = parse_candidate(line, "0")
        assert candidate is not None
        assert (candidate.ip, candidate.port, candidate.sdpMid) == ("192.0.2.7", 50000, "0")
    assert parse_candidate("", "0") is None


@pytest.mark.parametrize("line", ["x", "candidate:1 1 udp", "1 a b c d e f g"])
def test_a_candidate_that_cannot_be_read_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError, match="not a candidate"):
        parse_candidate(line, "0")
