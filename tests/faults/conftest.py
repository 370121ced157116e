"""What the fault runs share: the exchange, an installation, people, the length of the run, and its figures."""

import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.crowd import Person, Post
from tests.faults.exchange import Exchange, listen
from tests.faults.installation import Installation
from tests.faults.ledger import Balance, balance

_HERE = Path(__file__).parent
_RESULTS = _HERE.parent.parent / "test-results" / "faults.json"
FIRST_CHAT = 510_000_001
LONG_TIMEOUT_SECONDS = 1200

Figures = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    """The mark of these tests."""
    config.addinivalue_line("markers", "quick_on(*parameters): which one the quick run takes; the long one takes all")
    config.addinivalue_line("markers", "only_long: this one is for the long run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The fault runs follow one another in one process: each wants the machine for itself."""
    is_long = config.getoption("--long")
    left_out = [] if is_long else [item for item in items if _is_for_long_runs(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faults"))
            if is_long:
                item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_SECONDS))


def _is_for_long_runs(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("quick_on")
    parameters = set(item.name.partition("[")[2].removesuffix("]").split("-"))
    is_another = mark is not None and not parameters.issuperset(mark.args)
    return is_another or item.get_closest_marker("only_long") is not None


@dataclass
class Town:
    """Everything a fault run needs: Telegram, the installation and its people."""

    exchange: Exchange
    house: Installation
    post: Post
    is_long: bool

    def size(self, quick: int, long: int) -> int:
        """How much of something: in `make test`, and in `make faults`."""
        return long if self.is_long else quick

    async def people(self, count: int, *, copies: int = 1, **values: Any) -> list[Person]:
        """So many invited people, each with a phone."""
        invited = await self.house.invite(count, **values)
        first = FIRST_CHAT + len(self.exchange.phones)
        people = []
        for number, (participant_id, code) in enumerate(invited):
            people.append(Person(self.exchange, self.post, first + number, code, copies=copies))
            people[-1].participant_id = participant_id
        return people

    def balance(self, people: list[Person]) -> Balance:
        """What is stored, against what these people did and saw."""
        return balance(self.house.database_url, people)


@pytest.fixture
async def town(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """A town on a fresh database, once of each kind."""
    exchange = Exchange()
    server, api_base = await listen(exchange)
    house = Installation(tmp_path, database_url, api_base)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
        post = Post(session, [], house.settings.webhook_secret)
        try:
            yield Town(exchange, house, post, is_long=bool(request.config.getoption("--long")))
        finally:
            house.end()
            server.close()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Prints what a run came to, and keeps it under the test's name."""

    def note(found: Balance | None = None, **values: object) -> None:
        kept = {**({**asdict(found)} if found else {}), **values}
        name = request.node.name
        print(f"\n  {name}: " + ", ".join(f"{key} {value}" for key, value in kept.items()))  # noqa: T201 - for `-s`
        _RESULTS.parent.mkdir(exist_ok=True)
        everything = json.loads(_RESULTS.read_text("utf-8")) if _RESULTS.exists() else {}
        everything[name] = {**kept, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
        _RESULTS.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n", "utf-8")

    return note
