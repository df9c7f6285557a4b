"""Trusts and the sites that they run."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass

from sqlmodel import Session, select

from store.engine import Store
from store.models import Site, Trust


@dataclass(frozen=True, slots=True)
class TrustRow:
    """A trust, known by name to its people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site of a trust."""

    trust: str
    id: str
    name: str


def new_id() -> str:
    """A random id of 16 characters that fits the protocol's rules for ids."""
    return secrets.token_hex(8)


def readable_id(name: str) -> str:
    """An id made of a name, for people who read logs and files; random if no letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].rstrip("-") or new_id()


def add_trust(session: Session, trust: str, name: str, now_ms: int) -> None:
    """Add a trust; the transaction fails with `StoreConflict` when its id is taken."""
    session.add(Trust(id=trust, name=name, created_at_ms=now_ms))
    session.flush()


def add_site(session: Session, trust: str, site: str, name: str, now_ms: int) -> None:
    """Add a site to a trust; fails with `StoreConflict` when its id is taken there."""
    session.add(Site(trust=trust, id=site, name=name, created_at_ms=now_ms))
    session.flush()


def find_trust(store: Store, trust: str) -> TrustRow | None:
    """A trust by its id."""
    with store.reading() as session:
        found = session.get(Trust, trust)
        return None if found is None else TrustRow(found.id, found.name)


def list_trusts(store: Store) -> list[TrustRow]:
    """Every trust, by id."""
    with store.reading() as session:
        return [
            TrustRow(row.id, row.name) for row in session.exec(select(Trust).order_by(Trust.id))
        ]


def list_sites(store: Store, trust: str | None = None) -> list[SiteRow]:
    """The sites of one trust, or of all, by name."""
    query = select(Site).order_by(Site.name, Site.id)
    if trust is not None:
        query = query.where(Site.trust == trust)
    with store.reading() as session:
        return [SiteRow(site.trust, site.id, site.name) for site in session.exec(query)]
