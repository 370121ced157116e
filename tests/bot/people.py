"""Invented people in a real store, and the channels they use, for the tests of the bot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels import Placed, SendError
from bot.conversation.events import Came, Event, Pressed, Typed
from bot.conversation.screen import Message
from bot.inbound import Due, Inbound, Reply
from bot.parts import Parts, typed_words
from bot.sweeping import TERMS
from bot.turns import Turns
from domain.ids import MeasurementId, OrganisationId, ParticipantId, StaffId
from storage import claims, invitations, measurements, organisations, participants, staff
from storage.catalogue import Catalogues
from storage.invitations import Issued
from storage.measurements import Kind, StoredMeasurement
from storage.organisations import Organisation
from storage.participants import Participant
from storage.secrets import new_id
from storage.staff import Role, StaffMember
from storage.store import Store

KEY = b"k" * 32
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CATALOGUES = Catalogues.load()
TYPED = typed_words(CATALOGUES)
SMALL = ("social_skills", "money", "mental_health")


@dataclass
class Clock:
    """A clock that goes on only when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        """Some time goes by."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Workplace:
    """One invented organisation with a coach, an owner and participants."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    organisation_id: OrganisationId = field(default_factory=lambda: OrganisationId(new_id()))
    coach_id: StaffId = field(default_factory=lambda: StaffId(new_id()))

    def __post_init__(self) -> None:
        self.parts = Parts(
            store=self.store,
            catalogues=CATALOGUES,
            key=KEY,
            now=self.clock,
            public_url="https://werkstem.example",
            typed=TYPED,
        )
        self.turns = Turns(self.parts)
        now = self.clock()
        modules = CATALOGUES.questionnaire.default_modules()
        place = Organisation(self.organisation_id, "De Werkplaats", modules, now)
        coach = StaffMember(
            id=self.coach_id,
            organisation_id=self.organisation_id,
            email=f"{self.coach_id}@werkplaats.example",
            role=Role.COACH,
            is_also_boss=False,
            name="Joke",
            created_at=now,
        )
        self.store.run(lambda c: organisations.add(c, place))
        self.store.run(lambda c: staff.add(c, coach))

    def invite(self, name: str = "Samira", *, modules: tuple[str, ...] = SMALL) -> tuple[ParticipantId, Issued]:
        """A new participant with a baseline that is due, and the invitation."""
        participant_id = ParticipantId(new_id())
        person = Participant(
            id=participant_id,
            organisation_id=self.organisation_id,
            coach_id=self.coach_id,
            name=name,
            language="nl",
            phone=None,
            phone_opt_in=False,
            email=None,
            same_order=False,
            pin_hash=None,
            modules=modules,
            created_at=self.clock(),
        )
        self.store.run(lambda c: participants.add(c, person))
        self.plan(participant_id, Kind.BASELINE, modules=modules)
        return participant_id, self.issue(participant_id)

    def issue(self, participant_id: ParticipantId) -> Issued:
        """An invitation; the earlier open ones end."""
        return self.store.run(
            lambda c: invitations.issue(
                c,
                organisation_id=self.organisation_id,
                participant_id=participant_id,
                key=KEY,
                now=self.clock(),
            )
        )

    def plan(self, participant_id: ParticipantId, kind: Kind, *, modules: tuple[str, ...] = SMALL) -> StoredMeasurement:
        """A measurement that is due now."""

        def planned(connection: object) -> StoredMeasurement:
            number, ordinal = measurements.next_numbers(connection, participant_id, kind)  # type: ignore[arg-type] # a Connection
            one = StoredMeasurement(
                id=MeasurementId(new_id()),
                organisation_id=self.organisation_id,
                participant_id=participant_id,
                kind=kind,
                number=number,
                ordinal=ordinal,
                questionnaire_version=CATALOGUES.questionnaire.version,
                modules=modules,
                seed=7,
                same_order=False,
                due_at=self.clock(),
                closes_at=self.clock() + timedelta(days=28),
            )
            measurements.add(connection, one)  # type: ignore[arg-type] # a Connection
            return one

        return self.store.run(planned)


async def unshown(place: Workplace) -> list[Due]:
    """What the sweeper would show now, replies and bulk."""
    now, terms = place.clock(), TERMS
    claimed = place.store.run(lambda c: claims.of_replies(c, now=now, most=10, terms=terms))
    claimed += place.store.run(lambda c: claims.of_bulk(c, "telegram", now=now, most=10, terms=terms, apart_seconds=0))
    return [due for again in await place.turns.again(claimed) if (due := place.turns.due_of(again))]


@dataclass
class Person:
    """Somebody with a chat, who presses and types. Every inbound gets a key of its own."""

    place: Workplace
    address: str = "1001"
    channel: str = "telegram"
    last: Reply | None = None
    sent: int = 0

    async def happen(self, event: Event, *, code: str | None = None, key: str | None = None) -> Reply:
        """Something that the person does, two seconds after the last thing."""
        self.place.clock.pass_(2)
        self.sent += 1
        inbound = Inbound(
            self.channel, self.address, key or f"{self.address}-{self.sent}", event, language="nl", code=code
        )
        reply = await self.place.turns.take(inbound)
        if reply.message:
            self.last = reply
        return reply

    async def start(self, code: str) -> Reply:
        """Comes in with a code."""
        return await self.happen(Came(), code=code)

    async def press(self, action: str) -> Reply:
        """Presses the button of that action on the last screen."""
        return await self.happen(Pressed(self.button(action)))

    def button(self, action: str) -> str:
        """The data of that button."""
        found = [label.data for label in self.message.buttons if label.data.rpartition(".")[2] == action]
        assert found, f"no {action!r} among {[label.data for label in self.message.buttons]}"
        return found[0]

    async def type(self, text: str) -> Reply:
        """Types a text."""
        return await self.happen(Typed(text))

    @property
    def message(self) -> Message:
        """What is on the screen."""
        assert self.last is not None
        assert self.last.message is not None
        return self.last.message

    async def to_statements(self, *, no: tuple[str, ...] = ()) -> None:
        """Through welcome, consents and practice."""
        await self.press("language-nl")
        for _ in range(3):
            await self.press("go")
        for purpose in ("keep", "coach", "group", "reminder"):
            await self.press("no" if purpose in no else "yes")
        for action in ("skip", "5", "1"):
            await self.press(action)
        while not self.message.is_statement:  # a sensitive group asks its own consent first
            await self.press("yes")

    async def answer_all(self, face: str = "4", *, until: Callable[[Message], bool] | None = None) -> None:
        """Every statement with that face; every question in between with its first button."""
        for _ in range(200):
            if until and until(self.message):
                return
            if self.message.is_statement:
                await self.press(face)
            elif self.message.buttons[0].data.endswith((".yes", ".go")) and not self._is_done():
                await self.happen(Pressed(self.message.buttons[0].data))
            else:
                return

    def _is_done(self) -> bool:
        return self.message.buttons[0].text.startswith("👀")


@dataclass
class FakeChannel:
    """A channel that keeps what it was asked to show, and fails as it is told to."""

    name: str = "telegram"
    shown: list[tuple[str, Message]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    failures: list[SendError] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def show(self, address: str, message: Message, *, placed: Placed | None, picture: bytes | None) -> Placed:
        """Shows, or fails with the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.shown.append((address, message))
        is_edit = placed is not None and placed.is_last and placed.is_picture == (picture is not None)
        return Placed(placed.message_id if placed and is_edit else str(len(self.shown)), is_picture=picture is not None)

    async def send_file(self, address: str, name: str, content: bytes) -> str:
        """Keeps the file."""
        self.files.append((name, content))
        return str(len(self.files))

    async def remove(self, _address: str, message_id: str, *, is_picture: bool = True) -> None:
        """Keeps what was taken away."""
        self.removed.append(message_id)

    def wait(self, seconds: float) -> None:
        """Keeps how long it was told to wait."""
        self.waits.append(seconds)

    async def close(self) -> None:
        """Nothing to let go of."""
