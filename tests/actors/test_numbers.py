"""The numbers of a device: what may be acknowledged never passes what is not stored."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.numbers import Numbers


def numbers(*taken: int) -> Numbers:
    one = Numbers()
    one.begin("e1")
    for seq in taken:
        assert one.take(seq)
    return one


def test_nothing_is_settled_beyond_the_oldest_number_that_waits() -> None:
    one = numbers(1, 2)
    assert one.settled == 2
    one.take(3)
    assert one.keep(3, has_room=True)
    one.take(4)
    one.take(5)
    assert one.keep(5, has_room=True)
    assert one.settled == 2
    assert one.stored("e1", 3)
    assert one.settled == 4
    assert one.stored("e1", 5)
    assert one.settled == 5


def test_what_is_stored_out_of_order_settles_with_the_oldest() -> None:
    one = numbers(1, 2)
    one.keep(1, has_room=True)
    one.keep(2, has_room=True)
    assert not one.stored("e1", 2)
    assert one.settled == 0
    assert one.stored("e1", 1)
    assert one.settled == 2


def test_what_is_stored_of_an_earlier_epoch_settles_nothing() -> None:
    one = numbers(1)
    one.keep(1, has_room=True)
    one.begin("e2")
    one.take(1)
    one.keep(1, has_room=True)
    assert not one.stored("e1", 1)
    assert one.settled == 0


def test_a_message_without_room_is_taken_again_when_the_device_begins_again() -> None:
    one = numbers(1, 2)
    assert not one.keep(2, has_room=False)
    assert one.has_missed
    one.take(3)
    assert not one.keep(3, has_room=True), "later ones wait for it, to keep the order"
    assert one.settled == 1
    one.begin("e1")
    assert not one.has_missed
    for seq in (2, 3):
        assert one.take(seq)
        assert one.keep(seq, has_room=True)
    assert one.settled == 1


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("say"), st.booleans(), st.booleans()),
            st.tuples(st.just("store"), st.integers(0, 5)),
            st.just(("again",)),
        ),
        max_size=80,
    )
)
def test_nothing_is_settled_that_was_not_stored_and_it_never_falls(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    """Against a device that keeps what is not settled, and sends it again in order."""
    one = Numbers()
    one.begin("e1")
    durable: dict[int, bool] = {}
    waiting: list[int] = []
    stored: list[int] = []
    settled = 0

    def receive(seq: int, has_room: bool) -> None:
        if one.take(seq) and durable[seq] and one.keep(seq, has_room):
            waiting.append(seq)

    for step in steps:
        match step:
            case ("say", is_durable, has_room):
                durable[len(durable) + 1] = is_durable
                receive(len(durable), has_room)
            case ("store", place) if place < len(waiting):
                stored.append(waiting.pop(place))
                one.stored("e1", stored[-1])
            case ("again",):
                one.begin("e1")
                for seq in range(one.settled + 1, len(durable) + 1):
                    receive(seq, True)
        assert one.settled >= settled
        settled = one.settled
        assert all(seq in stored for seq in durable if durable[seq] and seq <= settled)
    assert len(stored) == len(set(stored))
