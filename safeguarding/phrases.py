"""What is looked for in pupils' texts, and what is known to be harmless.

A library is a set of phrases and of allow-phrases. A phrase that is found is not yet a concern:
its company, its context and the texts around it decide (`safeguarding.matching`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SEVERITIES = range(1, 6)
"""1: kept for statistics only … 5: somebody acts at once."""
AGES = range(3, 20)
NEAR_WORDS = 12
"""How many words away company may be, unless a phrase says otherwise."""


class Risk(StrEnum):
    """The four areas of risk that British schools work with."""

    CONTENT = "content"
    CONTACT = "contact"
    CONDUCT = "conduct"
    COMMERCE = "commerce"


class Category(StrEnum):
    """What a phrase is about."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    EATING = "eating"
    BULLYING = "bullying"
    RACISM = "racism"
    HATE = "hate"
    RADICALISATION = "radicalisation"
    VIOLENCE = "violence"
    WEAPONS = "weapons"
    DRUGS = "drugs"
    ALCOHOL_TOBACCO = "alcohol_tobacco"
    SEXUAL_CONTENT = "sexual_content"
    SEXUAL_HARASSMENT = "sexual_harassment"
    GROOMING = "grooming"
    EXPLOITATION = "exploitation"
    ABUSE = "abuse"
    GANGS = "gangs"
    GAMBLING = "gambling"
    FRAUD = "fraud"
    EVASION = "evasion"

    @property
    def risk(self) -> Risk:
        """The area of risk that the category belongs to."""
        return _RISKS[self]


_RISKS = {
    **dict.fromkeys(
        (
            *(Category.SUICIDE, Category.SELF_HARM, Category.EATING, Category.RADICALISATION),
            *(Category.DRUGS, Category.ALCOHOL_TOBACCO, Category.SEXUAL_CONTENT, Category.WEAPONS),
        ),
        Risk.CONTENT,
    ),
    **dict.fromkeys(
        (Category.GROOMING, Category.EXPLOITATION, Category.ABUSE, Category.GANGS), Risk.CONTACT
    ),
    **dict.fromkeys(
        (
            *(Category.BULLYING, Category.RACISM, Category.HATE, Category.VIOLENCE),
            *(Category.SEXUAL_HARASSMENT, Category.EVASION),
        ),
        Risk.CONDUCT,
    ),
    **dict.fromkeys((Category.GAMBLING, Category.FRAUD), Risk.COMMERCE),
}


class Intent(StrEnum):
    """What somebody who writes such a phrase is likely to be doing."""

    INFORMATION = "information"
    HELP_SEEKING = "help_seeking"
    REPORTING = "reporting"
    """Tells of harm that was done to the writer, or to somebody else."""
    EXPRESSION = "expression"
    """Says it of or to somebody, without a plan."""
    IDEATION = "ideation"
    PLANNING = "planning"


class Company(StrEnum):
    """What else has to be near before a phrase counts."""

    ALONE = "alone"
    PERSON = "person"
    """A word for the writer, the reader or another person."""
    SAME = "same"
    """Another phrase of the same category."""
    ANY = "any"
    """Another phrase of any category."""


class Context(StrEnum):
    """Where a text was written."""

    TYPED = "typed"
    PASTED = "pasted"
    SEARCHED = "searched"
    PROMPTED = "prompted"
    """Asked of an AI assistant."""
    WINDOW = "window"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase that is looked for, in whole words.

    `near`: of these words at least one must stand within `distance` words, besides the company
    that is asked for. `negators` before the phrase are noted, and change nothing. Empty
    `contexts`: everywhere. `ages` are the first and the last year of age that it is for.
    """

    id: str
    text: str
    language: str
    category: Category
    severity: int
    intent: Intent = Intent.EXPRESSION
    company: Company = Company.ALONE
    near: tuple[str, ...] = ()
    distance: int = NEAR_WORDS
    negators: tuple[str, ...] = ()
    contexts: frozenset[Context] = frozenset()
    ages: tuple[int, int] = (AGES[0], AGES[-1])
    is_slang: bool = False
    added: str = ""
    review: str = ""
    """Dates, as 2026-11-22."""

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"{self.id}: severity {self.severity} is not 1 to 5")
        if not 0 < self.distance <= 100:
            raise ValueError(f"{self.id}: a distance is 1 to 100 words")
        if not AGES[0] <= self.ages[0] <= self.ages[1] <= AGES[-1]:
            raise ValueError(f"{self.id}: ages {self.ages} are not within {AGES[0]}-{AGES[-1]}")


@dataclass(frozen=True, slots=True)
class AllowPhrase:
    """A phrase that is harmless, and covers every phrase that lies wholly within it.

    With `near`, only where one of those words stands within `distance` words.
    """

    id: str
    text: str
    language: str
    reason: str
    near: tuple[str, ...] = ()
    distance: int = NEAR_WORDS


@dataclass(frozen=True, slots=True)
class Library:
    """A version of all phrases. `version` is told with every match."""

    version: str
    phrases: tuple[Phrase, ...]
    allowed: tuple[AllowPhrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one trust or site changes: phrases added, switched off, or of another severity."""

    version: str
    added: tuple[Phrase, ...] = ()
    allowed: tuple[AllowPhrase, ...] = ()
    removed: frozenset[str] = frozenset()
    severities: tuple[tuple[str, int], ...] = ()
