"""Completion, asked for by the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deepgraph.cli import COMMANDS

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture
def folder(tmp_path):
    """A folder with specs, and with the command as a program of its own."""
    for name in ("iris", "mazur", "irregular"):
        shutil.copy(SPECS / f"{name}.json", tmp_path)
    program = tmp_path / "bin" / "deepgraph"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m deepgraph "$@"\n')
    program.chmod(0o755)
    return tmp_path


def proposals(run, folder, words):
    """What bash proposes for the last word."""
    script = run("completion", "bash").stdout
    quoted = " ".join(f"'{word}'" for word in words)
    asking = f"""
compopt() {{ echo "compopt $*"; }}
PATH="{folder}/bin:$PATH"
COMP_WORDS=(deepgraph {quoted})
COMP_CWORD={len(words)}
_deepgraph_completion deepgraph
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", script + asking],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return done.stdout.split()


CASES = {
    "commands": (["ex"], ["explain", "export"]),
    "options": (["render", "iris.json", "--dir"], ["--direction"]),
    "choices": (["render", "iris.json", "--direction", ""], ["right", "down"]),
    "inputs": (["explain", "iris.json", "--set", "sep"], ["sepal_length=", "sepal_width="]),
    "outputs": (["explain", "mazur.json", "--target", ""], ["o1=", "o2="]),
    "nodes": (["explain", "iris.json", "--node", "vers"], ["versicolor"]),
    "several nodes": (["kinks", "irregular.json", "--nodes", "h1,x"], ["h1,x1", "h1,x2", "h1,x3"]),
    "the gallery": (["new", "--example", "st"], ["statquest_dosage", "study_hours"]),
    "files": (["eval", ""], ["compopt", "-o", "default"]),
    "no spec yet": (["explain", "--set", ""], []),
    "no such spec": (["explain", "lost.json", "--set", ""], []),
}


@pytest.mark.parametrize("case", CASES)
def test_bash(run, folder, case):
    words, wanted = CASES[case]
    found = proposals(run, folder, words)
    assert [word for word in found if word not in ("compopt", "-o", "nospace")] == [
        word for word in wanted if word not in ("compopt", "-o")
    ]
    assert ("nospace" in found) == (bool(wanted) and wanted[0].endswith("="))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_read_their_script(run, shell):
    script = run("completion", shell).stdout
    assert "_DEEPGRAPH_COMPLETE" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is missing")
    subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_fish_proposes_lists_whole(run, folder):
    if shutil.which("fish") is None:
        pytest.skip("fish is missing")
    script = run("completion", "fish").stdout
    typed = "deepgraph kinks irregular.json --nodes h1,x"
    asking = f"{script}\nset PATH {folder}/bin $PATH\ncomplete --do-complete '{typed}'"
    done = subprocess.run(
        ["fish", "-c", asking], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["h1,x1", "h1,x2", "h1,x3"]


def test_help_and_version(run):
    assert (
        run("help", "explain").stdout.split("\n")[1:]
        == (run("explain", "--help").stdout.split("\n")[1:])
    )
    assert all(f"  {command} " in run("help").stdout for command in COMMANDS)
    assert 'did you mean "explain"?' in run("help", "explian").stderr
    assert run("-V").stdout == run("--version").stdout
