"""Sessions of people in browsers, known by the hash of a token that only the browser holds."""

from __future__ import annotations

from sqlalchemy import or_
from sqlmodel import col, delete, update

from store.engine import Store
from store.models import SignIn
from store.people import PersonRow, get_person

IDLE_LIMIT_MS = 8 * 60 * 60 * 1000
"""A session that was not used for this long is over."""
AGE_LIMIT_MS = 24 * 60 * 60 * 1000
"""A session is over after this long, however much it is used."""
SEEN_STEP_MS = 60 * 1000
"""Use is written down at most this often, so that reading a page costs no commit."""


def start_session(store: Store, token_hash: bytes, trust: str, person: str, now_ms: int) -> None:
    """Begin a session, and forget those that are over."""
    over = or_(
        col(SignIn.seen_at_ms) <= now_ms - IDLE_LIMIT_MS,
        col(SignIn.created_at_ms) <= now_ms - AGE_LIMIT_MS,
    )
    with store.writing() as session:
        session.exec(delete(SignIn).where(over))
        session.add(
            SignIn(
                token_hash=token_hash,
                trust=trust,
                person=person,
                created_at_ms=now_ms,
                seen_at_ms=now_ms,
            )
        )


def find_session(store: Store, token_hash: bytes, now_ms: int) -> PersonRow | None:
    """Whose session this is, with the roles of this moment; None when it is over or unknown."""
    with store.reading() as session:
        found = session.get(SignIn, token_hash)
        if (
            found is None
            or now_ms - found.seen_at_ms >= IDLE_LIMIT_MS
            or now_ms - found.created_at_ms >= AGE_LIMIT_MS
        ):
            return None
        person = get_person(session, found.trust, found.person)
        stale = now_ms - found.seen_at_ms >= SEEN_STEP_MS
    if stale:
        _mark_seen(store, token_hash, now_ms)
    return person


def end_session(store: Store, token_hash: bytes) -> None:
    """End a session; nothing happens when there is none."""
    with store.writing() as session:
        session.exec(delete(SignIn).where(col(SignIn.token_hash) == token_hash))


def _mark_seen(store: Store, token_hash: bytes, now_ms: int) -> None:
    with store.writing() as session:
        session.exec(
            update(SignIn)
            .where(col(SignIn.token_hash) == token_hash, col(SignIn.seen_at_ms) < now_ms)
            .values(seen_at_ms=now_ms)
        )
