"""Staff sign in: their sessions, recovery codes and language, and a log of what they did that nobody can change.

The log's triggers refuse every change but one: erasing a person forgets whom a row was about.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_staff_sign_in"
down_revision = "2026_11_20_first_tables"

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

SQLITE = (
    """
    CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_is_as_it_was BEFORE UPDATE ON audit
    WHEN NEW.participant_id IS NOT NULL OR NEW.sequence IS NOT OLD.sequence OR NEW.action IS NOT OLD.action
      OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.staff_id IS NOT OLD.staff_id
      OR NEW.done_at IS NOT OLD.done_at
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND NEW.participant_id IS NULL
        AND (NEW.sequence, NEW.organisation_id, NEW.staff_id, NEW.action, NEW.done_at)
          = (OLD.sequence, OLD.organisation_id, OLD.staff_id, OLD.action, OLD.done_at)
      THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'the audit log is append-only';
    END $$
    """,
    """
    CREATE TRIGGER audit_is_as_it_was BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
    """,
    """
    CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)


def upgrade() -> None:
    """Make the tables and the log's triggers."""
    op.add_column("staff", sa.Column("language", sa.Text(), nullable=False, server_default="nl"))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    _sessions()
    _recovery_codes()
    _audit()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("proved_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_sessions_organisation_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sessions_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_staff_id", "sessions", ["staff_id"], unique=False)


def _recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_recovery_codes_organisation_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_codes_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.UniqueConstraint("code_hash", name="uq_recovery_codes_code_hash"),
    )
    op.create_index("ix_recovery_codes_staff_id", "recovery_codes", ["staff_id"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Text(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_audit_organisation_id"),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name="fk_audit_participant_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_staff_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
    )
    op.create_index("ix_audit_organisation_id", "audit", ["organisation_id"], unique=False)
    op.create_index("ix_audit_staff_id", "audit", ["staff_id"], unique=False)
    op.create_index("ix_audit_participant_id", "audit", ["participant_id"], unique=False)
