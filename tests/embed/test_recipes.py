"""The recipes of docs/print.md: what they say is run, and LaTeX sets it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from tests.support.pdflatex import needed
from tests.support.strategies import SPECS

PAGE = (Path(__file__).parents[2] / "docs" / "print.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)
    assert found is not None
    return found[1]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SPECS / "xor.json", "xor.json")


def run(command: str) -> None:
    words = shlex.split(command)
    assert words[0] == "deepgraph"
    done = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_the_recipe_for_latex() -> None:
    needed()
    for command in block("bash").splitlines():
        run(command)
    Path("paper.tex").write_text(block("latex"), encoding="utf-8")
    for name in ("paper", "h1"):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout[-2000:].decode(errors="replace")
    text = "".join(page.extract_text() for page in pypdf.PdfReader("paper.pdf").pages)
    assert text.count("XOR") == 3  # in both pictures, and in the first caption
    assert "ReLU" in pypdf.PdfReader("h1.pdf").pages[0].extract_text()


def test_the_recipe_for_quarto() -> None:
    configuration = block("yaml")
    for command in re.findall(r"^    - (deepgraph .*)$", configuration, re.M):
        run(command)
    (stem,) = re.findall(r"^!\[[^]]*\]\((\w+)\)", block("markdown"), re.M)
    for suffix in re.findall(r"default-image-extension: (\w+)", configuration):
        assert Path(f"{stem}.{suffix}").is_file()
