"""What a stranger deploys: the image, the compose file, the proxy, the example settings and the locked requirements."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "tests/vendor/compose-spec.json").read_text("utf-8"))
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text("utf-8")
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

CONTRACT = {
    "WERKSTEM_DATABASE_URL",
    "WERKSTEM_SECRET_KEY",
    "WERKSTEM_PUBLIC_URL",
    "WERKSTEM_TELEGRAM_TOKEN",
    "WERKSTEM_TELEGRAM_API_BASE",
    "WERKSTEM_TELEGRAM_MODE",
    "WERKSTEM_WHATSAPP_PHONE_NUMBER_ID",
    "WERKSTEM_WHATSAPP_NUMBER",
    "WERKSTEM_WHATSAPP_BUSINESS_ACCOUNT_ID",
    "WERKSTEM_WHATSAPP_TOKEN",
    "WERKSTEM_WHATSAPP_APP_SECRET",
    "WERKSTEM_WHATSAPP_VERIFY_TOKEN",
    "WERKSTEM_WHATSAPP_API_BASE",
    "WERKSTEM_SMTP_URL",
    "WERKSTEM_LOG_LEVEL",
    "WERKSTEM_ROLES",
    "WERKSTEM_READING_MS",
    "WERKSTEM_CLOCK_FILE",
    "WERKSTEM_DEMO",
}
"""Every variable the service promises to understand, now and later."""

ROOMS = ["api", "bot", "domain", "reports", "storage", "locales"]


def complaints(document: object) -> list[str]:
    """What the Compose specification has against a document; nothing when it is good."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def example_settings() -> dict[str, str]:
    """The variables of .env.example with their values."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def pinned(text: str) -> list[str]:
    """The requirements of a locked file, each with its continuation lines joined."""
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_the_compose_file_follows_the_compose_specification() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert complaints(COMPOSE) == []


@pytest.mark.parametrize(
    "mistake",
    [{"imagee": "x"}, {"ports": "80:80"}, {"healthcheck": {"test": 5}}, {"depends_on": {"postgres": {"condition": 1}}}],
)
def test_the_specification_refuses_a_mistake_in_a_service(mistake: dict[str, Any]) -> None:
    services = COMPOSE["services"] | {"app": COMPOSE["services"]["app"] | mistake}
    assert complaints(COMPOSE | {"services": services})


def test_the_services_are_app_worker_database_and_proxy() -> None:
    assert set(COMPOSE["services"]) == {"app", "worker", "postgres", "proxy"}
    assert COMPOSE["services"]["app"]["command"][0] == "serve"
    assert COMPOSE["services"]["worker"]["command"] == ["worker"]


def test_every_setting_of_the_compose_file_is_in_the_contract() -> None:
    used = set(re.findall(r"WERKSTEM_[A-Z_]+", COMPOSE_TEXT)) | {
        name for name in example_settings() if name.startswith("WERKSTEM_")
    }
    assert used
    assert used <= CONTRACT


def test_the_compose_file_and_the_example_settings_name_the_same_variables() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))
    assert asked == set(example_settings())


def test_a_variable_without_which_nothing_works_stops_the_start_with_a_sentence() -> None:
    wanted = dict(re.findall(r"\$\{([A-Z_]+):\?([^}]+)\}", COMPOSE_TEXT))
    assert set(wanted) == {"DOMAIN", "POSTGRES_PASSWORD", "WERKSTEM_SECRET_KEY"}
    assert all(sentence.endswith("in .env") for sentence in wanted.values())


def test_the_example_settings_hold_no_secret_and_explain_each_variable() -> None:
    assert {name for name, value in example_settings().items() if value} == {"DOMAIN", "WERKSTEM_LOG_LEVEL"}
    blocks = (ROOT / ".env.example").read_text("utf-8").strip().split("\n\n")
    for block in blocks[1:]:
        comment, variable = block.splitlines()
        assert comment.startswith("# ")
        assert comment.endswith((".", "-hex 16", "-hex 24", "-hex 32"))
        assert re.match(r"[A-Z_]+=", variable)


def test_only_the_proxy_publishes_ports_and_only_80_and_443() -> None:
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"proxy": ["80:80", "443:443", "443:443/udp"]}
    assert not any("network_mode" in service for service in COMPOSE["services"].values())


def test_the_database_has_a_volume_a_health_check_and_no_way_out() -> None:
    database = COMPOSE["services"]["postgres"]
    assert database["image"] == "postgres:18"
    assert database["volumes"] == ["postgres:/var/lib/postgresql"]
    assert "postgres" in COMPOSE["volumes"]
    assert database["healthcheck"]["test"][1] == "pg_isready"
    assert database["networks"] == ["data"]
    assert COMPOSE["networks"]["data"]["internal"] is True


def test_the_proxy_speaks_to_the_app_on_the_port_it_serves() -> None:
    command = COMPOSE["services"]["app"]["command"]
    port = command[command.index("--port") + 1]
    assert f"reverse_proxy app:{port} " in CADDYFILE
    assert f"EXPOSE {port}\n" in DOCKERFILE
    assert f"127.0.0.1:{port}/healthz" in DOCKERFILE
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in COMPOSE["services"]["proxy"]["volumes"]


def test_the_proxy_logs_no_address_of_a_page_or_a_person_and_hides_the_metrics() -> None:
    for field in ("uri", "headers", "remote_ip", "client_ip"):
        assert f"request>{field} delete" in CADDYFILE
    assert "respond /metrics 404" in CADDYFILE


def test_the_image_copies_every_room_and_the_builder_gets_no_more() -> None:
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
    assert set(rooms) <= set(ROOMS)
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for room in ROOMS:
        assert f"COPY {room} ./{room}\n" in DOCKERFILE
        assert f"!{room}" in ignore
    assert "*" in ignore
    assert not {"!.env", "!data", "!tests", "!.git"} & set(ignore)
    assert all((ROOT / entry.removeprefix("!")).exists() for entry in ignore if entry.startswith("!"))


def test_the_image_runs_locked_requirements_as_nobody_special() -> None:
    assert "--require-hashes --requirement /srv/requirements.txt" in DOCKERFILE
    assert "COPY requirements/run.txt /srv/requirements.txt" in DOCKERFILE
    assert "requirements/dev.txt" not in DOCKERFILE
    assert "\nUSER werkstem\n" in DOCKERFILE
    assert "\nVOLUME /data\n" in DOCKERFILE
    assert DOCKERFILE.index("\nUSER werkstem") < DOCKERFILE.index("\nENTRYPOINT")


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_a_hash_and_names_no_package_host(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = pinned(text)
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9][\w.-]*(\[[\w,-]+\])?==\S+ ", line), line.split(" ")[0]
        assert re.search(r" --hash=sha256:[0-9a-f]{64}\b", line), line.split(" ")[0]
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host| @ ", text)


def test_the_licence_is_the_whole_european_union_public_licence() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    articles = [int(number) for number in re.findall(r"^(\d+)\.[A-Z]", text, flags=re.MULTILINE)]
    assert articles == list(range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text
    assert text.rstrip().endswith("require the production of a new EUPL version.")
