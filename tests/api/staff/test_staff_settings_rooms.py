"""The owner's settings: the organisation, the modules, the channels and the sample message."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.events import Came, Pressed
from bot.inbound import Inbound
from domain.questionnaire import LANGUAGES
from storage import audit, measurements, organisations, sample_links
from storage.organisations import Organisation
from tests.api.staff_house import StaffHouse
from tests.bot.people import CATALOGUES

GOOD = {
    "name": "De Kringloop",
    "keeper": "",
    "contact": "Anna, 020 123 45 67",
    "time_zone": "europe/brussels",
    "language": ["nl", "ar"],
}


def _organisation(house: StaffHouse) -> Organisation:
    found = house.store.look(lambda c: organisations.get(c, house.place.organisation_id))
    assert found is not None
    return found


def _offered(house: StaffHouse, *languages: str) -> None:
    house.store.run(lambda c: organisations.change(c, house.place.organisation_id, languages=languages))


# The organisation ---------------------------------------------------------------------------------------------------


async def test_the_owner_changes_the_organisation_and_the_log_knows(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        answer = await house.send(owner, "/settings/organisation", GOOD)
        page = (await owner.get("/settings/organisation")).text
    assert answer.headers["location"] == "/settings/organisation"
    changed = _organisation(house)
    assert (changed.name, changed.keeper, changed.contact) == ("De Kringloop", None, "Anna, 020 123 45 67")
    assert (changed.time_zone, changed.offered) == ("Europe/Brussels", ("nl", "ar"))
    assert 'value="De Kringloop"' in page
    assert "De organisatie is bewaard." in page
    deeds = house.store.look(lambda c: audit.of_member(c, house.owner_id))
    assert [deed.action for deed in deeds] == ["organisation.changed"]


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Geef een naam"),
        ("name", "x" * 121, "Geef een naam"),
        ("keeper", "x" * 121, "laat dit leeg"),
        ("contact", "a\N{ZERO WIDTH SPACE}b\N{BELL}", "Geef een contact"),
        ("time_zone", "Amsterdam", "Europe/Amsterdam</li>"),
        ("time_zone", "Mars/Olympus", "Deze tijdzone bestaat niet"),
        ("time_zone", "", "Deze tijdzone bestaat niet"),
        ("language", [], "Kies minstens één taal"),
        ("language", ["xx"], "Kies minstens één taal"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_typed_is_lost(
    house: StaffHouse, field: str, typed: str | list[str], says: str
) -> None:
    before = _organisation(house)
    async with house.signed_in("owner") as owner:
        answer = await house.send(owner, "/settings/organisation", {**GOOD, "name": "Nieuw", field: typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Nieuw"' in answer.text or field == "name"
    assert _organisation(house) == before


async def test_the_language_screen_shows_what_the_organisation_offers(house: StaffHouse) -> None:
    _offered(house, "nl", "tr")
    person = await house.come_in(await house.invite())
    assert [button.data.rpartition("-")[2] for button in person.message.buttons] == ["nl", "tr"]
    assert "Français" not in str(person.message)


async def test_a_language_that_is_off_can_not_be_chosen_with_an_old_button(house: StaffHouse) -> None:
    person = await house.come_in(await house.invite())
    arabic = person.button("language-ar")
    _offered(house, "nl")
    await person.happen(Pressed(arabic))
    due = await house.place.turns.look("telegram", person.address)
    assert due is not None
    assert due.message is not None
    assert due.message.language == "nl"
    assert [button.data.rpartition("-")[2] for button in due.message.buttons] == ["nl"]


async def test_whoever_uses_a_language_goes_on_in_it_when_it_is_switched_off(house: StaffHouse) -> None:
    person = await house.come_in(await house.invite(language="ar"))
    await person.press("language-ar")
    _offered(house, "nl", "en")
    await person.press("go")
    assert person.message.language == "ar"
    await person.press("more")
    await person.press("language")
    assert [button.data.rpartition("-")[2] for button in person.message.buttons[:3]] == ["nl", "en", "ar"]


async def test_somebody_invited_in_a_language_that_is_off_since_may_still_come_in_in_it(house: StaffHouse) -> None:
    invited = await house.invite(language="tr")
    _offered(house, "nl")
    code = invited["invitation"]["code"]
    assert await house.place.turns.languages(code) == ("nl", "tr")
    assert await house.place.turns.languages("x" * 22) == LANGUAGES
    person = await house.come_in(invited)
    await person.press("language-tr")
    assert person.message.language == "tr"


# The modules --------------------------------------------------------------------------------------------------------


async def test_the_modules_are_shown_with_their_time_and_with_the_exact_words_of_their_consent(
    house: StaffHouse,
) -> None:
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/settings/modules")).text
    assert page.count('name="module"') == len(CATALOGUES.questionnaire.groups)
    assert page.count(" checked") == len(CATALOGUES.questionnaire.default_modules())
    assert "86 zinnen staan aan. Ongeveer 13 minuten." in page
    assert "Geschat met 9 seconden per zin" in page
    for consent in ("substance", "justice", "keep"):
        asked = CATALOGUES["nl"].say(f"consent.{consent}.ask", {"coach": "de begeleider"}).partition("\n")[0]
        assert asked in page.replace("&#39;", "'"), consent
    assert 'href="/consent/texts"' in page


async def test_switching_a_module_off_breaks_no_measurement_under_way(house: StaffHouse) -> None:
    invited = await house.invite(modules=["social_skills", "money"])
    person = await house.come_in(invited)
    await person.to_statements()
    async with house.signed_in("owner") as owner:
        await house.send(owner, "/settings/modules", {"module": ["social_skills"]})
    assert _organisation(house).modules == ("social_skills",)
    await house.answer(person)
    (one,) = house.store.look(lambda c: measurements.of_participant(c, invited["id"]))
    assert (one.modules, one.completed_at is not None) == (("social_skills", "money"), True)
    later = await house.invite(modules=None)
    (new,) = house.store.look(lambda c: measurements.of_participant(c, later["id"]))
    assert new.modules == ("social_skills",)


async def test_the_last_module_cannot_be_switched_off(house: StaffHouse) -> None:
    before = _organisation(house)
    async with house.signed_in("owner") as owner:
        answer = await house.send(owner, "/settings/modules", {"module": "nothing-of-ours"})
    assert answer.status_code == 422
    assert "Minstens één module" in answer.text
    assert _organisation(house) == before


# The channels -------------------------------------------------------------------------------------------------------


async def test_the_channels_say_honestly_what_is_not_set_up(house: StaffHouse) -> None:
    async with house.signed_in("owner") as owner:
        without = (await owner.get("/settings/channels")).text
        object.__setattr__(house.place.parts, "telegram_name", "kringloop_bot")
        with_bot = (await owner.get("/settings/channels")).text
    assert without.count("Niet ingesteld") == 2
    assert "https://werkstem.example/c" in without
    assert with_bot.count("Niet ingesteld") == 1
    assert "@kringloop_bot" in with_bot


async def _sample(house: StaffHouse) -> str:
    async with house.signed_in("owner") as owner:
        page = (await house.send(owner, "/settings/channels/sample")).text
    found = re.search(r"/c/([\w-]{20,})", page)
    assert found
    return found[1]


def _came(code: str, address: str = "777", channel: str = "telegram", key: str = "1") -> Inbound:
    return Inbound(channel, address, f"{address}-{key}", Came(), language="fr", code=code)


async def test_a_sample_comes_once_and_says_nothing_of_anybody(house: StaffHouse) -> None:
    await house.invite(name="Kanarie")
    code = await _sample(house)
    first = await house.place.turns.take(_came(code))
    second = await house.place.turns.take(_came(code, key="2"))
    assert [due.message.paragraphs for due in first.due] == [("Dit is een proefbericht. Het is aangekomen.",)]
    assert first.due[0].message.buttons == ()
    assert (first.conversation_id, first.number) == (None, 0)
    assert second.message is not None
    assert "proefbericht" not in str(second.message)
    link = house.store.look(lambda c: sample_links.of_member(c, house.owner_id))
    assert link is not None
    assert link.channel == "telegram"
    async with house.signed_in("owner") as owner:
        page = (await owner.get("/settings/channels")).text
    assert "Uw laatste link is gebruikt: Telegram" in page
    assert "777" not in page


async def test_the_address_of_the_own_chat_is_not_kept(house: StaffHouse) -> None:
    code = await _sample(house)
    await house.place.turns.take(_came(code, address="4815162342"))
    dump = house.store.look(lambda c: "\n".join(c.connection.iterdump()))
    assert "4815162342" not in dump


async def test_a_sample_link_ends_after_ten_minutes_with_the_next_one_and_with_its_member(house: StaffHouse) -> None:
    old = await _sample(house)
    new = await _sample(house)
    assert await house.place.turns.invitation(old) == "unknown"
    assert await house.place.turns.invitation(new) == "open"
    house.clock.pass_(timedelta(minutes=10).total_seconds())
    assert await house.place.turns.invitation(new) == "expired"
    reply = await house.place.turns.take(_came(new))
    assert "proefbericht" not in str(reply.message)


async def test_a_sample_in_the_chat_of_a_person_changes_nothing_of_the_conversation(house: StaffHouse) -> None:
    person = await house.come_in(await house.invite())
    before = person.message
    reply = await house.place.turns.take(_came(await _sample(house), address=person.address, key="x"))
    assert "proefbericht" in str(reply.message)
    due = await house.place.turns.look("telegram", person.address)
    assert due is not None
    assert due.message == before


async def test_the_sample_comes_in_the_web_chat_too_and_opens_no_chat(house: StaffHouse) -> None:
    code = await _sample(house)
    assert await house.place.turns.invitation(code) == "open"
    inbound = replace(_came(code, channel="web"), event=Pressed("s1.language-nl"))
    reply = await house.place.turns.take(inbound)
    assert "proefbericht" in str(reply.message)
    assert await house.place.turns.look("web", "777") is None
    assert await house.place.turns.invitation(code) == "sampled"
    dump = house.store.look(lambda c: "\n".join(c.connection.iterdump()))
    assert code not in dump
