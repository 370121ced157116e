"""The whole way in Telegram: a link, statements, the own web and the list, over real HTTP and a real database."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from bot.channels.telegram import Telegram
from bot.delivery import Delivery
from bot.intake import TelegramIntake
from bot.webs import Webs
from reports.studio import Studio
from storage import answers, measurements
from storage.measurements import Status
from storage.store import Store
from tests.bot.people import CATALOGUES, Workplace
from tests.standins.telegram import TOKEN, TelegramStandIn
from tests.standins.telegram_person import Person

FACES = ("1", "2", "3", "4", "5")


@dataclass
class Service:
    """Our side: turns, delivery and Telegram, fed by polling."""

    place: Workplace
    api: TelegramStandIn
    telegram: Telegram
    delivery: Delivery
    intake: TelegramIntake

    async def work_off(self) -> None:
        """Everything that waits at Telegram, until the answers are on the screens."""
        self.place.clock.pass_(2)
        async with aclosing(self.telegram.poll(waits_seconds=0)) as batches:
            async for updates in batches:
                for update in updates:
                    await self.intake.take(update)
                await self.delivery.finish(within_seconds=10)
                return

    async def tap(self, person: Person, what: str) -> None:
        """One tap of a person, worked off."""
        person.tap(what)
        await self.work_off()


@pytest.fixture
async def service(store: Store) -> AsyncIterator[Service]:
    place = Workplace(store)
    async with TelegramStandIn().serving() as api:
        telegram = Telegram(TOKEN, api.url)
        studio = Studio()
        delivery = Delivery(place.parts, Webs(place.parts, studio), {"telegram": telegram})
        yield Service(place, api, telegram, delivery, TelegramIntake(place.parts, place.turns, delivery, telegram))
        await telegram.close()
        await studio.close()


def _is_statement(person: Person) -> bool:
    return [text.split()[0] for text, _ in person.screen.buttons[:5]] == ["😞", "🙁", "😐", "🙂", "😀"]


def _first(person: Person) -> str:
    return person.screen.buttons[0][0]


async def _play(service: Service, person: Person, language: str) -> list[str]:
    """From the language to the last screen, always the first button, and the fourth face; the texts on the way."""
    own_name = CATALOGUES[language].say("language.own_name")
    texts = []
    await service.tap(person, own_name)
    for _ in range(80):
        texts.append(person.screen.text)
        if not person.screen.buttons:
            return texts
        await service.tap(person, person.screen.buttons[3][0] if _is_statement(person) else _first(person))
    raise AssertionError("the conversation does not end")


@pytest.mark.parametrize("language", ["fr", "tr", "ar"])
async def test_a_whole_measurement_in_telegram_ends_with_the_own_web_and_what_is_shared(
    service: Service, language: str
) -> None:
    participant_id, issued = service.place.invite()
    person = service.api.person(1001, language)
    person.start(issued.code)
    await service.work_off()
    texts = await _play(service, person, language)

    measurement = service.place.store.look(lambda c: measurements.of_participant(c, participant_id))[0]
    given = service.place.store.look(lambda c: answers.of_measurement(c, measurement.id))
    assert measurement.status is Status.DONE
    assert {one.answer.value for one in given.values()} == {"4"}
    assert {one.language for one in given.values()} == {language}
    assert any(CATALOGUES[language].say("web.no_good_bad") in text for text in texts)
    assert len(service.api.made("sendPhoto")) >= 1
    assert all(call["protect_content"] for call in service.api.made("sendPhoto"))


async def test_no_list_of_answers_stays_in_the_chat(service: Service) -> None:
    _, issued = service.place.invite()
    person = service.api.person(1001, "nl")
    person.start(issued.code)
    await service.work_off()
    await _play(service, person, "nl")

    ours = [posted for posted in person.messages if posted.is_ours]
    statements = {CATALOGUES["nl"].statement(one.id) for one in CATALOGUES.questionnaire.statements}
    assert not any(statement in posted.text for posted in ours for statement in statements)
    assert len(ours) <= 2  # the web, which the person may remove, and the last screen


async def test_a_picture_is_removed_from_the_chat_when_the_person_says_so(service: Service) -> None:
    _, issued = service.place.invite()
    person = service.api.person(1001, "nl")
    person.start(issued.code)
    await service.work_off()
    await _play(service, person, "nl")
    picture = next(posted for posted in person.messages if posted.is_ours and posted.photo)
    person.tap("remove", message_id=picture.message_id)
    await service.work_off()

    assert picture.message_id not in {posted.message_id for posted in person.messages}


async def test_the_same_update_twice_is_taken_once(service: Service) -> None:
    participant_id, issued = service.place.invite()
    person = service.api.person(1001, "nl")
    person.start(issued.code)
    await service.work_off()
    before = person.screen.text
    person.tap("Nederlands")
    updates = [update async for update in _peek(service)]
    for _ in range(3):
        for update in updates:
            await service.intake.take(update)
    await service.delivery.finish(within_seconds=5)

    assert person.screen.text != before
    assert len([posted for posted in person.messages if posted.is_ours]) == 1
    assert participant_id


async def _peek(service: Service) -> AsyncIterator[object]:
    service.place.clock.pass_(2)
    async with aclosing(service.telegram.poll(waits_seconds=0)) as batches:
        async for updates in batches:
            for update in updates:
                yield update
            return


async def test_somebody_who_types_gets_the_question_anew_below(service: Service) -> None:
    _, issued = service.place.invite()
    person = service.api.person(1001, "nl")
    person.start(issued.code)
    await service.work_off()
    first = person.screen.message_id
    person.type("wat is dit allemaal voor iets")
    await service.work_off()

    assert person.screen.message_id > first
    assert "112" in person.screen.text
    assert first not in {posted.message_id for posted in person.messages}


async def test_voice_blocked_and_back(service: Service) -> None:
    _, issued = service.place.invite()
    person = service.api.person(1001, "nl")
    person.start(issued.code)
    await service.work_off()
    person.send("voice")
    await service.work_off()
    assert CATALOGUES["nl"].say("voice.not_possible").split("\n")[0] in person.screen.text
    person.block()
    await service.work_off()
    person.start()
    await service.work_off()

    assert person.screen.buttons
