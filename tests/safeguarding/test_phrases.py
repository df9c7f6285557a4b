"""A phrase that makes no sense is refused, and every category belongs to an area of risk."""

from __future__ import annotations

import pytest

from safeguarding.phrases import Category, Phrase, Risk


@pytest.mark.parametrize("wrong", [{"severity": 6}, {"distance": 0}, {"ages": (12, 9)}])
def test_a_phrase_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    fields: dict[str, object] = {"severity": 3, **wrong}
    with pytest.raises(ValueError, match="p1"):
        Phrase("p1", "text", "en", Category.DRUGS, **fields)  # type: ignore[arg-type]


def test_every_category_belongs_to_an_area_of_risk() -> None:
    assert {category.risk for category in Category} == set(Risk)
