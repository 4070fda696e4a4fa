"""Whatever is typed as the number of an option is taken or refused at once, in a few words."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from deepgraph.cli import COMMANDS
from tests.support.many_runs import SECONDS

SPECS = Path(__file__).parents[2] / "specs"
MOST_WORDS = 700
"""The most characters of a message, the usage and the hint to --help among them."""

TEXTS = (
    *("1e-99999999", "1e99999999", "0e999999999", "9" * 100_000, "9" * 12, "1e308", "5e-324"),
    *("0", "-1", "2.5", "1/3", "1/0", "nan", "inf", "", "1_000", "٣"),
)

WHOLE = {
    "render": ("net.json", "-o", "net.svg"),
    "eval": ("net.json",),
    "explain": ("net.json",),
    "live": ("net.json", "-o", "net.html"),
    "diff": ("net.json", "net.json"),
    "jacobian": ("net.json",),
    "kinks": ("net.json", "--over", "x=-1:1"),
    "plot": ("net.json", "--over", "x=-1:1", "-o", "net.svg"),
    "export": ("net.json", "-o", "net.py"),
    "check": ("net.json",),
    "train": ("net.json", "--input", "in.csv", "--target", "y", "--epochs", "1", "-o", "out.json"),
    "info": ("net.json",),
    "new": ("1-2-1",),
    "init": ("net.json",),
    "import": ("in.csv",),
}
"""What else each command needs, so that it gets as far as the number."""

GIVES_INPUTS = {
    "eval": ("--set", "x=0.5"),
    "explain": ("--set", "x=0.5"),
    "jacobian": ("--set", "x=0.5"),
    "render": ("--set", "x=0.5"),
}
FORMS = {
    "ID=FROM:TO": ("x={}:1", "x=0:{}", "x=0:1:{}"),
    "ID=VALUES": ("x={}", "x=0,{}", "x=0:1:{}"),
    "ID=NUMBER": ("x={}", "y={}"),
}
"""The places of a number in what an option takes, by its metavar."""

ASKED_FOR = {("train", "--epochs")}
"""More of these is more work, which a person may ask for."""


def numeric(command: str):
    """The options of a command that take numbers, with the forms of what they take."""
    found = importlib.import_module(f"deepgraph.cli.{command}_command").command
    for option in found.params:
        if not isinstance(option, click.Option) or option.is_flag:
            continue
        named = option.metavar or ""
        if named in FORMS:
            yield option.opts[0], FORMS[named]
        elif named in ("N", "NUMBER", "N|NAME,…") or isinstance(
            option.type, click.types.IntParamType | click.types.FloatParamType
        ):
            yield option.opts[0], ("{}",)


def command_lines(command: str):
    for option, forms in numeric(command):
        if (command, option) in ASKED_FOR:
            continue
        given = () if option in ("--set", "--over") else GIVES_INPUTS.get(command, ())
        for form in forms:
            for text in TEXTS:
                yield [command, *WHOLE[command], *given, option, form.format(text)]


def test_every_command_with_a_number_is_among_them():
    assert {command for command in COMMANDS if list(numeric(command))} == set(WHOLE)


@pytest.mark.parametrize("command", WHOLE)
def test_every_number_of_every_option(command, tmp_path):
    (tmp_path / "net.json").write_text((SPECS / "deep_state.json").read_text())
    (tmp_path / "in.csv").write_text("x,y\n0.5,1\n-1,0\n0.25,1\n")
    lines = list(command_lines(command))
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.many_runs"],
        input="".join(f"{json.dumps([str(tmp_path), *line])}\n" for line in lines),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SPECS.parent), *sys.path])},
        timeout=600,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    wrong = [
        answer
        for answer in answers
        if answer["code"] not in (0, 1, 2)
        or answer["seconds"] > SECONDS
        or len(answer["said"]) > MOST_WORDS
        or (answer["code"] and not answer["said"])
    ]
    assert not wrong, json.dumps(wrong[:5], indent=1)[:4000]
