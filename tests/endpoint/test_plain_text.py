"""Text of strangers, made fit to be shown."""

import pytest

from endpoint.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("essay.odt – Writer", "essay.odt – Writer"),
        ("two\nlines\tand\u2028three", "two lines and three"),
        ("a\x00b\x1b[31mred\x7f", "ab[31mred"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066left\u2069\u061c\u200e", "left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041s", "tags"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👩‍🏫 class", "👩‍🏫 class"),
        ("می‌خواهم", "می‌خواهم"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  spaces   within  ", "spaces within"),
    ],
)
def test_only_what_can_be_read_is_left(text: str, shown: str) -> None:
    assert plain_text(text, 256) == shown


def test_the_length_is_bounded() -> None:
    assert len(plain_text("x" * 10_000_000, 512)) == 512
    assert plain_text("\u202e" * 1_000_000, 512) == ""
