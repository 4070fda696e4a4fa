"""`--json`: what a command reports, as one JSON document on standard output, in one process."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from deepgraph.cli import COMMANDS, cli
from tests.support.models import REAL
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ONE = ("--set", "x1=0", "x2=1")
REPORTS = {
    "check": (("xor.json",), {"ok", "failed", "specs"}),
    "diff": (("xor.json", "xor.json"), {"equal", "patch"}),
    "embed": (("--check", "page.md"), {"stale", "mistakes", "pages"}),
    "eval": (
        ("iris.json", "--input", "iris.csv", "--target", "species", "-o", "r.csv"),
        {"rows", "written", "left_out", "loss", "accuracy", "classes", "confusion_matrix"},
    ),
    "explain": (("xor.json", *ONE), {"title", "sections"}),
    "fmt": (("--check", "xor.json"), {"changes", "specs", "passed_over"}),
    "import": ((str(REAL / "fann_xor_float.net"), "-o", "made.json"), {"format", "notes"}),
    "info": (("xor.json",), {"inputs", "outputs", "parameters"}),
    "jacobian": (("xor.json", *ONE), {"outputs", "inputs", "derivatives"}),
    "kinks": (("xor.json", "--over", "x1=0:1", "--set", "x2=0"), {"nodes"}),
    "new": (("--list",), {"networks"}),
    "train": (
        ("xor.json", "--input", "xor.csv", "--target", "y=target_y", "--epochs", "1", "-o", "t"),
        {"loss", "epochs"},
    ),
    "validate": (("xor.json",), {"errors", "warnings", "specs"}),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("xor.json", "xor.csv", "iris.json", "iris.csv"):
        shutil.copy(SPECS / name, tmp_path)
    (tmp_path / "page.md").write_text("<!-- deepgraph: value xor.json y x1=0 x2=1 -->\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoked(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def test_every_command_that_reports_is_here() -> None:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in COMMANDS}
    with_json = {
        name
        for name, command in commands.items()
        if command and any(parameter.name == "as_json" for parameter in command.params)
    }
    assert with_json == REPORTS.keys()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", REPORTS)
def test_one_document(command: str) -> None:
    words, keys = REPORTS[command]
    done = invoked(command, *words, "--json")
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    assert keys <= found.keys()


def test_scores_of_a_table(folder: Path) -> None:
    table = ("--input", "iris.csv", "--target", "species")
    done = invoked("eval", "iris.json", *table, "-o", "r.csv", "--json")
    found = json.loads(done.stdout)
    assert (found["rows"], found["correct"], found["accuracy"]) == (150, 147, 0.98)
    assert sum(map(sum, found["confusion_matrix"])) == 150
    assert found["loss"]["name"] == "cross_entropy"
    assert "accuracy" not in done.stderr
    assert (folder / "r.csv").exists()
    numbers = ("--input", "xor.csv", "--target", "y=target_y", "-o", "n.csv", "--json")
    found = json.loads(invoked("eval", "xor.json", *numbers).stdout)
    assert found["loss"] == {"name": "half_squared_error", "mean": 0.0, "rows": 4}


def test_what_is_stale_or_wrong(folder: Path) -> None:
    (folder / "page.md").write_text("<!-- deepgraph: xor.json -->\n<!-- /deepgraph -->\n")
    done = invoked("embed", "--check", "--json", "page.md")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["stale"]) == (1, len(found["pages"][0]["stale"]))
    assert found["stale"] > 0
    (folder / "other.json").write_text(json.dumps(json.loads((folder / "xor.json").read_text())))
    done = invoked("fmt", "--check", "--json", "xor.json", "other.json", "none.json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["changes"]) == (1, 1)
    assert [spec["changes"] for spec in found["specs"]] == [False, True, False]
    assert found["specs"][2]["error"].startswith("none.json: ")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("explain", "xor.json", *ONE, "--format", "latex"), "--json and --format latex exclude"),
        (("fmt", "xor.json"), "give --check, and no --diff"),
        (("embed", "page.md"), "give --check, and neither --diff nor --tracked"),
        (("new", "2-2-1"), "--json is for --list"),
        (("eval", "xor.json", "--input", "xor.csv"), "the results need a file: -o FILE"),
        (("eval", "xor.json", *ONE, "-o", "r.csv"), "for one row as JSON take --format jsonl"),
        (("eval", "xor.json", "--finish", "-o", "r/"), "leave out --json"),
    ],
)
def test_where_it_says_nothing(words: tuple[str, ...], message: str) -> None:
    done = invoked(*words, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
