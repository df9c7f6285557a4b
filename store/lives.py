"""The lives of shards, so that one that was believed dead cannot write beside its successor."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select, update

from store.engine import Store
from store.models import ShardLife


class Fenced(RuntimeError):
    """A newer life of this shard has begun: nothing of the older one is written any more."""


def begin_life(store: Store, shard: str) -> int:
    """Begin a new life of a shard: 1, 2, …; from now on the earlier ones are fenced."""
    with store.writing() as session:
        row = session.get(ShardLife, shard) or ShardLife(name=shard, life=0)
        row.life += 1
        session.add(row)
        return row.life


def present_lives(session: Session, shards: Iterable[str]) -> dict[str, int]:
    """The newest life of each of these shards that has begun at all."""
    query = select(ShardLife.name, ShardLife.life).where(col(ShardLife.name).in_(set(shards)))
    return dict(session.exec(query).all())


def prove_writable(session: Session) -> None:
    """Write something that changes nothing: what cannot be written, as on a full disk, raises."""
    session.connection().execute(update(ShardLife).values(life=ShardLife.life))
