"""The own web as a person gets it: their own numbers, laid out for the phone that it is read on."""

import struct
from collections.abc import AsyncIterator

import pytest

from bot.conversation.screen import Picture, PictureOf
from bot.webs import Webs
from reports.studio import Studio
from storage import measurements
from storage.store import Store
from tests.bot.people import Person, Workplace

PHONE = 344
"""How wide a chart for a phone is, in px."""


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    made = Studio()
    yield made
    await made.close()


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_the_own_web_comes_for_a_phone_in_every_channel(store: Store, studio: Studio, channel: str) -> None:
    place = Workplace(store)
    participant_id, issued = place.invite()
    person = Person(place, channel=channel)
    await person.start(issued.code)
    await person.to_statements()
    await person.answer_all("4")
    measurement = store.look(lambda c: measurements.of_participant(c, participant_id))[0]
    picture = Picture(PictureOf.OUTER, measurement.id, as_bars=True)
    webs = Webs(place.parts, studio)

    svg = await webs.own(channel, person.address, picture, file_format="svg")
    png = await webs.own(channel, person.address, picture, file_format="png")

    assert svg
    assert png
    assert f'viewBox="0 0 {PHONE} '.encode() in svg[0]
    assert struct.unpack(">I", png[0][16:20]) == (2 * PHONE,)
    assert "4,0" in svg[1]
    assert await webs.own(channel, "somebody else", picture, file_format="svg") is None
