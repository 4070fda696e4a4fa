"""The README says what is true: its picture is fresh, its spec checks, its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import deepgraph
from deepgraph import activations, draw
from deepgraph.check import check
from deepgraph.cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def test_two_commands_do_it_all() -> None:
    first, second = blocks("bash")
    assert first.count("\n") == second.count("\n") == 1
    assert "deepgraph render" in first
    assert "deepgraph eval" in first
    assert second.rstrip().endswith("pytest")


def test_the_picture_is_what_its_command_draws() -> None:
    network = deepgraph.load(ROOT / "specs" / "deep_state.json")
    drawn = draw.render(network, network.trace({"x": 0.5}))
    assert (ROOT / "docs" / "deep_state.svg").read_bytes() == drawn


def test_the_spec_is_whole_and_checks() -> None:
    (text,) = blocks("json")
    found = check(deepgraph.loads(text))
    assert [result.verdict for result in found.results] == ["ok"]


def test_the_python_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert deepgraph.load("unit.json")({"x": 2.0})[0, 0] == 1.06


def test_every_command_is_listed() -> None:
    table = {
        line.split("`")[1].split()[1] for line in README.splitlines() if "| `deepgraph" in line
    }
    assert table == set(COMMANDS)


def test_the_number_of_activations_is_counted() -> None:
    assert f"{len(activations.ACTIVATIONS)} activations and softmax" in README


@pytest.mark.parametrize("target", re.findall(r"\]\(([\w./-]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
