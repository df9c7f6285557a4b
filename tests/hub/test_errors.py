import json

import pytest

from actors.ports import ShardUnavailable
from hub.errors import DOMAIN_ERRORS, ApiError, error_response
from hub.lessons import LessonRefused
from store.classes import UnknownDevice
from store.engine import StoreConflict, StoreUnavailable
from wire.errors import Fault


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ShardUnavailable("shard 3"), 503, "unavailable"),
        (StoreUnavailable("disk full"), 503, "unavailable"),
        (StoreConflict("UNIQUE"), 409, "conflict"),
        (UnknownDevice("pc1"), 422, "unknown_device"),
        (LessonRefused(Fault.FORBIDDEN, "No."), 403, "forbidden"),
        (LessonRefused(Fault.UNAVAILABLE, "Later."), 503, "unavailable"),
        (LessonRefused("another", "No."), 409, "another"),
    ],
)
def test_each_domain_error_has_a_status_a_code_and_a_sentence(
    error: Exception, status: int, code: str
) -> None:
    response = error_response(error)
    told = json.loads(bytes(response.body))["error"]
    assert (response.status_code, told["code"]) == (status, code)
    assert told["message"].endswith(".")
    assert isinstance(error, DOMAIN_ERRORS)
    for inside in ("shard 3", "disk full", "UNIQUE"):
        assert inside not in told["message"]


def test_an_api_error_carries_its_facts_and_headers() -> None:
    error = ApiError(429, "slow", "Wait.", facts={"lesson_id": "l1"}, headers={"Retry-After": "3"})
    response = error_response(error)
    assert json.loads(bytes(response.body)) == {
        "error": {"code": "slow", "message": "Wait.", "lesson_id": "l1"}
    }
    assert response.headers["retry-after"] == "3"


def test_what_is_no_domain_error_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        error_response(KeyError("a mistake"))
