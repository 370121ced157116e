"""Health: alive is not ready, ready is the truth about the database, and the figures tell nothing of anybody."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from api.application import create_app
from api.body_limit import MOST_BYTES
from storage import engine, schema
from storage.errors import SchemaTooNew, SchemaTooOld
from storage.store import Store
from tests.api.whole_service import BASE, Whole, button, running, settings_of

FIGURES = {
    *("werkstem_turns_total", "werkstem_answers_total", "werkstem_sends_total", "werkstem_retries_total"),
    *("werkstem_unshown_screens", "werkstem_held_screens", "werkstem_unshown_age_seconds", "werkstem_dead_letters"),
    *("werkstem_planner_lag_seconds", "werkstem_bans_total", "werkstem_ban_seconds", "werkstem_updates_failed_total"),
}


@pytest.fixture
async def whole(database_url: str) -> AsyncIterator[Whole]:
    async with running(settings_of(database_url)) as whole:
        yield whole


def set_revision(database_url: str, revision: str) -> None:
    database = engine.create(database_url)
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    database.dispose()


async def test_ready_says_how_the_database_is_at_this_moment(whole: Whole, database_url: str) -> None:
    assert (await whole.client.get("/readyz")).json() == {"status": "ready", "database": "current"}
    set_revision(database_url, "2999_01_01_from_the_future")
    answer = await whole.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "database": "newer"})
    assert (await whole.client.get("/healthz")).status_code == 200, "alive all the same"
    set_revision(database_url, schema.newest())
    assert (await whole.client.get("/readyz")).status_code == 200


async def test_a_database_that_cannot_be_reached_is_not_ready(whole: Whole) -> None:
    reachable = whole.service.store.engine
    whole.service.store.engine = engine.create("postgresql://nobody@127.0.0.1:1/nothing")
    answer = await whole.client.get("/readyz")
    whole.service.store.engine.dispose()
    whole.service.store.engine = reachable
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "database": "unreachable"})


def test_an_older_database_stops_the_start_and_says_what_to_do(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_revision(database_url, "2020_01_01_before")
    known = {schema.newest(), "2020_01_01_before"}
    monkeypatch.setattr(schema, "_revisions", lambda: known)
    with pytest.raises(SchemaTooOld, match="werkstem db upgrade"):
        create_app(settings_of(database_url))
    set_revision(database_url, schema.newest())


def test_a_newer_database_stops_the_start_and_says_what_to_do(database_url: str) -> None:
    set_revision(database_url, "2999_01_01_from_the_future")
    with pytest.raises(SchemaTooNew, match="run a newer Werkstem"):
        create_app(settings_of(database_url))
    set_revision(database_url, schema.newest())


async def test_an_empty_database_gets_its_tables_at_the_start(empty_database_url: str) -> None:
    async with running(settings_of(empty_database_url)) as whole:
        assert (await whole.client.get("/readyz")).status_code == 200
        assert isinstance(whole.service.store, Store)


async def test_figures_count_and_name_nobody(whole: Whole) -> None:
    invited = await whole.invite(name="CanaryName")
    code = invited["invitation"]["code"]
    data = button((await whole.client.get(f"/c/{code}")).text, "language-nl")
    form = {"data": data, "ticket": "x" * 22}
    await whole.client.post(f"/c/{code}", data=form, headers={"Origin": BASE})
    figures = (await whole.client.get("/metrics")).text
    assert 'werkstem_turns_total{channel="web",outcome="changed"} 1' in figures
    names = {line.split()[2] for line in figures.splitlines() if line.startswith("# TYPE werkstem_")}
    assert names >= FIGURES
    assert "werkstem_unshown_screens 0" in figures
    assert 'werkstem_bans_total{of="bot"} 0' in figures
    assert "CanaryName" not in figures
    assert code not in figures
    for line in figures.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
        assert line.startswith("#") or float(line.rsplit(" ", 1)[1]) >= 0


@pytest.mark.parametrize(("path", "status"), [("/", 303), ("/sign-in", 200), ("/setup/some-secret", 404)])
async def test_the_staff_pages_are_there_and_say_nothing_to_a_stranger(whole: Whole, path: str, status: int) -> None:
    answer = await whole.client.get(path)
    assert answer.status_code == status
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "some-secret" not in answer.text


async def test_no_body_larger_than_a_megabyte_is_read(whole: Whole) -> None:
    large = b" " * (MOST_BYTES + 1)
    assert (await whole.client.post("/api/v1/participants", content=large, headers=whole.coach)).status_code == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MOST_BYTES // 10)

    answer = await whole.client.post("/api/v1/participants", content=in_pieces(), headers=whole.coach)
    assert answer.status_code == 413


async def test_what_nobody_caught_is_500_without_a_word_of_it(whole: Whole) -> None:
    @whole.app.get("/broken")
    async def broken() -> None:
        raise LookupError("CanaryName")

    answer = await whole.client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "CanaryName" not in answer.text
