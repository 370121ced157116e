"""The whole service as it is wired for real, on a test's database, with invented staff and the JSON API's tokens."""

import io
import json
import re
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from api.application import create_app
from api.office import Office
from api.service import Service
from api.settings import Settings

SECRET_KEY = "an invented key of the tests, long enough to be one"
BASE = "http://127.0.0.1:8080"


def settings_of(database_url: str, **values: Any) -> Settings:
    """Settings on that database; nothing is read from the machine's own environment that is given here."""
    return Settings.read(
        database_url=database_url, secret_key=SECRET_KEY, public_url=BASE, **{"reading_ms": 0, **values}
    )


class Whole:
    """A running service without a network of its own, and a client for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: FastAPI = create_app(settings)
        self.service: Service = self.app.state.service
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE)
        office = Office(settings)
        made = office.init(Namespace(organisation="De Proef", owner="owner@proef.example", name=None, modules=None))
        office.add(
            Namespace(
                organisation=made.data["organisation_id"],
                email="coach@proef.example",
                role="coach",
                name="CanaryCoach",
                also_boss=False,
            )
        )
        token = office.token(Namespace(email="coach@proef.example")).data["token"]
        self.coach = {"Authorization": f"Bearer {token}"}

    async def invite(self, **values: Any) -> dict[str, Any]:
        """A new participant, as the JSON API answers."""
        body = {"name": "Samira", "language": "nl", **values}
        answer = await self.client.post("/api/v1/participants", json=body, headers=self.coach)
        assert answer.status_code == 201, answer.text
        invited: dict[str, Any] = answer.json()
        return invited


def button(page: str, action: str) -> str:
    """The data of the button of that action on a page."""
    return re.findall(rf'value="([^"]*{action})"', page)[0]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Whole]:
    """The service from its start to its calm end."""
    whole = Whole(settings)
    async with whole.app.router.lifespan_context(whole.app):
        yield whole
    await whole.client.aclose()


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    """The log's lines."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]
