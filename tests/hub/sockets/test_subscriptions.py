"""What a console was sent, applied in order, is the lesson at its cursor."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.ports import LessonEntry
from hub.sockets.subscriptions import PENDING_BYTES, Subscription, parse_cursor
from wire.codec import Catalogue
from wire.messages import Changed

TOPIC = "oak/hill/lesson/l1"
_catalogue = Catalogue([Changed])

steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("device"),
            st.sampled_from(["pc-1", "pc-2"]),
            st.sampled_from(["title", "user"]),
            st.text(max_size=3),
        ),
        st.tuples(st.just("removed"), st.sampled_from(["pc-1", "pc-2"]), st.just(""), st.just("")),
        st.tuples(st.just("read"), st.just(""), st.just(""), st.just("")),
    ),
    max_size=50,
)


def patch(kind: str, device: str, field: str = "", value: str = "") -> bytes:
    body = {"device": device, field: value} if kind == "device" else device
    return msgspec.msgpack.encode((kind, body))


def a_subscription(*, at: int = 0) -> Subscription:
    subscription = Subscription("oak", "hill", "l1", lambda: None)
    subscription.start({"pool-0": ("e", at)})
    return subscription


def read_all(subscription: Subscription) -> list[Changed]:
    found = []
    while (frame := subscription.take_changes()) is not None:
        message = _catalogue.decode(frame)[1]
        assert isinstance(message, Changed)
        found.append(message)
    return found


def apply(state: dict[str, dict[str, object]], changes: list[Changed]) -> None:
    for change in changes:
        for gone in change.removed:
            state.pop(gone, None)
        for fields in change.devices:
            state.setdefault(str(fields["device"]), {}).update(fields)


@given(steps)
def test_changes_applied_in_order_are_the_lesson_whenever_they_are_read(
    history: list[tuple[str, str, str, str]],
) -> None:
    subscription = a_subscription()
    truth: dict[str, dict[str, object]] = {}
    seen: dict[str, dict[str, object]] = {}
    position = 0
    for kind, device, field, value in history:
        if kind == "read":
            changes = read_all(subscription)
            apply(seen, changes)
            assert seen == truth
            if changes:
                assert parse_cursor(changes[-1].cursor) == {"pool-0": ("e", position)}
            continue
        position += 1
        subscription.take("pool-0", [(position, TOPIC, patch(kind, device, field, value))])
        if kind == "removed":
            truth.pop(device, None)
        else:
            truth.setdefault(device, {}).update({"device": device, field: value})
    apply(seen, read_all(subscription))
    assert seen == truth


def test_what_is_known_already_is_not_sent_again() -> None:
    subscription = a_subscription(at=5)
    entries: list[LessonEntry] = [
        (at, TOPIC, patch("device", "pc-1", "title", str(at))) for at in range(3, 8)
    ]
    subscription.take("pool-0", entries)
    subscription.take("pool-0", entries)
    (change,) = read_all(subscription)
    assert [fields["title"] for fields in change.devices] == ["6", "7"]


def test_patches_that_come_before_the_snapshot_wait_for_it() -> None:
    subscription = Subscription("oak", "hill", "l1", lambda: None)
    for at in (4, 5, 6):
        subscription.take("pool-0", [(at, TOPIC, patch("device", "pc-1", "title", str(at)))])
    assert subscription.take_changes() is None
    subscription.start({"pool-0": ("e", 5)})
    (change,) = read_all(subscription)
    assert [fields["title"] for fields in change.devices] == ["6"]


def test_a_console_that_does_not_read_costs_a_bounded_amount_and_needs_a_snapshot() -> None:
    subscription = a_subscription()
    large = patch("device", "pc-1", "title", "x" * 1000)
    for at in range(1, 10_000):
        subscription.take("pool-0", [(at, TOPIC, large)])
    assert subscription.is_behind
    assert subscription._ready_bytes + subscription._bytes < PENDING_BYTES + 100_000
    assert subscription.take_changes() is None
    subscription.restart()
    subscription.start({"pool-0": ("e", 9_999)})
    assert not subscription.is_behind
    assert read_all(subscription) == []


def test_no_frame_of_changes_is_larger_than_a_frame_may_be() -> None:
    subscription = a_subscription()
    for at in range(1, 1000):
        subscription.take("pool-0", [(at, TOPIC, patch("device", "pc-1", "title", "x" * 600))])
    frames = []
    while (frame := subscription.take_changes()) is not None:
        frames.append(len(frame))
    assert len(frames) > 1
    assert max(frames) < 128 * 1024


@pytest.mark.parametrize(
    "text", ["", "x", "=", "a=b", "a=b:-1", "a=:5", "a=b:9999999999999999", "a=b:٣"]
)
def test_a_cursor_that_makes_no_sense_is_no_cursor(text: str) -> None:
    assert parse_cursor(text) == {}


@given(st.dictionaries(st.from_regex(r"\A[a-z0-9-]{1,9}\Z"), st.integers(0, 10**14)))
def test_a_cursor_that_was_given_out_is_read_back(positions: dict[str, int]) -> None:
    subscription = Subscription("oak", "hill", "l1", lambda: None)
    given_out = {name: ("life", at) for name, at in positions.items()}
    subscription.start(given_out)
    assert parse_cursor(subscription.cursor) == given_out
