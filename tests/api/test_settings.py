"""Settings: every fault is told at once, in a sentence that says what to do, and never with a value."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.clock import Clock
from api.settings import BadSettings, Role, Settings, variable

KEY = "k" * 40


def faults_of(**values: Any) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        Settings.read(**values)
    return caught.value.faults


def test_a_missing_key_stops_the_start_and_says_how_to_make_one() -> None:
    (fault,) = faults_of()
    assert fault == (
        "WERKSTEM_SECRET_KEY must be a secret of at least 32 characters: make one with: openssl rand -hex 32."
    )


def test_every_fault_is_told_at_once_and_no_value_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "DATABASE_URL": "mysql://canary:canary@db/x",
        "SECRET_KEY": "canary",
        "PUBLIC_URL": "http://canary.example.org",
        "TELEGRAM_TOKEN": "canary",
        "TELEGRAM_API_BASE": "canary",
        "TELEGRAM_MODE": "canary",
        "WHATSAPP_NUMBER": "canary",
        "SMTP_URL": "https://canary",
        "LOG_LEVEL": "canary",
        "ROLES": "http,canary",
        "READING_MS": "canary",
        "CLOCK_FILE": "/canary",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"WERKSTEM_{name}", value)
    faults = faults_of()
    assert {fault.split()[0].removeprefix("WERKSTEM_") for fault in faults} == set(wrong)
    assert "canary" not in "".join(faults)


def test_every_setting_is_documented_and_says_what_it_must_be() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.title, name
        assert variable(name).isupper()


@pytest.mark.parametrize(
    "url",
    [
        "https://werk.example.org",
        "http://127.0.0.1:9000",
        "http://192.168.1.7:8080",
        "http://[::1]:80",
        "https://[2001:db8::1]",
    ],
)
def test_https_is_fine_and_plain_http_only_near_by(url: str) -> None:
    settings = Settings.read(secret_key=KEY, public_url=f"{url}/")
    assert settings.public_url == url
    assert settings.is_secure is url.startswith("https")


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8",
        "http://werk.example.org",
        "ftp://127.0.0.1",
        "https://",
        "https://a.example/b",
        "http://0.0.0.0",
        "https://a b",
        "https://-",
        "https://-a.example",
        "https://a..example",
        "https://a_b.example",
        "https://a.example:0",
        "https://a.example:99999",
        "https://a.example:",
        "https://somebody@a.example",
        "https://@a.example",
        "https://a\n.example",
        "https://1.2.3.999",
        "https://[::zz]",
        "https://" + "a." * 130 + "example",
    ],
)
def test_other_public_addresses_are_refused(url: str) -> None:
    (fault,) = faults_of(secret_key=KEY, public_url=url)
    assert fault.startswith("WERKSTEM_PUBLIC_URL must be https://name ")


@pytest.mark.parametrize("url", ["http://a b", "https://-", "http://a.example/\n", "https://:1", "127.0.0.1:8081"])
def test_the_address_of_a_bot_api_server_must_be_one(url: str) -> None:
    (fault,) = faults_of(secret_key=KEY, telegram_api_base=url)
    assert fault.startswith("WERKSTEM_TELEGRAM_API_BASE ")
    assert Settings.read(secret_key=KEY, telegram_api_base="http://bot-api.local:8081/here/").telegram_api_base


def test_links_carry_the_port_of_the_service_unless_a_public_address_is_named() -> None:
    nothing_named = Settings.read(secret_key=KEY)
    assert nothing_named.listening_on(9000).public_url == "http://127.0.0.1:9000"
    assert nothing_named.listening_on(0).public_url == nothing_named.public_url
    named = Settings.read(secret_key=KEY, public_url="https://a.example")
    assert named.listening_on(9000).public_url == "https://a.example"


def test_telegram_brings_updates_over_https_only_unless_the_server_is_our_own() -> None:
    (fault,) = faults_of(secret_key=KEY, telegram_mode="webhook")
    assert fault.startswith("WERKSTEM_TELEGRAM_MODE ")
    assert Settings.read(secret_key=KEY, telegram_mode="webhook", public_url="https://a.example")
    assert Settings.read(secret_key=KEY, telegram_mode="webhook", telegram_api_base="http://127.0.0.1:1")


def test_a_moved_clock_is_for_trials_only(tmp_path: Path) -> None:
    (fault,) = faults_of(secret_key=KEY, clock_file=tmp_path / "offset")
    assert fault.startswith("WERKSTEM_CLOCK_FILE ")
    assert Settings.read(secret_key=KEY, clock_file=tmp_path / "offset", demo=True)


def test_empty_variables_are_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKSTEM_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("WERKSTEM_SECRET_KEY", KEY)
    monkeypatch.setenv("DATA", "/somewhere")
    settings = Settings.read()
    assert settings.telegram_token is None
    assert settings.database == "sqlite:////somewhere/werkstem.sqlite"


@pytest.mark.parametrize("text", ["http, planner", "http planner", '["http", "planner"]'])
def test_roles_are_a_list(text: str) -> None:
    assert Settings.read(secret_key=KEY, roles=text).roles == {Role.HTTP, Role.PLANNER}


def test_secrets_are_derived_each_for_its_purpose_and_hidden_when_printed() -> None:
    settings = Settings.read(secret_key=KEY, telegram_token="1:abc")
    other = Settings.read(secret_key="o" * 40)
    assert len({settings.key.hex(), settings.webhook_secret, other.key.hex(), other.webhook_secret}) == 4
    assert settings.key == Settings.read(secret_key=KEY).key
    assert not [secret for secret in settings.secrets if secret in f"{settings!r} {settings}"]
    assert {KEY, "1:abc", settings.webhook_secret} <= set(settings.secrets)


def test_the_clock_reads_its_file_at_every_call(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    clock = Clock(file)
    day = timedelta(days=1)
    assert abs(clock() - datetime.now(UTC)) < timedelta(minutes=1)
    file.write_text("86400\n")
    assert abs(clock() - datetime.now(UTC) - day) < timedelta(minutes=1)
    file.write_text("")  # somebody is writing it just now
    assert abs(clock() - datetime.now(UTC) - day) < timedelta(minutes=1)
    file.unlink()
    assert abs(clock() - datetime.now(UTC)) < timedelta(minutes=1)
