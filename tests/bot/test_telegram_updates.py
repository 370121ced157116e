"""Captured updates in, our own words out."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import ChatChanged
from bot.channels.telegram_updates import Ignored, InGroup, Received, is_genuine, parse
from bot.conversation.events import Came, Commanded, Event, Medium, Pressed, Sent, Typed

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"
ADDRESS = "4200000000000001"
GROUP = "-1001234567890"


def payload(name: str) -> dict[str, Any]:
    """A captured update."""
    read: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return read


def received(name: str) -> Received:
    """What a captured update means; it must be something a person did."""
    meant = parse(payload(name))
    assert isinstance(meant, Received)
    return meant


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("private_message", Typed("4")),
        ("command_with_code", Came()),
        ("command_with_bot_name", Commanded("choices")),
        ("callback_query", Pressed("q1.12.5")),
        ("callback_query_of_cleared_chat", Pressed("q1.12.5")),
        ("voice", Sent(Medium.VOICE)),
        ("video_note", Sent(Medium.VOICE)),
        ("sticker", Sent(Medium.OTHER)),
        ("photo", Sent(Medium.OTHER)),
    ],
)
def test_what_a_person_does_in_a_private_chat_becomes_an_event(name: str, event: Event) -> None:
    inbound = received(name).inbound
    assert inbound.event == event
    assert (inbound.channel, inbound.address, inbound.language) == ("telegram", ADDRESS, "nl")
    assert inbound.key == str(payload(name)["update_id"])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("group_message", Ignored("group")),
        ("group_left", Ignored("group")),
        ("callback_query_in_group", Ignored("group")),
        ("group_command", InGroup(GROUP, "nl")),
        ("group_joined", InGroup(GROUP, "nl")),
        ("blocked", ChatChanged("telegram", ADDRESS, is_reachable=False)),
        ("unblocked", ChatChanged("telegram", ADDRESS, is_reachable=True)),
        ("edited_message", Ignored("kind of update")),
        ("channel_post", Ignored("kind of update")),
        ("business_message", Ignored("kind of update")),
        ("unknown_kind", Ignored("kind of update")),
        ("service_message", Ignored("service message")),
        ("callback_query_without_message", Ignored("press without a message of ours")),
    ],
)
def test_everything_else_is_ignored_with_a_reason_or_answered_on_its_own_path(name: str, meant: object) -> None:
    assert parse(payload(name)) == meant


def test_every_captured_update_has_its_place_in_these_tests() -> None:
    here = Path(__file__).read_text()
    assert [path.stem for path in PAYLOADS.glob("*.json") if f'"{path.stem}"' not in here] == []


def test_a_start_link_brings_its_code_along() -> None:
    assert received("command_with_code").inbound.code == "AbCdEfGhIjKlMnOpQrStUv"
    assert received("private_message").inbound.code is None


def test_a_press_keeps_what_is_needed_to_answer_it_and_to_find_its_message() -> None:
    pressed = received("callback_query")
    assert (pressed.callback_id, pressed.message_id) == ("22334455667788", "40")
    assert received("callback_query_of_cleared_chat").message_id == "40"


def test_a_chat_number_of_52_bits_stays_exact() -> None:
    inbound = received("very_large_chat_id").inbound
    assert (inbound.address, inbound.language) == ("4503599627370495", "ar")


@pytest.mark.parametrize(
    ("text", "event", "code"),
    [
        ("/start", Came(), None),
        ("/START  abc ", Came(), "abc"),
        ("/start " + "x" * 500, Came(), "x" * 64),
        ("/start@werkstem_bot abc", Came(), "abc"),
        ("/Stop", Commanded("stop"), None),
        ("/ stop", Typed("/ stop"), None),
        ("/\U0001f600", Typed("/\U0001f600"), None),
        ("😀" * 4096, Typed("😀" * 4096), None),
        ("<script>\u202e", Typed("<script>\u202e"), None),
        ("a\ud800b\0c", Typed("a?bc"), None),
    ],
)
def test_typed_text_is_read_as_a_command_or_kept_as_text(text: str, event: Event, code: str | None) -> None:
    update = payload("private_message")
    update["message"]["text"] = text
    meant = parse(update)
    assert isinstance(meant, Received)
    assert (meant.inbound.event, meant.inbound.code) == (event, code)


@pytest.mark.parametrize("code", ["de-DE", "", None, 7, "n" * 5000])
def test_a_language_we_do_not_have_is_no_hint(code: object) -> None:
    update = payload("private_message")
    update["message"]["from"]["language_code"] = code
    meant = parse(update)
    assert isinstance(meant, Received)
    assert meant.inbound.language is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    ("private_message", ("message",)),
    ("private_message", ("message", "chat")),
    ("private_message", ("message", "chat", "id")),
    ("private_message", ("message", "from")),
    ("callback_query", ("callback_query", "message")),
    ("callback_query", ("callback_query", "data")),
    ("blocked", ("my_chat_member", "new_chat_member")),
    ("blocked", ("update_id",)),
]


@given(place=st.sampled_from(PLACES), value=JSON)
def test_no_update_however_broken_raises(place: tuple[str, tuple[str, ...]], value: object) -> None:
    name, path = place
    update = payload(name)
    inner = update
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert isinstance(parse(update), Received | ChatChanged | InGroup | Ignored)
    assert isinstance(parse(value), Ignored)


def test_only_the_exact_secret_is_genuine() -> None:
    assert is_genuine("s3cret", "s3cret")
    for header in (None, "", "s3cre", "s3cret ", "S3CRET", "ſ3cret", "\udcff"):
        assert not is_genuine(header, "s3cret")


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine("", "")
    assert not is_genuine(None, "")
