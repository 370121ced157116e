"""What people said of their health is read by nobody else on the machine."""

import os
import stat
from pathlib import Path

import pytest

from api.command_line import main


def test_the_database_and_its_folder_are_the_services_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_logging: None
) -> None:
    before = os.umask(0o022)
    data = tmp_path / "kept" / "here"
    monkeypatch.setenv("DATA", str(data))
    monkeypatch.setenv("WERKSTEM_SECRET_KEY", "a-key-that-is-only-for-this-test-0123456789")
    try:
        code = main(["init", "--organisation", "De Werkplaats", "--owner", "owner@werkplaats.example", "--json"])
    finally:
        os.umask(before)

    assert code == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {0o600}
