"""The cookbook of networks that do not learn: each recipe says the line that names its cause."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "not-learning.md"
SAID = {
    "Too few epochs": "Why: 100 epochs are too few",
    "A learning rate that is too small": "Why: the learning rate 1e−5 is too small",
    "A learning rate that is too large": "The learning rate 50 is too large",
    "Inputs of very different size": "Why: the inputs are of very different size: salary",
    "Dead nodes": "Why: h1, h2, h3 are dead",
    "Saturated nodes": "Why: y is saturated",
    "All zero": "Why: all 9 weights into and out of the hidden nodes h1, h2, h3 start at 0",
    "All the same": "Why: h1, h2, h3 start with the same weights",
    "Targets out of reach": "Why: the targets of y go from 20 to 80",
    "Frozen weights": "Why: 4 of 13 parameters are frozen weights",
    "Rows that are kept apart": "Why: the 2 rows that are learned from come to a loss of",
    "Step units": "Why: h1, h2, h3 have step",
    "A class that is never predicted": 'Why: of 12 rows none is predicted as "rare" (1 row)',
}
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"^```\{run\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[str]:
    """The command lines of a block; what they print stands between them."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def run(line: str, folder: Path) -> str:
    """One command of the page; what it says on standard error."""
    if line.startswith("printf "):
        text, name = re.fullmatch(r"printf '(.*)' > (\S+)", line).groups()
        (folder / name).write_text(text.replace("\\n", "\n"))
        return ""
    words = shlex.split(line)
    assert words[0] == "deepgraph"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "deepgraph", *words[1:]],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stderr


def test_every_recipe_names_its_cause(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for block in RUN.findall(page[: page.index("## ")]):
        for line in commands(block):
            run(line, tmp_path)
    said = {}
    for title, text in SECTION.findall(page):
        lines = [line for block in RUN.findall(text) for line in commands(block)]
        said[title] = "".join(run(line, tmp_path) for line in lines)
    assert SAID.keys() <= said.keys()
    for title, what in SAID.items():
        assert what in said[title], f"{title}: {said[title]}"
    assert said["Inputs of very different size"].count("Why") == 1  # and none with --standardise
