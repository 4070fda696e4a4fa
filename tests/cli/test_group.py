"""`deepgraph` itself: what stands before the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("rendr", """No such command 'rendr'; did you mean "render"?"""),
        ("zzz", "No such command 'zzz'."),
    ],
)
def test_an_unknown_command(run: Run, command: str, message: str) -> None:
    done = run(command, "xor.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"\nError: {message}\n")
