"""Texts that read alike fold alike, and every folded letter is found again in its text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.folding import BLANK, fold, is_unspaced, origins


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kill MYSELF!", "kill myself"),
        ("don't, dont, don’t", "dont dont dont"),
        ("İstanbul ß ﬁ", "istanbul ss fi"),
        ("Ｋｉｌｌ 𝐤𝐢𝐥𝐥 k\u200bi\u00adll", "kill kill kill"),
        ("życie żółć łódź ça søster", "zycie zolc lodz ca soster"),
        ("مُحَمَّد", "محمد"),
        ("آپ کی ہمت", "اپ كي همت"),
        ("২০২৬ ٣", "2026 3"),
        ("a🔪b 👍🏽", "a 🔪 b 👍"),
        ("k̶i̶l̶l̶", "kill"),
        (" \n x\t y ", "x y"),
        ("...", ""),
    ],
)
def test_what_reads_alike_folds_alike(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_vowel_signs_that_make_the_word_stay() -> None:
    assert fold("আমি মরতে চাই") == "আমি মরতে চাই"
    assert fold("मर") != fold("मार")


@given(st.text(max_size=60))
def test_every_folded_letter_has_its_place(text: str) -> None:
    folded, places = fold(text), origins(text)
    assert len(places) == len(folded)
    assert places == sorted(places)
    for letter, place in zip(folded, places, strict=True):
        if letter != BLANK:
            assert letter in fold(text[place])


@given(st.text(max_size=60))
def test_composition_makes_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=80))
def test_the_quick_way_for_ascii_is_the_same(text: str) -> None:
    assert fold(text + "é").removesuffix("e").rstrip() == fold(text)


def test_a_megabyte_without_a_blank_is_folded() -> None:
    assert len(fold("a" * 2**20)) == 2**20


def test_scripts_without_blanks_are_known() -> None:
    assert is_unspaced("死にたい")
    assert is_unspaced("ฆ่าตัวตาย")
    assert not is_unspaced("kill myself")
    assert not is_unspaced("আমি মরতে চাই")
