"""Two invented organisations with their staff, and the JSON API in front of a real store, for the tests of api/v1."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
from fastapi import FastAPI

from api.v1 import v1_router
from bot.conversation.conversation import load
from bot.inbound import Due, Reply
from bot.webs import Webs
from domain.ids import OrganisationId, StaffId
from reports.studio import EASEL, Studio
from storage import conversations, staff
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store
from tests.bot.people import KEY, Clock, Person, Workplace


@dataclass
class House:
    """The organisation of ``place`` with coach Joke, a second coach and an owner, and another organisation."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    shown: list[Due] = field(default_factory=list)
    easel: ClassVar[Sequence[str]] = EASEL

    def __post_init__(self) -> None:
        self.place = Workplace(self.store, self.clock)
        self.elsewhere = Workplace(self.store, self.clock)
        self.owner_id = self.hire(Role.OWNER)
        self.colleague_id = self.hire(Role.COACH)
        self.studio = Studio(command=self.easel)
        self.tokens = {
            "coach": self.token(self.place.organisation_id, self.place.coach_id),
            "owner": self.token(self.place.organisation_id, self.owner_id),
            "colleague": self.token(self.place.organisation_id, self.colleague_id),
            "foreign coach": self.token(self.elsewhere.organisation_id, self.elsewhere.coach_id),
            "unknown": "ws_" + "x" * 43,
        }
        parts = self.place.parts
        self.webs = Webs(parts, self.studio)
        self.router = v1_router(parts, self.webs, self.place.turns, self._show)
        self.app = FastAPI(openapi_url="/openapi.json")
        self.app.include_router(self.router)

    def _show(self, reply: Reply) -> None:
        self.shown += reply.due

    def hire(self, role: Role, *, name: str = "Olga") -> StaffId:
        """Somebody new on the staff."""
        member = StaffMember(
            id=StaffId(new_id()),
            organisation_id=self.place.organisation_id,
            email=f"{new_id()}@werkplaats.example",
            role=role,
            is_also_boss=False,
            name=name,
            created_at=self.clock(),
        )
        self.store.run(lambda c: staff.add(c, member))
        return member.id

    def token(self, organisation_id: OrganisationId, staff_id: StaffId) -> str:
        """A token of somebody on the staff."""
        member = self.store.look(lambda c: staff.get(c, organisation_id, staff_id))
        assert member is not None
        return self.store.run(lambda c: staff.create_token(c, member, key=KEY, now=self.clock()))

    def dismiss(self) -> str:
        """The name of somebody with a token who no longer works here."""
        gone = self.hire(Role.COACH)
        self.tokens["removed"] = self.token(self.place.organisation_id, gone)
        self.store.run(lambda c: staff.remove(c, gone, self.clock()))
        return "removed"

    def client(self, who: str | None = "coach") -> httpx.AsyncClient:
        """A client with somebody's token, or with none."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        return httpx.AsyncClient(transport=transport, base_url="https://werkstem.example/api/v1", headers=headers)

    async def invite(self, **values: Any) -> dict[str, Any]:
        """A new participant of the coach, as the API answers."""
        new = {"name": "Samira", "language": "nl", "modules": ["social_skills", "money", "mental_health"], **values}
        async with self.client() as client:
            answer = await client.post("/participants", json=new)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def measurements(self, participant_id: str) -> list[dict[str, Any]]:
        """A participant's measurements, as the coach sees them."""
        async with self.client() as client:
            answer = await client.get(f"/participants/{participant_id}/measurements")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def stage(self, participant_id: str) -> str:
        """Where the conversation of a participant is."""
        stored = self.store.look(lambda c: conversations.of_participant(c, participant_id, lock=False))
        assert stored is not None
        return load(stored.state).stage.value

    async def come_in(self, invited: dict[str, Any], *, address: str = "1001", channel: str = "telegram") -> Person:
        """The participant comes in with the code."""
        person = Person(self.place, address=address, channel=channel)
        await person.start(invited["invitation"]["code"])
        return person

    async def finish(self, person: Person, *, no: tuple[str, ...] = (), share: bool = True) -> None:
        """Through everything with the happiest faces in turn; at the end the list of topics is confirmed or not."""
        await person.to_statements(no=no)
        await self.answer(person, share=share)

    async def answer(self, person: Person, *, share: bool = True) -> None:
        """Every statement with the faces in turn, then on to the list of topics and, if so, past it."""
        faces = 0
        for _ in range(400):
            data = [button.data.rpartition(".")[2] for button in person.message.buttons]
            if person.message.is_statement:
                faces += 1
                await person.press("12345uc"[faces * 3 % 7] if data[0] == "1" else data[0])
            elif not data or (not share and any(one.startswith("share-") for one in data)):
                return
            else:
                await person.press(data[0])
        raise AssertionError("the conversation does not end")
