"""Who may look, under a lease."""

import math

from endpoint.viewing import Viewing
from wire.messages import Viewer, ViewersChanged

KHAN = Viewer("v1", "Ms Khan", "teacher", "view")


def test_the_list_empties_itself_when_its_lease_ends() -> None:
    viewing = Viewing()
    assert viewing.change(ViewersChanged((KHAN,), 15), 100)
    assert not viewing.expire(114.9)
    assert viewing.expire(115)
    assert viewing.viewers == ()
    assert viewing.ends_at_s == math.inf
    assert not viewing.expire(1000)


def test_a_renewal_is_no_change_and_lengthens_the_lease() -> None:
    viewing = Viewing()
    viewing.change(ViewersChanged((KHAN,), 15), 0)
    assert not viewing.change(ViewersChanged((KHAN,), 15), 10)
    assert viewing.ends_at_s == 25


def test_an_empty_list_and_an_ended_lease_let_everybody_go() -> None:
    viewing = Viewing()
    viewing.change(ViewersChanged((KHAN,), 15), 0)
    assert viewing.change(ViewersChanged((), 15), 1)
    assert viewing.ends_at_s == math.inf
    assert not viewing.change(ViewersChanged((KHAN,), 0), 2)
    assert viewing.viewers == ()
