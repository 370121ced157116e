"""A coach's list of people is looked at before anybody is added, and added in portions that survive a restart.

A participant keeps the language of the invitation beside the one the person chose: the choice tells that somebody came.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_lists_of_people"
down_revision = "2026_11_23_agreements"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the tables, and keep the language of the invitation."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("coach_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("unused", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('looked_at', 'running', 'done')", name=op.f("ck_imports_state")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_imports_organisation_id"),
        sa.ForeignKeyConstraint(["coach_id"], ["staff.id"], name="fk_imports_coach_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_coach_id", "imports", ["coach_id"], unique=False)
    op.create_index("ix_imports_state_touched_at", "imports", ["state", "touched_at"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("modules", sa.Text(), nullable=True),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_import_rows_organisation_id"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rows_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_rows"),
    )
    op.add_column("participants", sa.Column("invited_language", sa.Text(), nullable=False, server_default="nl"))
    op.execute("UPDATE participants SET invited_language = language")
