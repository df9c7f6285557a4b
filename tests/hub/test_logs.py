import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hub.logs import configure_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_logs_are_one_object_a_line_for_our_own_and_others_records() -> None:
    stream = io.StringIO()
    configure_logs("json", "info", stream)
    structlog.get_logger("hub").info("device_admitted", device="pc1")
    logging.getLogger("uvicorn.error").warning("port %s is busy", 8750)
    logging.getLogger("library").debug("not wanted")
    own, other = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (own["event"], own["device"], own["level"]) == ("device_admitted", "pc1", "info")
    assert (other["event"], other["logger"]) == ("port 8750 is busy", "uvicorn.error")
    assert own["timestamp"].endswith("Z")


def test_a_line_break_in_a_value_makes_no_second_record() -> None:
    for log_format in ("json", "console"):
        stream = io.StringIO()
        configure_logs(log_format, "info", stream)
        structlog.get_logger("hub").info("window_changed", title="a\n2026 forged [info] b")
        assert len(stream.getvalue().splitlines()) == 1


def test_an_exception_is_logged_with_its_place() -> None:
    stream = io.StringIO()
    configure_logs("json", "info", stream)
    try:
        raise KeyError("lost")
    except KeyError:
        structlog.get_logger("hub").exception("failed")
    (record,) = (json.loads(line) for line in stream.getvalue().splitlines())
    assert record["exception"][0]["exc_type"] == "KeyError"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_exception_shows_no_value_of_a_variable(log_format: str) -> None:
    stream = io.StringIO()
    configure_logs(log_format, "info", stream)
    secret = "Ana writes a diary"
    try:
        raise KeyError("lost")
    except KeyError:
        structlog.get_logger("hub").exception("failed")
    assert "KeyError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert secret not in stream.getvalue().replace(f'secret = "{secret}"', "")
