from __future__ import annotations

import pytest

from wire.errors import CLOSE_CODES, Fault, FrameError


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_close_code_that_a_program_may_send(fault: Fault) -> None:
    code = CLOSE_CODES[fault]
    assert code in {1001, 1007, 1008, 1009, 1013} or 4000 <= code < 5000


def test_no_close_code_is_left_of_a_fault_that_is_gone() -> None:
    assert set(CLOSE_CODES) == set(Fault)


@pytest.mark.parametrize("fault", Fault)
def test_fault_fits_the_reason_of_a_close_frame(fault: Fault) -> None:
    assert len(fault.value.encode()) <= 123


def test_frame_error_says_what_is_wrong_and_where() -> None:
    error = FrameError(Fault.INVALID, "no title", 7)
    assert (str(error), error.fault, error.seq) == ("invalid: no title", Fault.INVALID, 7)
