from actors.pictures import RING_AGE_MS, RING_BYTES, PictureRing
from wire.messages import Picture


def picture(monitor: int = 0, size: int = 100, at_ms: int = 0) -> Picture:
    return Picture(monitor, 320, 180, b"j" * size, at_ms)


def test_the_newest_picture_of_each_monitor_is_found() -> None:
    ring = PictureRing()
    for n in range(4):
        ring.add(picture(n % 2, at_ms=n), n)
    assert (found := ring.newest(0, 4)) is not None
    assert found.at_ms == 2
    assert ring.newest(2, 4) is None


def test_a_picture_that_is_too_old_is_not_shown() -> None:
    ring = PictureRing()
    ring.add(picture(), 0)
    assert ring.newest(0, RING_AGE_MS) is not None
    assert ring.newest(0, RING_AGE_MS + 1) is None


def test_the_ring_is_bounded_in_bytes_and_keeps_the_newest() -> None:
    ring = PictureRing()
    for n in range(100):
        ring.add(picture(n, RING_BYTES // 4), 0)
    kept = [n for n in range(100) if ring.newest(n, 0)]
    assert kept == [96, 97, 98, 99]
    ring.add(picture(7, RING_BYTES * 2), 0)
    assert [n for n in range(100) if ring.newest(n, 0)] == [7]


def test_nothing_is_left_when_it_is_cleared() -> None:
    ring = PictureRing()
    ring.add(picture(), 0)
    ring.clear()
    assert ring.newest(0, 0) is None
