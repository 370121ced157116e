"""The options of the tests' command line."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own; pytest wants them at the root."""
    parser.addoption("--rewrite-stories", action="store_true", help="write what the stories say now, to be reviewed")
    parser.addoption("--long", action="store_true", help="run the fault tests at their full length")
