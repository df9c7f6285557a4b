"""Who may begin a handshake, by the clock of the test; and a hub that has no room, for real."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from hub.sockets.admission import FULL_S, LATEST_S, PATIENCE_S, PER_S, RETURNS_PER_S, Admission
from tests.hub.sockets.clients import eventually, open_socket
from tests.hub.sockets.school import running_hub


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_those_who_come_apart_begin_at_once() -> None:
    clock = Clock()
    admission = Admission(clock, 1_000)
    for _ in range(2_000):
        clock.now_s += 1.1 / PER_S
        assert admission.turn_s(1) == 0.0
    assert admission.shed == 0


def test_of_those_who_come_together_each_has_a_turn_or_a_time_of_its_own() -> None:
    clock = Clock()
    admission = Admission(clock, 10_000)
    turns = [admission.turn_s(1) for _ in range(5_000)]
    begun = [turn for turn in turns if turn is not None]
    assert begun == sorted(begun)
    assert max(begun) <= PATIENCE_S
    assert len(begun) == pytest.approx(PER_S * PATIENCE_S, rel=0.01)
    returns = [admission.return_s() for _ in range(turns.count(None))]
    assert admission.shed == len(returns)
    assert min(returns) > PATIENCE_S
    for second in range(10, 25):
        assert returns.count(second) == pytest.approx(RETURNS_PER_S, abs=1)


def test_those_who_come_back_in_their_time_are_let_in() -> None:
    clock = Clock()
    admission = Admission(clock, 10_000)
    shed = sum(admission.turn_s(1) is None for _ in range(5_000))
    due = sorted(clock.now_s + admission.return_s() for _ in range(shed))
    for clock.now_s in due:
        assert admission.turn_s(1) is not None
    assert clock.now_s < 1000.0 + 60


def test_nobody_is_sent_away_for_longer_than_the_latest_time() -> None:
    clock = Clock()
    admission = Admission(clock, 1)
    assert max(admission.return_s() for _ in range(200_000)) <= LATEST_S


def test_a_full_server_asks_to_be_left_alone() -> None:
    admission = Admission(Clock(), 10)
    assert admission.turn_s(10) == 0.0
    assert admission.turn_s(11) is None
    assert admission.return_s() >= FULL_S
    assert (admission.shed, admission.shed_for_files) == (1, 1)


async def test_a_full_hub_refuses_politely_goes_on_and_takes_devices_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.admission.connections_allowed", lambda: 3)
    async with running_hub(database) as hub, hub.pcs("pc-1", "pc-2") as (first, _):
        async with hub.pcs("pc-3"):
            with pytest.raises(InvalidStatus) as refused:
                await open_socket(f"{hub.url}/device")
            assert refused.value.response.status_code == 503
            assert int(refused.value.response.headers["Retry-After"]) >= FULL_S
            await first.type_titles(["still served"])
            await first.acknowledged()
        await eventually(lambda: hub.board.devices == 2)
        async with hub.pcs("pc-4") as (fourth,):
            await fourth.type_titles(["let in again"])
            await fourth.acknowledged()
    assert b"formroom_devices_shed_for_files 1.0" in hub.context.metrics.text()


async def test_a_storm_is_served_in_turn_and_the_rest_is_given_times(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.admission.PER_S", 30.0)
    monkeypatch.setattr("hub.sockets.admission.PATIENCE_S", 3.0)
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,), asyncio.TaskGroup() as group:
        knocks = [group.create_task(_knock(hub.url)) for _ in range(300)]
        await pc.type_titles(["in the midst of it"])
        await pc.acknowledged()
    outcomes = [knock.result() for knock in knocks]
    assert outcomes.count(0) >= 90
    assert sum(outcomes) > 0
    assert min(outcome for outcome in outcomes if outcome) >= 3


async def _knock(url: str) -> int:
    """0 when the hub took the connection, else the seconds after which to come back."""
    try:
        async with open_socket(f"{url}/device", open_timeout=60):
            return 0
    except InvalidStatus as refused:
        return int(refused.response.headers["Retry-After"])
