"""`deepgraph embed` as a process: fills, refreshes, checks, and leaves the rest alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from deepgraph.spec import gallery
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

END = "<!-- /deepgraph -->"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "docs").mkdir()
    for name in ("xor.json", "xor.csv", "deep_state.json"):
        shutil.copy(SPECS / name, tmp_path / "specs" / name)
    return tmp_path


def page(folder: Path, *markers: str, name: str = "README.md", head: str = "# Title\n\n") -> Path:
    path = folder / name
    blocks = [f"<!-- deepgraph: {marker} -->\n{END}\n" for marker in markers]
    path.write_text(head + "\n".join(blocks), encoding="utf-8")
    return path


def change_a_weight(folder: Path) -> None:
    path = folder / "specs" / "xor.json"
    path.write_text(
        path.read_text().replace('"label": "w5", "weight": 1', '"label": "w5", "weight": 3')
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_picture_for_light_and_dark_beside_the_page(run: Run, folder: Path) -> None:
    path = page(folder, "specs/xor.json --set x1=0 --set x2=1")
    done = run("embed", "README.md")
    assert (done.returncode, done.stdout) == (0, "")
    written = ["README.xor.svg", "README.xor.dark.svg", "README.md"]
    assert done.stderr == "".join(f"{name}: written\n" for name in written)
    assert (
        path.read_text()
        == f"""# Title

<!-- deepgraph: specs/xor.json --set x1=0 --set x2=1 -->

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="./README.xor.dark.svg" />
  <img alt="XOR with two ReLU nodes: 2 inputs, a hidden layer of 2 ReLU nodes, \
1 output; XOR = 1" \
src="./README.xor.svg" />
</picture>

{END}
"""
    )
    for theme, name in (("light", "README.xor.svg"), ("dark", "README.xor.dark.svg")):
        options = ("--set", "x1=0", "--set", "x2=1", "--theme", theme)
        drawn = run("render", "specs/xor.json", *options).stdout
        assert (folder / name).read_text() == drawn


def test_twice_is_once_and_check_agrees(run: Run, folder: Path) -> None:
    page(folder, "specs/xor.json", "explain specs/xor.json --set x1=0 --set x2=1", name="docs.md")
    assert run("embed", "docs.md").returncode == 0
    before = contents(folder)
    done = run("embed", "docs.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = run("embed", "--check", "docs.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(folder) == before


def test_check_fails_when_a_weight_changes(run: Run, folder: Path) -> None:
    page(
        folder, "specs/xor.json --set x1=0 --set x2=1", "eval specs/xor.json --input specs/xor.csv"
    )
    page(folder, "specs/deep_state.json --theme auto", name="other.md")
    assert run("embed", "README.md", "other.md").returncode == 0
    change_a_weight(folder)
    before = contents(folder)
    done = run("embed", "--check", "README.md", "other.md")
    assert done.returncode == 1
    assert done.stdout == (
        "README.md:3: the block is stale\n"
        "README.md:3: README.xor.svg is stale\n"
        "README.md:3: README.xor.dark.svg is stale\n"
        "README.md:12: the block is stale\n"
    )
    assert done.stderr == "Mend it with: deepgraph embed README.md\n"
    assert contents(folder) == before
    assert run("embed", "README.md", "other.md").returncode == 0
    assert run("embed", "--check", "README.md", "other.md").returncode == 0
    assert "XOR = 3" in (folder / "README.md").read_text()


def test_a_page_cannot_steer_the_terminal(run: Run, folder: Path) -> None:
    page(folder, "specs/\x1b[2J.json")
    done = run("embed", "README.md")
    assert done.stderr.startswith(r"Error: README.md:3: specs/\x1b[2J.json: no such file")


def test_every_other_byte_stays(run: Run, folder: Path) -> None:
    path = folder / "README.md"
    marker = b"<!-- deepgraph: specs/xor.json --format mermaid -->"
    example = b"```\r\n" + marker + b"\r\n```\r\n\r\n"
    head = b"\xef\xbb\xbf# T\xc3\xaftle \t\r\n\r\n" + example
    path.write_bytes(head + marker + b"\r\nold\r\n<!-- /deepgraph -->\r\n\r\n   tail, no newline")
    assert run("embed", "README.md").returncode == 0
    written = path.read_bytes()
    assert written.startswith(head + marker + b"\r\n\r\n```mermaid\r\nflowchart LR\r\n")
    assert written.endswith(b"```\r\n\r\n<!-- /deepgraph -->\r\n\r\n   tail, no newline")
    assert written.count(b"\n") == written.count(b"\r\n")
    assert run("embed", "--check", "README.md").returncode == 0


def test_all_problems_are_told_and_nothing_is_written(run: Run, folder: Path) -> None:
    broken = json.loads((folder / "specs" / "xor.json").read_text())
    broken["edges"][0]["source"] = "nobody"
    broken["nodes"][-1]["activation"] = "rely"
    (folder / "specs" / "broken.json").write_text(json.dumps(broken))
    page(
        folder,
        "specs/xor.json",
        "specs/missing.json",
        "specs/broken.json",
        "specs/xor.json --thema dark",
        "specs/xor.json --theme darkk",
        "explan specs/xor.json",
        "specs/xor.json --set x9=1",
        "specs/xor.json --format gif",
        "specs/xor.json -o docs/x.jpg",
        "eval specs/xor.json --set x1=1 --set x2=0 -o table.svg",
    )
    with (folder / "README.md").open("a") as stream:
        stream.write(f"\n{END}\n")
    page(folder, "specs/xor.json", name="fine.md")
    before = contents(folder)
    done = run("embed", "README.md", "fine.md", "lost.md")
    assert (done.returncode, done.stdout) == (1, "")
    told = done.stderr.splitlines()
    assert told[-1] == "Nothing was written."
    expected = [
        "README.md:6: specs/missing.json: no such file",
        "README.md:9: specs/broken.json:1:",
        "README.md:9: specs/broken.json:1:",
        'README.md:12: no option "thema" here; did you mean "theme"?',
        "README.md:15: theme is one of light, dark, auto, paper",
        "README.md:18: a marker names one spec, render or explain or eval or jacobian or diff",
        "README.md:21: no input is named x9; known: x1, x2",
        'README.md:24: format is one of svg, png, pdf, html, mermaid, tikz, dot, got "gif"',
        "README.md:27: docs/x.jpg",
        "README.md:30: output is for an image",
        f"README.md:33: {END} ends nothing",
        "lost.md: no such file",
    ]
    for line, start in zip(told, expected, strict=False):
        assert line.startswith(f"Error: {start}"), line
    assert len(told) == len(expected) + 1
    assert contents(folder) == before
    assert run("embed", "--check", "README.md").returncode == 1


def test_pages_without_blocks_and_strange_pages(run: Run, folder: Path) -> None:
    page(folder)
    done = run("embed", "README.md")
    assert done.returncode == 0
    assert done.stderr == "Note: no page has a block; one starts with <!-- deepgraph: SPEC -->\n"
    (folder / "latin.md").write_bytes(b"caf\xe9\n")
    assert run("embed", "latin.md").stderr.startswith("Error: latin.md: this is not UTF-8: byte 3")
    assert "this is a folder" in run("embed", "docs").stderr
    assert run("embed", "docs/*.rst").returncode == 1
    assert run("embed").returncode == 2


@pytest.mark.parametrize(
    "output", ["../x.svg", "ABSOLUTE/x.svg", "link/x.svg", "../docs/../x.svg", "away.svg"]
)
def test_pictures_stay_in_the_folder_of_the_page(run: Run, folder: Path, output: str) -> None:
    (folder / "docs" / "link").symlink_to("..")
    (folder / "docs" / "away.svg").symlink_to("../x.svg")
    (folder / "x.svg").write_text("<svg data-node='mine'/>")
    output = output.replace("ABSOLUTE", str(folder))
    page(folder, f"../specs/xor.json -o {output}", name="docs/a.md")
    before = contents(folder)
    done = run("embed", "docs/a.md")
    assert done.returncode == 1
    assert "lies outside docs; --root FOLDER names a folder for pictures\n" in done.stderr
    assert done.stderr.endswith("Nothing was written.\n")
    assert contents(folder) == before


def test_a_wider_folder_for_pictures(run: Run, folder: Path) -> None:
    page(folder, "../specs/xor.json -o ../x.svg", name="docs/a.md")
    assert run("embed", "docs/a.md", "--root", ".").returncode == 0
    assert (folder / "x.svg").exists()
    assert run("embed", "docs/a.md", "--root", "docs").returncode == 1


@pytest.mark.parametrize("name", ["logo.svg", "logo.png", "logo.pdf", "logo.dark.svg"])
def test_no_file_of_other_origin_is_replaced(run: Run, folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page(folder, f"specs/xor.json -o {name.replace('.dark', '')}")
    before = contents(folder)
    done = run("embed", "README.md")
    assert done.returncode == 1
    assert f"{name} was not drawn by deepgraph; name another with -o, or give --force" in (
        done.stderr
    )
    assert contents(folder) == before
    assert run("embed", "README.md", "--force").returncode == 0
    change_a_weight(folder)
    assert run("embed", "README.md").returncode == 0  # it is a picture of the page's now
    assert run("embed", "README.md", "--check").returncode == 0


def test_a_page_from_standard_input(run: Run, tmp_path: Path) -> None:
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    page = "# XOR\n\n<!-- deepgraph: xor.json -->\n<!-- /deepgraph -->\n"
    done = run("embed", "-", stdin=page)
    assert done.returncode == 0
    assert done.stdout.startswith("# XOR\n\n<!-- deepgraph: xor.json -->\n\n<picture>\n")
    assert done.stderr == "stdin.xor.svg: written\nstdin.xor.dark.svg: written\n"
    assert {path.name for path in tmp_path.iterdir()} == {
        *("xor.json", "stdin.xor.svg", "stdin.xor.dark.svg")
    }
    again = run("embed", "-", stdin=done.stdout)
    assert (again.stdout, again.stderr) == (done.stdout, "")
    assert run("embed", "--check", "-", stdin=done.stdout).returncode == 0
    stale = run("embed", "--check", "-", stdin=page)
    assert stale.returncode == 1
    assert stale.stdout == "standard input:3: the block is empty\n"
    wrong = run("embed", "-", stdin="<!-- deepgraph: no.json -->\n<!-- /deepgraph -->\n")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("Error: standard input:1: no.json: no such file")


def test_pictures_that_git_does_not_know(run: Run, tmp_path: Path) -> None:
    """As a hook: the page is clean at the second attempt, and its pictures are still missing."""
    shutil.copy(gallery.path("xor"), tmp_path / "xor.json")
    (tmp_path / "p.md").write_text("<!-- deepgraph: xor.json -->\n<!-- /deepgraph -->\n")
    assert "git cannot be asked" in run("embed", "--tracked", "p.md").stderr

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    git("add", "p.md", "xor.json")
    for options in ((), ("--check",)):
        done = run("embed", "--tracked", *options, "p.md")
        assert done.returncode == 1
        assert done.stderr == (
            "Error: p.xor.svg: git does not know this picture yet\n"
            "Error: p.xor.dark.svg: git does not know this picture yet\n"
            "Mend it with: git add p.xor.svg p.xor.dark.svg\n"
        )
    git("add", "p.xor.svg", "p.xor.dark.svg")
    assert run("embed", "--tracked", "p.md").returncode == 0


def test_a_generator_that_would_lose_an_image_is_named(run: Run, folder: Path) -> None:
    page(folder, "specs/xor.json")
    (folder / "_toc.yml").write_text("")
    for options in ([], ["--check"]):
        done = run("embed", *options, "README.md")
        assert done.returncode == 0
        message = "Note: README.md: Sphinx loses the files of a <picture>; say --theme auto"
        assert message in done.stderr
    page(folder, "specs/xor.json --theme auto")
    assert "Docusaurus" not in run("embed", "README.md").stderr
