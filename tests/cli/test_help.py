"""The help: whole at 80 columns, and for a command line without a command."""

from __future__ import annotations

import pytest

from deepgraph.cli import COMMANDS
from tests.support.outcome import good

WIDE = 80


def test_no_command_shows_the_help(run) -> None:
    done = run()
    assert done.returncode == 2
    assert done.stderr == run("--help").stdout


def test_the_list_of_commands_is_whole(run) -> None:
    listed = good(run("--help", COLUMNS=str(WIDE))).partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines()] == [*COMMANDS]
    assert all(line.endswith(".") and not line.endswith("...") for line in listed.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_longer_than_a_terminal(run, command: str) -> None:
    lines = good(run(command, "--help", COLUMNS=str(WIDE))).splitlines()
    assert [line for line in lines if len(line) > WIDE] == []
