"""How a caller names options, in every refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from deepgraph.cli import cli
from deepgraph.embed import ask, words
from deepgraph.errors import DeepgraphError
from deepgraph.request.caller import NO_SEED, PAGE, Caller

if TYPE_CHECKING:
    from pathlib import Path

    from deepgraph.request.options import Kind
    from deepgraph.words.option_names import Door

TERMINAL = Caller("command")


@pytest.mark.parametrize(
    ("message", "page", "terminal"),
    [
        ("<set> and <input> exclude", "set and input exclude", "--set and --input exclude"),
        ("<input_format> FORM", "input-format FORM", "--input-format FORM"),
        ("x < 1 > 0", "x < 1 > 0", "x < 1 > 0"),
        (
            NO_SEED,
            "init says how to draw missing values; say seed N to draw them",
            "--init says how to draw missing values; say --seed N to draw them",
        ),
    ],
)
def test_a_refusal_names_options_as_they_are_typed(message: str, page: str, terminal: str) -> None:
    assert str(PAGE.refusal(message)) == page
    assert str(TERMINAL.refusal(message)) == terminal


def test_missing_inputs_are_named_as_they_are_typed() -> None:
    names = ["x1", "my x", "a", "b", "c", "d", "e"]
    assert str(PAGE.without_inputs(names)) == (
        "give the inputs: input FILE, or set x1=0 'my x=0' a=0 b=0 c=0"
    )
    assert str(TERMINAL.without_inputs(names)) == (
        "give the inputs: --input FILE, or --set x1=0 --set 'my x=0' --set a=0 "
        "--set b=0 --set c=0 and 2 more"
    )


DOORS = [
    (
        "eval",
        ["--input", "narrow.csv"],
        "; --column x2=HEADER names another",
        "; column x2=HEADER names another",
    ),
    ("eval", ["--input", "semicolons.csv"], ": try --delimiter ';'", ": try delimiter ;"),
    (
        "eval",
        ["--input", "parquet.csv"],
        "; say --input-format parquet",
        "; say input-format parquet",
    ),
    ("eval", ["--input", "xor.csv", "--keep", "a,b"], " for --keep;", " for keep;"),
    (
        "explain",
        ["--set", "x1=1", "--set", "x2=0", "--backward"],
        "give --target ID=NUMBER, or --of ID",
        "give target ID=NUMBER, or of ID",
    ),
]


@pytest.mark.parametrize(("kind", "typed", "command", "page"), DOORS)
def test_messages_of_all_rooms_reach_the_command_line_and_a_page(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    typed: list[str],
    command: str,
    page: str,
) -> None:
    monkeypatch.chdir(here)
    (here / "narrow.csv").write_text("x1,b\n1,0\n", encoding="utf-8")
    (here / "semicolons.csv").write_text("x1;x2\n1;0\n", encoding="utf-8")
    (here / "parquet.csv").write_bytes(b"PAR1\x15\x04")
    done = CliRunner().invoke(cli, [kind, "xor.json", *typed])
    assert command in (str(done.exception) if done.exit_code == 1 else done.stderr)

    def on_page(door: Door) -> str:
        try:
            asked = ask(kind, "xor.json", words(typed)[1], folder=here, door=door)
            asked.table() if kind == "eval" else asked.explanation()
        except DeepgraphError as error:
            return str(error)
        return "no error"

    assert page in on_page("page")
    assert "--" not in on_page("page")
    assert command in on_page("command")  # a marker of Markdown
