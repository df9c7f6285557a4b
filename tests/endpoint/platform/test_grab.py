"""What stands in where no input can be held."""

from endpoint.platform.grab import NoGrab


def test_nothing_is_ever_said_to_be_held() -> None:
    grab = NoGrab("this system does not allow it")
    assert grab.hold() == grab.hold() == "this system does not allow it"
    assert grab.fileno() is None
    grab.drain()
    grab.release()
    assert grab.hold()
