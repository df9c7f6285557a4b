"""Sessions of people in browsers, known by the hash of a token that only the browser holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_
from sqlmodel import col, delete, select, update

from store.engine import Store
from store.models import SignIn
from store.people import PersonRow, get_people

IDLE_LIMIT_MS = 8 * 60 * 60 * 1000
"""A session that was not used for this long is over."""
AGE_LIMIT_MS = 24 * 60 * 60 * 1000
"""A session is over after this long, however much it is used."""
SEEN_STEP_MS = 60 * 1000
"""Use is written down at most this often, so that reading a page costs no commit."""
AT_ONCE = 500
"""Sessions that one query names."""


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
    return find_sessions(store, [token_hash], now_ms).get(token_hash)


def find_sessions(
    store: Store, token_hashes: Sequence[bytes], now_ms: int
) -> dict[bytes, PersonRow]:
    """Like `find_session`, for many at the price of few: those that are not over, by hash."""
    with store.reading() as session:
        running = [
            found
            for some in _chunks(token_hashes)
            for found in session.exec(select(SignIn).where(col(SignIn.token_hash).in_(some)))
            if now_ms - found.seen_at_ms < IDLE_LIMIT_MS
            and now_ms - found.created_at_ms < AGE_LIMIT_MS
        ]
        people = get_people(session, {(found.trust, found.person) for found in running})
    stale = [f.token_hash for f in running if now_ms - f.seen_at_ms >= SEEN_STEP_MS]
    if stale:
        _mark_seen(store, stale, now_ms)
    return {found.token_hash: people[found.trust, found.person] for found in running}


def end_session(store: Store, token_hash: bytes) -> None:
    """End a session; nothing happens when there is none."""
    with store.writing() as session:
        session.exec(delete(SignIn).where(col(SignIn.token_hash) == token_hash))


def _mark_seen(store: Store, token_hashes: Sequence[bytes], now_ms: int) -> None:
    with store.writing() as session:
        for some in _chunks(token_hashes):
            session.exec(
                update(SignIn)
                .where(col(SignIn.token_hash).in_(some), col(SignIn.seen_at_ms) < now_ms)
                .values(seen_at_ms=now_ms)
            )


def _chunks(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(hashes), AT_ONCE):
        yield hashes[start : start + AT_ONCE]
