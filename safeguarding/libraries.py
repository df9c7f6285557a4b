"""The project's library: files of concepts, written by people, that expand to phrases.

A file is TOML, of one language. `[lists]` names words for templates, in all files of the language;
`negators` hold for all of them too. Each `[[concept]]` has an
`id`, `category`, `severity`, `intent` and `variants` (templates, a line each); `company`, `near`,
`distance`, `negators`, `contexts`, `ages`, `slang`, `review` where they differ from the usual.
Each `[[allow]]` has `reason`, `variants` and perhaps `near` and `distance`. `[persons]` has the
`words` for the writer and others.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from safeguarding.folding import BLANK, fold
from safeguarding.phrases import (
    AllowPhrase,
    Category,
    Company,
    Context,
    Intent,
    Library,
    Phrase,
)
from safeguarding.templates import expand

_CONCEPT = frozenset(
    {
        *("id", "category", "severity", "intent", "variants", "company", "near", "distance"),
        *("negators", "contexts", "ages", "slang", "added", "review"),
    }
)
_REQUIRED = ("id", "category", "severity", "intent", "variants", "review")
_ALLOW = frozenset({"id", "reason", "variants", "near", "distance"})
_FILE = frozenset({"language", "lists", "persons", "negators", "concept", "allow"})


class LibraryRefused(ValueError):
    """A library cannot be used; `errors` says all that is wrong with it, a sentence each."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(errors)} errors; the first: {errors[0]}")


@dataclass(frozen=True, slots=True)
class LoadedLibrary:
    """A library and the words for persons that its matcher needs."""

    library: Library
    persons: frozenset[str]


@dataclass(slots=True)
class _Words:
    lists: dict[str, list[str]] = field(default_factory=dict)
    negators: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    errors: list[str] = field(default_factory=list)
    words: dict[str, _Words] = field(default_factory=dict)
    """By language."""
    phrases: dict[tuple[str, str], Phrase] = field(default_factory=dict)
    allowed: dict[tuple[str, str], AllowPhrase] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)


def own_library() -> LoadedLibrary:
    """The library that comes with the project; its version is made from what is in it."""
    folder = files("safeguarding") / "library"
    texts = {
        entry.name: entry.read_text("utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    return read_library(texts)


def read_library(texts: Mapping[str, str]) -> LoadedLibrary:
    """The library that these files (name to content) hold together.

    Raises `LibraryRefused` with every error of every file; nothing of it is used then.
    """
    reading = _Reading()
    digest = hashlib.blake2b(digest_size=6)
    documents = {}
    for name, text in texts.items():
        digest.update(text.encode())
        try:
            documents[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            reading.errors.append(f"{name}: {error}")
    for name in sorted(documents, key=lambda name: not name.startswith("lists.")):
        _read_words(name, documents[name], reading)
    for name, document in documents.items():
        _read_file(name, document, reading)
    if reading.errors:
        raise LibraryRefused(reading.errors)
    library = Library(
        digest.hexdigest(), tuple(reading.phrases.values()), tuple(reading.allowed.values())
    )
    return LoadedLibrary(library, frozenset(reading.persons))


def _read_words(name: str, document: Mapping[str, Any], reading: _Reading) -> None:
    """What all files of a language share."""
    for key in document.keys() - _FILE:
        reading.errors.append(f"{name}: {key!r} means nothing here")
    language = str(document.get("language", ""))
    if not language:
        reading.errors.append(f"{name}: the language is missing")
    words = reading.words.setdefault(language, _Words())
    reading.persons |= {fold(word) for word in document.get("persons", {}).get("words", ())}
    words.negators += [fold(word) for word in document.get("negators", ())]
    for key, row in document.get("lists", {}).items():
        if key in words.lists:
            reading.errors.append(f"{name}: the list {key!r} is in another file already")
        forms = [form for word in row for form in _forms(name, word, words.lists, reading)]
        words.lists[key] = forms


def _read_file(name: str, document: Mapping[str, Any], reading: _Reading) -> None:
    language = str(document.get("language", ""))
    for number, row in enumerate(document.get("concept", ()), 1):
        place = f"{name}: concept {row.get('id', number)!r}"
        _read_concept(place, row, language, reading)
    for number, row in enumerate(document.get("allow", ()), 1):
        _read_allow(f"{name}: allow {number}", row, language, reading)


def _read_concept(
    place: str,
    row: Mapping[str, Any],
    language: str,
    reading: _Reading,
) -> None:
    words = reading.words[language]
    lists = words.lists
    wrong = [f"{place}: {key!r} means nothing here" for key in row.keys() - _CONCEPT]
    wrong += [f"{place}: {key!r} is missing" for key in _REQUIRED if key not in row]
    try:
        fields: dict[str, Any] = {
            "category": Category(row.get("category", "")),
            "severity": int(row.get("severity", 0)),
            "intent": Intent(row.get("intent", "")),
            "company": Company(row.get("company", Company.ALONE)),
            "near": _words(row.get("near", ()), lists),
            "distance": int(row.get("distance", 12)),
            "negators": (*words.negators, *map(fold, row.get("negators", ()))),
            "contexts": frozenset(Context(name) for name in row.get("contexts", ())),
            "ages": tuple(row.get("ages", (3, 19))),
            "is_slang": bool(row.get("slang", False)),
            "added": _date(row.get("added", "")),
            "review": _date(row.get("review", "")),
        }
    except (ValueError, TypeError) as error:
        wrong.append(f"{place}: {error}")
    if wrong:
        reading.errors += wrong
        return
    forms = {fold(form): form for form in _lines(place, row["variants"], lists, reading)}
    stands_alone = fields["company"] is Company.ALONE and not fields["near"]
    for folded, form in forms.items():
        known = reading.phrases.get((language, folded))
        if not folded:
            reading.errors.append(f"{place}: nothing is left of {form!r}")
        elif known:
            reading.errors.append(f"{place}: {form!r} is in {known.id} already")
        elif not (stands_alone and _holds_another(folded, forms)):
            id_ = f"{language}.{row['id']}.{_short_hash(folded)}"
            try:
                reading.phrases[language, folded] = Phrase(id_, form, language, **fields)
            except ValueError as error:
                reading.errors.append(f"{place}: {error}")
                return


def _holds_another(folded: str, forms: Mapping[str, str]) -> bool:
    """Whether a shorter phrase of the same concept stands in this one, and finds it too."""
    words = folded.split(BLANK)
    return any(
        BLANK.join(words[first:last]) in forms
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
        if last - first < len(words)
    )


def _read_allow(
    place: str,
    row: Mapping[str, Any],
    language: str,
    reading: _Reading,
) -> None:
    lists = reading.words[language].lists
    wrong = [f"{place}: {key!r} means nothing here" for key in row.keys() - _ALLOW]
    wrong += [f"{place}: {key!r} is missing" for key in ("reason", "variants") if key not in row]
    if wrong:
        reading.errors += wrong
        return
    near = _words(row.get("near", ()), lists)
    for form in _lines(place, row["variants"], lists, reading):
        folded = fold(form)
        if not folded:
            reading.errors.append(f"{place}: nothing is left of {form!r}")
            continue
        reading.allowed[language, folded] = AllowPhrase(
            f"{language}.allow.{_short_hash(folded)}",
            form,
            language,
            str(row["reason"]),
            near,
            int(row.get("distance", 12)),
        )


def _lines(
    place: str, text: str, lists: Mapping[str, Sequence[str]], reading: _Reading
) -> Iterable[str]:
    for line in text.splitlines():
        if template := line.strip():
            yield from _forms(place, template, lists, reading)


def _forms(
    place: str, template: str, lists: Mapping[str, Sequence[str]], reading: _Reading
) -> list[str]:
    try:
        return expand(template, lists)
    except ValueError as error:
        reading.errors.append(f"{place}: {error}")
        return []


def _words(words: Iterable[str], lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(form) for word in words for form in expand(word, lists)))


def _date(value: object) -> str:
    if not value:
        return ""
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _short_hash(folded: str) -> str:
    return hashlib.blake2b(folded.encode(), digest_size=4).hexdigest()
