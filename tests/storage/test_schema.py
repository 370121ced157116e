"""The tables in the database are the tables in the code, and databases of another time are refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from storage import engine, schema
from storage.errors import SchemaForeign, SchemaTooNew, SchemaTooOld, SchemaUnknown, UnknownDatabase
from storage.schema import State
from storage.tables import metadata


@pytest.fixture
def migrated(database_url: str) -> Iterator[Engine]:
    made = engine.create(database_url)
    yield made
    made.dispose()


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    made = engine.create(empty_database_url)
    yield made
    made.dispose()


def _set_revision(database: Engine, revision: str) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_the_migrations_make_exactly_the_tables_of_the_code(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_have_the_same_names_in_the_database_as_in_the_code(migrated: Engine) -> None:
    inspector = inspect(migrated)
    for table in metadata.tables.values():
        here = {str(c.name) for c in table.constraints}
        there = {inspector.get_pk_constraint(table.name)["name"]}
        there |= {c["name"] for c in inspector.get_unique_constraints(table.name)}
        there |= {c["name"] for c in inspector.get_check_constraints(table.name)}
        there |= {c["name"] for c in inspector.get_foreign_keys(table.name)}
        assert here == there


def test_every_table_of_an_organisation_says_which() -> None:
    of_nobody_yet = {"organisations", "guesses", "seen", "leases", "settings", "dead_letters", "consent_texts"}
    of_nobody_yet |= {"buckets"}
    without = {name for name, table in metadata.tables.items() if "organisation_id" not in table.c}
    assert without == of_nobody_yet


def test_an_empty_database_is_prepared_once(empty: Engine) -> None:
    assert schema.state(empty) is State.EMPTY
    schema.prepare(empty)
    schema.prepare(empty)
    assert schema.state(empty) is State.CURRENT


def test_processes_that_start_together_prepare_one_database(empty_database_url: str) -> None:
    engines = [engine.create(empty_database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(schema.prepare, engines))
    assert [schema.state(each) for each in engines] == [State.CURRENT] * 4
    for each in engines:
        each.dispose()


def test_a_database_that_is_newer_than_the_code_is_refused(migrated: Engine) -> None:
    _set_revision(migrated, "2099_01_01_from_later")
    assert schema.state(migrated) is State.NEWER
    with pytest.raises(SchemaTooNew, match="2099_01_01_from_later"):
        schema.prepare(migrated)
    with pytest.raises(SchemaTooNew):
        schema.upgrade(migrated)


@pytest.mark.parametrize(
    ("revision", "says"), [("2020_01_01_from_a_branch", "'2020_01_01_from_a_branch'"), ("", "no name")]
)
def test_a_database_of_a_version_that_nobody_here_knows_is_called_neither_older_nor_newer(
    migrated: Engine, revision: str, says: str
) -> None:
    _set_revision(migrated, revision)
    assert schema.state(migrated) is State.UNKNOWN
    with pytest.raises(SchemaUnknown, match=f"made by another version of Werkstem .*{says}.*: not known here; run "):
        schema.prepare(migrated)
    with pytest.raises(SchemaUnknown):
        schema.upgrade(migrated)


def test_a_database_whose_version_is_gone_is_not_taken_for_an_empty_one(empty: Engine) -> None:
    schema.prepare(empty)
    with empty.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert schema.state(empty) is State.UNKNOWN


def test_somebody_elses_database_with_versions_of_its_own_is_refused_as_theirs(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    assert schema.state(empty) is State.EMPTY, "nothing in it yet"
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('3f2a91c0d4be')"))
    assert schema.state(empty) is State.FOREIGN


def test_a_database_that_is_older_than_the_code_waits_for_an_upgrade(
    migrated: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "newest", lambda: "2099_01_01_from_later")
    assert schema.state(migrated) is State.OLDER
    with pytest.raises(SchemaTooOld, match="werkstem db upgrade"):
        schema.prepare(migrated)


def test_a_database_with_tables_of_somebody_else_is_refused(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    assert schema.state(empty) is State.FOREIGN
    with pytest.raises(SchemaForeign):
        schema.prepare(empty)
    assert inspect(empty).get_table_names() == ["theirs"]


def test_an_upgrade_that_fails_leaves_an_empty_database_empty(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate = schema._migrate

    def migrate_and_fail(connection: object) -> None:
        migrate(connection)  # type: ignore[arg-type]  # passed on as it came
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "_migrate", migrate_and_fail)
    with pytest.raises(ZeroDivisionError):
        schema.upgrade(empty)
    assert schema.state(empty) is State.EMPTY


@pytest.mark.parametrize("url", ["mysql://somewhere/db", "sqlite://", "sqlite:///:memory:"])
def test_only_a_sqlite_file_or_postgresql_will_do(url: str) -> None:
    with pytest.raises(UnknownDatabase):
        engine.create(url)
