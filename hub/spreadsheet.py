"""Tables as CSV that people open in a spreadsheet, which must not take a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from starlette.responses import StreamingResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LATEST_MS = 253_402_300_799_000
"""The end of the year 9999: a device's clock may say anything."""


def csv_bytes(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Rows as CSV (RFC 4180), in UTF-8. A text that would be a formula begins with an apostrophe.

    Full-width and other signs that some programs read as one of these are treated alike.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else harmless(cell) for cell in row])
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet calculates."""
    bare = text.lstrip(" \u00a0\u3000\ufeff")
    return f"'{text}" if bare.startswith((*_FORMULA, "＝", "＋", "－", "＠")) else text


def moment(ms: int) -> str:
    """A time in milliseconds since 1970 as ISO 8601 in UTC; the number where no calendar has it."""
    if not 0 <= ms <= _LATEST_MS:
        return str(ms)
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def csv_download(
    name: str, header: Sequence[str], chunks: AsyncIterator[Sequence[Sequence[str | int]]]
) -> StreamingResponse:
    """A file to download, sent as its rows are read. When reading fails the download breaks off."""

    async def body() -> AsyncIterator[bytes]:
        # Without the mark some spreadsheets take the file for the code page of their country.
        yield "\ufeff".encode() + csv_bytes([header])
        async for rows in chunks:
            yield csv_bytes(rows)

    return StreamingResponse(
        body(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
