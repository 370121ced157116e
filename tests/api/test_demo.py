"""The demo: one command, and everything can be tried; a second start goes on with the same people."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.demo import demo_settings, prepare
from api.settings import BadSettings
from tests.api.processes import Running, free_port
from tests.api.whole_service import button


def started(folder: Path) -> Running:
    return Running(["demo", "--port", str(free_port()), "--data", str(folder)], {})


def printed(running: Running, pattern: str) -> list[str]:
    return re.findall(pattern, running.out)


def test_the_demo_prints_links_that_work_and_has_nine_people_who_answered_most_of_them_twice(tmp_path: Path) -> None:
    with started(tmp_path) as running:
        codes = printed(running, r"/c/([\w-]{22})")
        coach, owner = printed(running, r"token: (ws_\S+)")
        assert len(codes) == 5
        assert len(printed(running, r"/demo/[\w-]{22}")) == 2
        assert "invented" in running.out
        with httpx.Client(base_url=running.address, headers={"Authorization": f"Bearer {coach}"}) as client:
            for code in codes:
                assert "language-ar" in client.get(f"/c/{code}").text
            finished = _finished(client)
            assert sorted(len(one) for one in finished) == [1, 1, 1, 2, 2, 2, 2, 2, 2]
            for measurement_id in (one for two in finished for one in two):
                scores = client.get(f"/api/v1/measurements/{measurement_id}/scores").json()["groups"]
                assert len([name for name, score in scores.items() if score["state"] == "scored"]) >= 5
            baseline, follow_up = finished[0]
            chart = client.get(f"/api/v1/measurements/{follow_up}/charts/inner.svg", params={"compare": baseline})
            assert chart.status_code == 200
            assert "<svg" in chart.text
        register = httpx.get(f"{running.address}/api/v1/consents", headers={"Authorization": f"Bearer {owner}"})
        assert len(register.json()["items"]) > 20
        assert _shown(running, owner) == {"work_happiness": "5–9", "money": None}
        assert not [secret for secret in (*codes, coach, owner) if secret in running.log]
        assert running.stop() == 0


def test_a_second_start_goes_on_with_the_same_people_and_prints_fresh_links(tmp_path: Path) -> None:
    with started(tmp_path) as running:
        first = set(printed(running, r"/c/([\w-]{22})"))
        key = (tmp_path / "demo.key").read_text()
        people = _people(running)
    with started(tmp_path) as running:
        second = printed(running, r"/c/([\w-]{22})")
        assert not first & set(second)
        assert _people(running) == people
        _come_in(running, second[0])
    with started(tmp_path) as running:
        third = _people(running)
        assert {one["id"] for one in people} < {one["id"] for one in third}
        assert len(third) == len(people) + 1, "whose invitation was used makes room for somebody new"
    assert (tmp_path / "demo.key").read_text() == key
    assert (tmp_path / "demo.key").stat().st_mode & 0o077 == 0


async def test_a_demo_that_was_left_half_filled_begins_anew(tmp_path: Path) -> None:
    settings = demo_settings(port=1, data=tmp_path)
    (tmp_path / "demo.sqlite").touch()
    links = await prepare(settings)
    assert len(links.invitations) == 5
    assert {participant.language for participant, _ in links.invitations} == {"nl", "en", "fr", "tr", "ar"}


def test_the_demo_minds_wrong_settings_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKSTEM_READING_MS", "soon")
    with pytest.raises(BadSettings, match="WERKSTEM_READING_MS"):
        demo_settings(port=1, data=tmp_path)


def _people(running: Running) -> list[dict[str, Any]]:
    token = printed(running, r"token: (ws_\S+)")[0]
    answer = httpx.get(f"{running.address}/api/v1/participants", headers={"Authorization": f"Bearer {token}"})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _shown(running: Running, token: str) -> dict[str, str | None]:
    """Of how many people a work aspect and a life domain are shown to the owner."""
    asked = f"{running.address}/api/v1/results?moment=baseline"
    groups = httpx.get(asked, headers={"Authorization": f"Bearer {token}"}).json()["groups"]
    return {name: groups[name]["people"] for name in ("work_happiness", "money")}


def _come_in(running: Running, code: str) -> None:
    """Somebody presses a language, and with that uses the invitation."""
    page = httpx.get(f"{running.address}/c/{code}").text
    form = {"data": button(page, "language-nl"), "ticket": "x" * 22}
    httpx.post(f"{running.address}/c/{code}", data=form, headers={"Origin": running.address})


def _finished(client: httpx.Client) -> list[list[str]]:
    """The finished measurements of everybody who has any, in their order."""
    finished = []
    for one in client.get("/api/v1/participants").json()["items"]:
        listed = client.get(f"/api/v1/participants/{one['id']}/measurements").json()["items"]
        done = [measurement["id"] for measurement in listed if measurement["status"] == "done"]
        finished += [done] if done else []
    return finished
