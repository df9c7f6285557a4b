"""Trusts, sites, people, devices, classes and lessons: the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "setup_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "trusts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "people",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=256), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust"],
            ["trusts.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "id"),
        sa.UniqueConstraint("user", name="people_user"),
    )
    op.create_table(
        "sites",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust"],
            ["trusts.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "id"),
    )
    op.create_table(
        "classes",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site"],
            ["sites.trust", "sites.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "id"),
    )
    op.create_table(
        "credentials",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "person"],
            ["people.trust", "people.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "person"),
    )
    op.create_table(
        "devices",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("room", sa.String(length=256), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site"],
            ["sites.trust", "sites.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "id"),
    )
    op.create_table(
        "roles",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "person"],
            ["people.trust", "people.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "person", "role", "site"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "person"],
            ["people.trust", "people.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("sessions_person", "sessions", ["trust", "person"], unique=False)
    op.create_table(
        "class_devices",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site", "class_id"],
            ["classes.trust", "classes.site", "classes.id"],
        ),
        sa.ForeignKeyConstraint(
            ["trust", "site", "device"],
            ["devices.trust", "devices.site", "devices.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "class_id", "device"),
    )
    op.create_table(
        "class_pupils",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=256), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site", "class_id"],
            ["classes.trust", "classes.site", "classes.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "class_id", "user"),
    )
    op.create_table(
        "lessons",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.String(length=64), nullable=False),
        sa.Column("class_name", sa.String(length=256), nullable=False),
        sa.Column("members", sa.String(length=16), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.Column("pupils", sa.JSON(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["trust", "site", "class_id"],
            ["classes.trust", "classes.site", "classes.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "id"),
    )
    op.create_index("ix_lessons_ended_at_ms", "lessons", ["ended_at_ms"], unique=False)
    op.create_index("lessons_class", "lessons", ["trust", "site", "class_id"], unique=False)
    op.create_table(
        "lesson_locks",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.Column("except_devices", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(length=2048), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("issued_by", sa.String(length=256), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site", "lesson"],
            ["lessons.trust", "lessons.site", "lessons.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "lesson", "id"),
    )
    op.create_table(
        "lesson_teachers",
        sa.Column("trust", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site", "lesson"],
            ["lessons.trust", "lessons.site", "lessons.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "site", "lesson", "person"),
    )
