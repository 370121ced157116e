"""What is said of many: windows that closed, what was printed then, who was counted, and the one declared grouping.

What was finished of one moment gets an index: it is counted every few minutes.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_group_results"
down_revision = "2026_11_28_organisation_settings"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables and the index."""
    _groupings()
    op.create_table(
        "windows",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.CheckConstraint("care IN ('work', 'life', 'body')", name="care"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_windows_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_windows"),
        sa.UniqueConstraint(
            "organisation_id", "moment", "care", "number", name="uq_windows_organisation_id_moment_care_number"
        ),
    )
    op.create_table(
        "publications",
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_publications_organisation_id"),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name="fk_publications_window_id"),
        sa.PrimaryKeyConstraint("window_id", "group_name", name="pk_publications"),
    )
    op.create_table(
        "window_people",
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("part_id", sa.Text(), nullable=True),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("matched", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_window_people_organisation_id"),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name="fk_window_people_window_id"),
        sa.PrimaryKeyConstraint("window_id", "participant_id", name="pk_window_people"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_window_people_participant_id", "window_people", ["participant_id"], unique=False)
    finished = ["organisation_id", "kind", "number", "completed_at"]
    op.create_index("ix_measurements_finished", "measurements", finished, unique=False)


def _groupings() -> None:
    op.create_table(
        "groupings",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('team', 'location')", name="kind"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_groupings_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_groupings"),
    )
    op.create_table(
        "parts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_parts_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parts"),
        sa.UniqueConstraint("organisation_id", "position", name="uq_parts_organisation_id_position"),
    )
    op.create_table(
        "memberships",
        sa.Column("participant_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("part_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_memberships_organisation_id"),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name="fk_memberships_part_id"),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name="fk_memberships_participant_id"),
        sa.PrimaryKeyConstraint("participant_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_part_id", "memberships", ["part_id"], unique=False)
