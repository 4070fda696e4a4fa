"""The README says what is true: its picture is fresh, its spec checks, its Python runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import deepgraph
from deepgraph import draw
from deepgraph.check import recompute
from deepgraph.cli import COMMANDS
from deepgraph.embed.markdown import refresh
from deepgraph.functions import activations
from tests.support import slow

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def test_it_begins_with_its_name_a_sentence_and_a_picture() -> None:
    heading, sentence, marker, picture = README.split("\n\n")[:4]
    assert heading == "# deepgraph"
    assert sentence.startswith("**A small neural network in one JSON file")
    assert marker.startswith("<!-- deepgraph: ")
    assert picture.startswith("<picture>")


def test_two_commands_do_it_all() -> None:
    first, second = blocks("bash")
    assert first.count("\n") == second.count("\n") == 1
    assert "deepgraph render" in first
    assert "deepgraph eval" in first
    assert '-m pytest -n auto --dist worksteal -m "not slow"' in second


def test_what_is_slow_is_there() -> None:
    assert [name for name in slow.SLOW if not (slow.TESTS / name).exists()] == []
    for module, name in (test.split("::") for test in slow.LONG):
        assert f"\ndef {name}(" in (slow.TESTS / module).read_text(encoding="utf-8")


def test_every_slow_mark_stands_where_its_test_does() -> None:
    """A run of the slow tests alone passes over the modules in which the mark is not written."""
    modules = (slow.TESTS / "support").rglob("*.py")
    assert [path.name for path in modules if "mark.slow" in path.read_text(encoding="utf-8")] == []


def test_the_picture_is_what_its_command_draws() -> None:
    network = deepgraph.load(ROOT / "specs" / "deep_state.json")
    drawn = draw.render(network, network.trace({"x": 0.5}))
    assert (ROOT / "docs" / "deep_state.svg").read_bytes() == drawn


def test_its_blocks_are_stale_when_a_weight_changes(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("deep_state*.svg")):
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    check = [sys.executable, "-m", "deepgraph", "embed", "--check", "README.md"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    spec = tmp_path / "specs" / "deep_state.json"
    spec.write_text(spec.read_text().replace('"weight": 1.73', '"weight": 1.74'))
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    lines = [
        n for n, line in enumerate(README.splitlines(), 1) if line.startswith("<!-- deepgraph")
    ]
    picture, arithmetic, curves = lines
    assert done.stdout.splitlines() == [
        f"README.md:{picture}: the block is stale",
        f"README.md:{picture}: docs/deep_state.svg is stale",
        f"README.md:{picture}: docs/deep_state.dark.svg is stale",
        f"README.md:{arithmetic}: the block is stale",
        f"README.md:{curves}: docs/deep_state.curves.svg is stale",
        f"README.md:{curves}: docs/deep_state.curves.dark.svg is stale",
    ]
    assert done.stderr == "Mend it with: deepgraph embed README.md\n"


def test_every_block_of_our_pages_is_fresh() -> None:
    pages = refresh(map(str, [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]))
    assert sum(page.blocks for page in pages) >= 3
    assert [
        (page.name, page.mistakes + page.stale) for page in pages if page.mistakes + page.stale
    ] == []
    assert [page.orphans for page in pages if page.orphans] == []


def test_the_spec_is_whole_and_checks() -> None:
    (text,) = blocks("json")
    found = recompute(deepgraph.loads(text))
    assert [result.verdict for result in found.results] == ["ok"]


def test_the_python_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert deepgraph.load("unit.json")({"x": 2.0})[0, 0] == 1.06


def test_every_command_is_listed() -> None:
    table = README.partition("\n## The commands\n")[2].partition("\n\n`deepgraph COMMAND --help`")[
        0
    ]
    assert sorted(re.findall("`(.*?)`", table)) == sorted(COMMANDS)


def test_the_number_of_activations_is_counted() -> None:
    assert f"{len(activations.ACTIVATIONS)} activations and softmax" in README


@pytest.mark.parametrize("target", re.findall(r"\]\(([\w./-]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
