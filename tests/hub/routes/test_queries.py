import pytest
from starlette.requests import Request

from hub.errors import ApiError
from hub.routes.queries import text, whole, word


def asked(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_what_is_not_said_has_a_default() -> None:
    request = asked("")
    assert whole(request, "limit", 5, 1, 10) == 5
    assert word(request, "order", ("oldest", "newest")) == "oldest"
    assert text(request, "device") == ""


def test_what_is_said_counts() -> None:
    request = asked("limit=10&order=newest&device=pc%201")
    assert whole(request, "limit", 5, 1, 10) == 10
    assert word(request, "order", ("oldest", "newest")) == "newest"
    assert text(request, "device") == "pc 1"


@pytest.mark.parametrize("given", ["0", "11", "-1", "1.0", "1_0", "+1", "%201", "", "٣", "9" * 40])
def test_only_whole_numbers_in_bounds_are_taken(given: str) -> None:
    with pytest.raises(ApiError) as refused:
        whole(asked(f"limit={given}"), "limit", 5, 1, 10)
    assert refused.value.status == 422


def test_unknown_words_and_long_texts_are_refused() -> None:
    with pytest.raises(ApiError):
        word(asked("order=sideways"), "order", ("oldest", "newest"))
    with pytest.raises(ApiError):
        text(asked("device=" + "x" * 257), "device")
