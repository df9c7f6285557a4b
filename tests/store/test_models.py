from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlmodel import SQLModel

from store import models

TABLES = SQLModel.metadata.tables
OF_NO_TRUST = {"trusts", "setup_codes", "shard_lives", "probe_results", "probe_quarters"}


def test_every_table_is_declared_here() -> None:
    declared = {
        model.__tablename__
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, SQLModel) and model is not SQLModel
    }
    assert declared == set(TABLES)


def test_every_table_below_a_site_has_trust_and_site_in_its_key() -> None:
    for name, table in TABLES.items():
        if "site" in table.columns:
            keys = [
                set(constraint.columns.keys())
                for constraint in table.constraints
                if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
            ]
            assert any({"trust", "site"} <= key for key in keys), name
        elif name not in OF_NO_TRUST:
            assert "trust" in table.columns, name


def test_no_reference_leaves_its_trust() -> None:
    for name, table in TABLES.items():
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                assert "trust" in constraint.column_keys, name
                if "site" in constraint.referred_table.columns:
                    assert "site" in constraint.column_keys, name


def test_times_have_room_for_milliseconds_on_every_database() -> None:
    for name, table in TABLES.items():
        for column in table.columns:
            if column.name.endswith("_ms"):
                assert isinstance(column.type, BigInteger), f"{name}.{column.name}"
