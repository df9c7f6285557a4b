import csv
import io
from collections.abc import AsyncIterator, Sequence

import pytest

from hub.spreadsheet import csv_bytes, csv_download, harmless, moment


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\u00a0@"])
def test_no_text_begins_like_a_formula(first: str) -> None:
    text = f'{first}HYPERLINK("http://x","y")'
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Maths", "7B", "a=b", "'quoted'", "…"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_every_cell_comes_back_whole_whatever_it_holds() -> None:
    row = ["a,b", 'say "x"', "two\nlines", "; rm", "é", "=1+1", -5]
    [read] = csv.reader(io.StringIO(csv_bytes([row]).decode(), newline=""))
    assert read == ["a,b", 'say "x"', "two\nlines", "; rm", "é", "'=1+1", "-5"]


def test_moments_are_utc_and_an_impossible_one_is_a_number() -> None:
    assert moment(1_800_000_000_123) == "2027-01-15T08:00:00.123+00:00"
    assert moment(2**62) == str(2**62)
    assert moment(-1) == "-1"


async def test_a_download_is_sent_as_its_rows_are_read() -> None:
    read: list[int] = []

    async def chunks() -> AsyncIterator[Sequence[Sequence[str | int]]]:
        for n in (1, 2):
            read.append(n)
            yield [[n, "x"]]

    response = csv_download("events", ["number", "text"], chunks())
    body = aiter(response.body_iterator)
    assert bytes(await anext(body)) == "\ufeffnumber,text\r\n".encode()  # type: ignore[arg-type]
    assert read == []
    assert await anext(body) == b"1,x\r\n"
    assert read == [1]
    assert response.headers["Content-Disposition"] == 'attachment; filename="events.csv"'
