"""The package: a wheel and an sdist that are the same bytes wherever they are built, and whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

import deepgraph
from deepgraph.cli import COMMANDS
from tests.support.needs import need

ROOT = Path(__file__).parents[1]
NAME = f"deepgraph_nn-{deepgraph.__version__}"


def built(source: Path, folder: Path) -> dict[str, str]:
    """The SHA-256 of the wheel and the sdist by their names, built without network and pip."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return digests(folder)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout, and both unpacked."""
    folder = tmp_path_factory.mktemp("distribution")
    built(ROOT, folder / "dist")
    with zipfile.ZipFile(folder / "dist" / f"{NAME}-py3-none-any.whl") as wheel:
        wheel.extractall(folder / "wheel")
    with tarfile.open(folder / "dist" / f"{NAME}.tar.gz") as sdist:
        sdist.extractall(folder, filter="data")
    return folder


def test_the_sdist_builds_the_same_bytes(distribution: Path, tmp_path: Path) -> None:
    source = shutil.copytree(distribution / NAME, tmp_path / "some where else")
    os.utime(source / "README.md", (1e9, 1e9))
    (source / "PKG-INFO").unlink()  # it would stand twice in an sdist of an sdist
    assert built(source, tmp_path / "again") == digests(distribution / "dist")


def test_the_sdist_has_all_that_its_tests_need(distribution: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    need(None if listed.returncode else "git", "a checkout of git", "git clone")
    missing = [path for path in listed.stdout.splitlines() if (ROOT / path).is_file()]
    missing = [path for path in missing if not (distribution / NAME / path).is_file()]
    assert missing == []


def test_the_wheel_holds_the_gallery(distribution: Path) -> None:
    for file in (*(ROOT / "specs").rglob("*.json"), *(ROOT / "specs").rglob("*.csv")):
        packed = distribution / "wheel" / "deepgraph" / file.relative_to(ROOT)
        assert packed.read_bytes() == file.read_bytes()


def test_a_man_page_for_every_command(distribution: Path) -> None:
    folder = distribution / "wheel" / f"{NAME}.data" / "data" / "share" / "man" / "man1"
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert pages.keys() == {"deepgraph.1", *(f"deepgraph-{name}.1" for name in COMMANDS)}
    for name in COMMANDS:
        assert f"deepgraph-{name}(1)" in pages["deepgraph.1"].replace("\\", "")
    kinks = pages["deepgraph-kinks.1"]
    assert kinks.startswith('.TH "DEEPGRAPH-KINKS" "1"')
    assert "\n.nf\ndeepgraph kinks deep_state.json --over x=-1:1 --fractions\n" in kinks
    assert r"\fB\-\-fractions\fP" in kinks
    assert "\x08" not in "".join(pages.values())


def test_the_metadata(distribution: Path) -> None:
    info = distribution / "wheel" / f"{NAME}.dist-info"
    metadata = (info / "METADATA").read_text(encoding="utf-8").partition("\n\n")[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"\nLicense-Expression: {project['project']['license']}\n" in metadata
    extras = set(re.findall(r"^Provides-Extra: (.*)$", metadata, re.MULTILINE))
    assert extras == project["project"]["optional-dependencies"].keys()
    assert not extras & project["dependency-groups"].keys()  # which no user is to install
    assert (info / "licenses" / "LICENSE").is_file()
    assert len(list((info / "licenses").rglob("LICENSE-*.txt"))) == 2


def test_one_version_everywhere() -> None:
    version = deepgraph.__version__
    for page in ("CITATION.cff", "docs/faq.md", "CHANGELOG.md"):
        assert version in (ROOT / page).read_text(encoding="utf-8"), page


def test_the_first_page_without_the_checkout(distribution: Path, tmp_path: Path) -> None:
    """What docs/start.md shows first, by the unpacked wheel, in a folder of its own."""
    here = {**os.environ, "PYTHONPATH": str(distribution / "wheel"), "PYTHONSAFEPATH": "1"}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "deepgraph", *words],
            cwd=tmp_path, env=here, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("new", "--example", "deep_state", "-o", "net.json")
    assert run("eval", "net.json", "--set", "x=0.5").splitlines()[-1] == "0.4872175000000002"
    run("render", "net.json", "--set", "x=0.5", "-o", "net.svg")
    assert " = 0.4872175\n" in run("explain", "net.json", "--set", "x=0.5")
    assert run("check", "net.json", "--failed").startswith("deep_state: 43 ok")
    run("live", "net.json", "-o", "net.html")
    (tmp_path / "page.md").write_text(
        "<!-- deepgraph: net.json --set x=0.5 -->\n<!-- /deepgraph -->\n"
    )
    run("embed", "page.md")
    assert (tmp_path / "page.net.svg").read_bytes() == (tmp_path / "net.svg").read_bytes()
    where = [sys.executable, "-c", "import deepgraph; print(deepgraph.__file__)"]
    found = subprocess.run(
        where, cwd=tmp_path, env=here, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).is_relative_to(distribution / "wheel")
