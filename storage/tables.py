"""The tables, as the code knows them. The migrations make the same ones; a test compares the two.

Every table carries its organisation, except those that know none yet. Ids are random text. No table keeps an
invitation code, a token, a link's secret or a PIN itself, only a hash made with the installation's key.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.columns import Instant, Names

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _organisation() -> Column[str]:
    return Column("organisation_id", Text, ForeignKey("organisations.id"), nullable=False)


def _refers(name: str, to: str, *, nullable: bool = False, index: bool = True) -> Column[str]:
    return Column(name, Text, ForeignKey(to), nullable=nullable, index=index)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _maybe(name: str) -> Column[str | None]:
    return Column(name, Text)


def _at(name: str) -> Column[Any]:
    return Column(name, Instant, nullable=False)


def _maybe_at(name: str) -> Column[Any]:
    return Column(name, Instant)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


organisations = Table(
    "organisations",
    metadata,
    _id(),
    _text("name"),
    _maybe("keeper"),
    _maybe("contact"),
    _text("time_zone"),
    Column("modules", Names, nullable=False),
    _at("created_at"),
    Column("languages", Names),  # NULL: all that there are, also those of a later version.
)

staff = Table(
    "staff",
    metadata,
    _id(),
    _organisation(),
    _text("email"),
    _text("role"),
    _flag("is_also_boss"),
    _text("name"),
    _maybe("password_hash"),
    _maybe("totp_secret"),
    _at("created_at"),
    _maybe_at("removed_at"),
    _text("language", server_default="nl"),
    Column("totp_step", BigInteger),  # The last half minute whose code was used: a code works once.
    CheckConstraint("role IN ('coach', 'owner')", name="role"),
    Index("ix_staff_organisation_id", "organisation_id"),
)
Index(
    "uq_staff_email",
    staff.c.email,
    unique=True,
    sqlite_where=text("removed_at IS NULL"),
    postgresql_where=text("removed_at IS NULL"),
)

setup_links = Table(
    "setup_links",
    metadata,
    _id(),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("token_hash", unique=True),
    _at("created_at"),
    _at("expires_at"),
    _maybe_at("spent_at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("token_hash", unique=True),
    _at("created_at"),
    _maybe_at("revoked_at"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("token_hash", unique=True),
    _text("device"),
    _at("created_at"),
    _at("seen_at"),
    _at("proved_at"),  # When both factors were last shown.
    _maybe_at("ended_at"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    _id(),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("code_hash", unique=True),
    _at("created_at"),
    _maybe_at("spent_at"),
)

sample_links = Table(
    "sample_links",
    metadata,
    _id(),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("token_hash", unique=True),
    _at("expires_at"),
    _maybe_at("taken_at"),
    _maybe("channel"),
)

participants = Table(
    "participants",
    metadata,
    _id(),
    _organisation(),
    _refers("coach_id", "staff.id", index=False),
    _text("name"),
    _text("language"),
    # The language of the invitation. The other one changes when the person comes in, and so would tell that.
    Column("invited_language", Text, nullable=False, server_default="nl"),
    _maybe("phone"),
    _flag("phone_opt_in"),
    _maybe("email"),
    _flag("same_order"),
    _maybe("pin_hash"),
    Column("modules", Names),
    _at("created_at"),
    _maybe_at("archived_at"),
    Index("ix_participants_organisation_id_coach_id", "organisation_id", "coach_id"),
)

imports = Table(
    "imports",
    metadata,
    _id(),
    _organisation(),
    _refers("coach_id", "staff.id"),
    _text("state"),
    _count("added"),
    Column("unused", Names, nullable=False),
    _at("created_at"),
    _at("touched_at"),
    CheckConstraint("state IN ('looked_at', 'running', 'done')", name="state"),
    Index("ix_imports_state_touched_at", "state", "touched_at"),
)

# What a list says of people who are not there yet. A row goes when its person is added, the rest with their list.
import_rows = Table(
    "import_rows",
    metadata,
    _organisation(),
    _refers("import_id", "imports.id", index=False),
    _count("number"),
    _text("person_id"),
    _text("name"),
    _text("language"),
    _maybe("email"),
    _maybe("phone"),
    Column("modules", Names),
    _text("faults"),
    _maybe("doubt"),
    _flag("is_wanted"),
    PrimaryKeyConstraint("import_id", "number"),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id"),
    _text("code_hash", unique=True),
    _text("typed_hash", unique=True),
    _at("typed_expires_at"),
    _at("created_at"),
    _at("expires_at"),
    _maybe_at("claimed_at"),
    _maybe("claimed_chat_id"),
    _maybe_at("revoked_at"),
    _maybe_at("handed_at"),
)

guesses = Table("guesses", metadata, Column("place", Text, primary_key=True), _at("window_started_at"), _count("count"))

conversations = Table(
    "conversations",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id"),
    _text("kind"),
    _maybe("chat_id"),  # Where it goes on now; no foreign key, because a chat points to its conversation already.
    _text("state"),
    _count("due"),
    _at("due_at"),
    _count("shown"),
    _maybe_at("shown_at"),
    _maybe("placed"),
    _count("attempts"),
    _maybe_at("next_try_at"),
    _flag("is_held"),
    _maybe_at("lease_until"),
    _count("lease_token"),
    # Whether the due screen is no answer to something that the person did: those wait their turn.
    Column("is_bulk", Boolean, nullable=False, server_default=false()),
    # How many sends of the due screen began whose end nobody knows: each may have arrived.
    Column("unconfirmed", SmallInteger, nullable=False, server_default=text("0")),
)
Index(
    "ix_conversations_is_bulk_next_try_at",
    conversations.c.is_bulk,
    conversations.c.next_try_at,
    sqlite_where=text("next_try_at IS NOT NULL"),
    postgresql_where=text("next_try_at IS NOT NULL"),
)

chats = Table(
    "chats",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id"),
    _refers("conversation_id", "conversations.id"),
    _text("channel"),
    _text("address"),
    _at("created_at"),
    _maybe_at("unreachable_at"),
    _maybe_at("ended_at"),
)
Index(
    "uq_chats_channel_address",
    chats.c.channel,
    chats.c.address,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

measurements = Table(
    "measurements",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id", index=False),
    _text("kind"),
    _count("number"),
    _count("ordinal"),
    _text("questionnaire_version"),
    Column("modules", Names, nullable=False),
    Column("seed", BigInteger, nullable=False),
    _flag("same_order"),
    _at("due_at"),
    _at("closes_at"),
    _maybe_at("invited_at"),
    _maybe_at("opened_at"),
    _maybe_at("completed_at"),
    _maybe_at("closed_at"),
    _text("status"),
    Column("talk_topics", Names),
    UniqueConstraint("participant_id", "kind", "number"),
    CheckConstraint("kind IN ('baseline', 'follow_up')", name="kind"),
    CheckConstraint("status IN ('planned', 'invited', 'busy', 'paused', 'done', 'closed')", name="status"),
    Index("ix_measurements_status_due_at", "status", "due_at"),
    Index("ix_measurements_status_closes_at", "status", "closes_at"),
    # What was finished of one moment, and when: what a window gathers.
    Index("ix_measurements_finished", "organisation_id", "kind", "number", "completed_at"),
)

answers = Table(
    "answers",
    metadata,
    # The measurement's own keys vouch for these two: an answer a tap is too often to check the same thing thrice.
    _text("organisation_id"),
    _text("participant_id"),
    _refers("measurement_id", "measurements.id", index=False),
    _text("statement_id"),
    _text("answer"),
    Column("position", SmallInteger, nullable=False),
    _at("answered_at"),
    _text("language"),
    Column("wording_version", SmallInteger, nullable=False),
    _text("channel"),
    _text("layout"),
    _flag("assisted"),
    _flag("is_corrected"),
    # One row a statement, lying together by measurement: the key is the row's place, and there is no other.
    PrimaryKeyConstraint("measurement_id", "statement_id"),
    sqlite_with_rowid=False,
)

consents = Table(
    "consents",
    metadata,
    # The order in which decisions were recorded; never shown. The id is the record number, and random.
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _text("id", unique=True),
    _organisation(),
    _refers("participant_id", "participants.id", nullable=True),
    _refers("coach_id", "staff.id", nullable=True, index=False),
    _text("purpose"),
    _maybe("topic"),
    _text("decision"),
    _text("text_version"),
    _text("text_hash"),
    _text("language"),
    _text("channel"),
    _at("decided_at"),
    _maybe_at("ends_at"),
    # Everything that the owner's register counts and filters on, so that it is read from the index alone.
    Index("ix_consents_register", "organisation_id", "decided_at", "decision", "purpose", "language", "channel"),
)

audit = Table(
    "audit",
    metadata,
    # Append-only: triggers in both databases refuse all but forgetting whom a row was about.
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _organisation(),
    _refers("staff_id", "staff.id"),
    _text("action"),
    _refers("participant_id", "participants.id", nullable=True),
    _at("done_at"),
    # Everything that the log counts, by month, so that it is read from the index alone.
    Index("ix_audit_log", "organisation_id", "done_at", "staff_id", "action", "participant_id"),
)

consent_texts = Table(
    "consent_texts",
    metadata,
    _text("text_hash"),
    _text("language"),
    _text("purpose"),
    _text("version"),
    _text("text"),
    PrimaryKeyConstraint("text_hash", "language"),
)

elsewhere_links = Table(
    "elsewhere_links",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id"),
    _refers("conversation_id", "conversations.id", index=False),
    _text("token_hash", unique=True),
    _at("expires_at"),
    _maybe_at("spent_at"),
)

agreements = Table(
    "agreements",
    metadata,
    _id(),
    _organisation(),
    _refers("participant_id", "participants.id"),
    _refers("coach_id", "staff.id", index=False),
    _text("text"),
    _maybe("topic"),
    Column("agreed_on", Date, nullable=False),
    _flag("is_done"),
    _count("version"),
    _at("created_at"),
)

groupings = Table(
    "groupings",
    metadata,
    Column("organisation_id", Text, ForeignKey("organisations.id"), primary_key=True),
    _text("kind"),
    _at("declared_at"),
    CheckConstraint("kind IN ('team', 'location')", name="kind"),
)

parts = Table(
    "parts",
    metadata,
    _id(),
    _organisation(),
    _text("name"),
    Column("position", SmallInteger, nullable=False),
    UniqueConstraint("organisation_id", "position"),
)

# In which team or location somebody works. Beside the person, so that nothing else needs to know of it.
memberships = Table(
    "memberships",
    metadata,
    Column("participant_id", Text, ForeignKey("participants.id"), primary_key=True),
    _organisation(),
    _refers("part_id", "parts.id"),
)

# A window that closed. The one that runs is not stored: it begins where the newest of its sequence ended.
windows = Table(
    "windows",
    metadata,
    _id(),
    _organisation(),
    _text("moment"),
    _text("care"),
    _count("number"),
    _at("since"),
    _at("closed_at"),
    _maybe("response"),  # What is said of the wave, as JSON.
    # Whoever is first with this number closed the window; everybody else finds that out here.
    UniqueConstraint("organisation_id", "moment", "care", "number"),
    CheckConstraint("care IN ('work', 'life', 'body')", name="care"),
)

publications = Table(
    "publications",
    metadata,
    _refers("window_id", "windows.id", index=False),
    _organisation(),
    _text("group_name"),
    _text("said"),  # What was printed, as JSON: it stays as it was, whatever happens to the answers.
    PrimaryKeyConstraint("window_id", "group_name"),
)

# Who was counted in a window, and in which groups. No foreign key: erasing puts a random id in place of somebody.
window_people = Table(
    "window_people",
    metadata,
    _refers("window_id", "windows.id", index=False),
    _organisation(),
    _text("participant_id"),
    _maybe("part_id"),
    Column("groups", Names, nullable=False),
    Column("matched", Names, nullable=False),
    PrimaryKeyConstraint("window_id", "participant_id"),
    Index("ix_window_people_participant_id", "participant_id"),
    sqlite_with_rowid=False,
)

seen = Table(
    "seen",
    metadata,
    _text("channel"),
    _text("key_hash"),
    _at("seen_at"),
    PrimaryKeyConstraint("channel", "key_hash"),
    sqlite_with_rowid=False,
)

erasures = Table(
    "erasures",
    metadata,
    Column("code", Text, primary_key=True),
    _organisation(),
    _at("erased_at"),
    _text("erased_by"),
    _maybe("person_hash"),
)

leases = Table(
    "leases", metadata, Column("name", Text, primary_key=True), _text("holder"), _at("until"), _count("fence")
)

settings = Table("settings", metadata, Column("name", Text, primary_key=True), _text("value"))

buckets = Table(
    "buckets", metadata, Column("channel", Text, primary_key=True), _at("spent_until"), _maybe_at("banned_until")
)

dead_letters = Table(
    "dead_letters",
    metadata,
    _id(),
    _text("channel"),
    _text("key_hash"),
    _maybe("chat_hash"),
    _count("tries"),
    _text("cause"),
    _maybe("payload"),
    _at("created_at"),
    _maybe_at("done_at"),
    UniqueConstraint("channel", "key_hash"),
    Index("ix_dead_letters_chat_hash", "chat_hash"),
)
