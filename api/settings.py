"""Every setting of an installation, read from the environment once, checked whole, each documented here."""

import hmac
import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import WerkstemError

PREFIX = "WERKSTEM_"
SHORTEST_KEY = 32
PUBLIC_TELEGRAM = "https://api.telegram.org"
_LONGEST_HOST = 253
MAKE_A_KEY = "make one with: openssl rand -hex 32"

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"\d{6,20}")
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Role(StrEnum):
    """What a process does: answer HTTP, show what stayed unshown, or see to what becomes due."""

    HTTP = "http"
    DELIVERY = "delivery"
    PLANNER = "planner"


class BadSettings(WerkstemError):
    """Settings are missing or wrong; ``faults`` says what to do about each, in one sentence. Never a value."""

    def __init__(self, *, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Settings(BaseSettings):
    """The settings. A variable is the field's name in capitals after ``WERKSTEM_``; only ``DATA`` has no prefix.

    ``title`` says what a value must be: it is the sentence people read when theirs is not.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data: Path = Field(
        Path("data"),
        validation_alias=AliasChoices("DATA", "data"),
        description="The folder of the SQLite database, when no other database is named.",
        title="must be the path of a folder",
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Where everything is kept; a file under DATA when it is not set.",
        title="must begin with sqlite:////path or postgresql://",
    )
    secret_key: SecretStr = Field(
        description="Makes the hashes of codes and tokens, and the webhook's secret. Changing it ends them all.",
        title=f"must be a secret of at least {SHORTEST_KEY} characters: {MAKE_A_KEY}",
    )
    public_url: str = Field(
        "http://127.0.0.1:8080",
        description="The address under which people reach this server; it goes into links.",
        title="must be https://name (or http:// on this machine or a private network), without a path",
    )
    telegram_token: SecretStr | None = Field(
        None,
        description="The token of the bot, from @BotFather; without it there is a web chat only.",
        title="must be a bot's token as @BotFather gives it: digits, a colon, letters",
    )
    telegram_api_base: str = Field(
        PUBLIC_TELEGRAM,
        description="The Bot API server, without /bot; another one when you host your own.",
        title="must be an http:// or https:// address",
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling",
        description="Whether we fetch what people send, or Telegram brings it to our public address.",
        title="must be polling, or webhook with an https:// WERKSTEM_PUBLIC_URL",
    )
    telegram_per_second: float = Field(
        25.0,
        gt=0,
        le=10_000,
        description="From how many messages a second on whatever nobody asked for waits; Telegram allows about 30.",
        title="must be a number of messages a second, above 0",
    )
    telegram_apart_seconds: float = Field(
        1.0,
        ge=0,
        le=3600,
        description="How long a chat is left alone before a message that nobody asked for; Telegram asks for a second.",
        title="must be a number of seconds, 0 or more",
    )
    whatsapp_phone_number_id: str | None = Field(
        None, description="The id of the business phone number at Meta.", title="must be the number's id: digits only"
    )
    whatsapp_number: str | None = Field(
        None,
        description="That phone number itself, for invitation links.",
        title="must be a phone number with country code, digits only",
    )
    whatsapp_business_account_id: str | None = Field(
        None, description="The WhatsApp business account of the number.", title="must be the account's id: digits only"
    )
    whatsapp_token: SecretStr | None = Field(
        None, description="The token of a system user of the Meta business.", title="must be a token"
    )
    whatsapp_app_secret: SecretStr | None = Field(
        None, description="The secret of the Meta app; every incoming message is checked with it.", title="must be text"
    )
    whatsapp_verify_token: SecretStr | None = Field(
        None, description="The word that is also entered at Meta where the webhook is set.", title="must be text"
    )
    whatsapp_api_base: str = Field(
        "https://graph.facebook.com",
        description="The Cloud API server.",
        title="must be an http:// or https:// address",
    )
    smtp_url: SecretStr | None = Field(
        None, description="The mail server for staff mail.", title="must begin with smtp:// or smtps://"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        description="How much is logged; answers, names and tokens never are.",
        title="must be DEBUG, INFO, WARNING or ERROR",
    )
    roles: Annotated[frozenset[Role], NoDecode] = Field(
        frozenset(Role),
        description="What this process does, of http, delivery and planner.",
        title="must be a list of http, delivery and planner, with commas between",
    )
    reading_ms: int = Field(
        400,
        ge=0,
        le=10_000,
        description="A tap sooner than this after showing is no answer: nobody has read it.",
        title="must be a whole number of milliseconds from 0 to 10000",
    )
    demo: bool = Field(
        False,  # noqa: FBT003 - the default of a field is positional in pydantic
        description="Set by `werkstem demo`; never for real people.",
        title="must be 1 or 0",
    )
    clock_file: Path | None = Field(
        None,
        description="A file with an offset in seconds, added to the clock of every process; for trials.",
        title="is only for trials: take it away, or set WERKSTEM_DEMO=1",
    )

    @classmethod
    def read(cls, **values: Any) -> "Settings":
        """The settings of the environment, ``values`` in place of their variables; raises BadSettings for all faults
        at once."""
        try:
            return cls(**values)
        except ValidationError as error:
            names = dict.fromkeys(_name(str(fault["loc"][0])) for fault in error.errors())
            faults = [f"{variable(name)} {_wanted(name)}." for name in names]
        raise BadSettings(faults=faults)

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not re.match(r"(sqlite:///.+|postgresql(\+psycopg)?://.*)", url):
            raise ValueError
        _ = urlsplit(url).port  # Raises ValueError when it is no number.
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value().strip()) < SHORTEST_KEY:
            raise ValueError
        return value

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str) -> str:
        value = value.rstrip("/")
        if not _ORIGIN.fullmatch(value):
            raise ValueError
        host = _host_of(value)
        if not value.startswith("https://") and not is_near(host):
            raise ValueError
        return value

    @field_validator("telegram_api_base", "whatsapp_api_base")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[!-~]+", value):
            raise ValueError
        _host_of(value)
        return value.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError
        return value

    @field_validator("whatsapp_phone_number_id", "whatsapp_number", "whatsapp_business_account_id")
    @classmethod
    def _is_number(cls, value: str | None) -> str | None:
        if value is not None and not _NUMBER.fullmatch(value):
            raise ValueError
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and urlsplit(value.get_secret_value()).scheme not in {"smtp", "smtps"}:
            raise ValueError
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("roles", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        names = frozenset(re.findall(r"[^\s,\[\]\"']+", value)) if isinstance(value, str) else value
        if not names:
            raise ValueError
        return names

    @field_validator("telegram_mode")
    @classmethod
    def _is_reachable(cls, value: str, known: ValidationInfo) -> str:
        is_theirs = known.data.get("telegram_api_base", PUBLIC_TELEGRAM) == PUBLIC_TELEGRAM
        if value == "webhook" and is_theirs and not known.data.get("public_url", "https").startswith("https"):
            raise ValueError
        return value

    @field_validator("clock_file")
    @classmethod
    def _is_trial(cls, value: Path | None, known: ValidationInfo) -> Path | None:
        if value is not None and not known.data.get("demo"):
            raise ValueError
        return value

    def listening_on(self, port: int) -> "Settings":
        """The same settings; where no public address was named, it is this machine's at the port of the service."""
        if "public_url" in self.model_fields_set or not port:
            return self
        return self.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})

    # What follows from them -------------------------------------------------------------------------------------

    @property
    def database(self) -> str:
        """The database's address. It may hold a password."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data.absolute() / 'werkstem.sqlite'}"

    @property
    def is_secure(self) -> bool:
        """Whether people reach us over https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def key(self) -> bytes:
        """The key of every keyed hash."""
        return self._derived("hashes")

    @property
    def webhook_secret(self) -> str:
        """What Telegram shows with every update, so that we know it is Telegram."""
        return self._derived("telegram-webhook").hex()

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self.secret_key.get_secret_value().strip().encode(), purpose.encode(), "sha256")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that may never stand in a log."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        found = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
        return tuple(secret for secret in (*found, self.webhook_secret, self.key.hex()) if secret)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name.upper() if name == "data" else f"{PREFIX}{name.upper()}"


def is_near(host: str) -> bool:
    """Whether a host is this machine or on a private network, where plain http may do."""
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def _host_of(url: str) -> str:
    """The host of an address, in small letters; raises ValueError when no host can be called so, or no port."""
    found = urlsplit(url)
    host = found.hostname or ""
    if found.port == 0 or len(host) > _LONGEST_HOST:
        raise ValueError
    *_, last = labels = host.rstrip(".").split(".")
    if ":" in host or last.isdecimal():
        ipaddress.ip_address(host)
    elif not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError
    return host


def _name(place: str) -> str:
    """The field of a fault, which pydantic names by the variable where it was read from one."""
    return place.lower().removeprefix(PREFIX.lower())


def _wanted(name: str) -> str:
    return str(Settings.model_fields[name].title)
