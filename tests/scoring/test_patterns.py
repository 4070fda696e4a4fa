"""Patterns find the same files on this machine and in a store, and what the shell would find."""

from __future__ import annotations

import glob
import os

import pytest

from deepgraph.errors import FileError
from deepgraph.scoring import stores
from deepgraph.scoring.datasets import find

NAMES = ["a.csv", "b.csv", "b/a.csv", "b/c/a.csv", "b/c/x1.csv", "b/_d/a.csv", ".h/a.csv", "_u.csv",
         "b/.i.csv", "c=1/a.csv", "c=2/x2.csv"]  # fmt: skip
PATTERNS = ["*.csv", "*/a.csv", "**/a.csv", "**/*.csv", "b/**/?.csv", "b/*/x[0-9].csv", "_*.csv",
            ".h/*.csv", "c=*/*.csv", "b/[!.]*/a.csv", "b/**", "[ab].csv"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("patterns")
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
        with stores.written(f"memory://patterns/{name}") as stream:
            stream.write(b"x")
    return folder


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_finds_what_the_shell_finds(folder, pattern, monkeypatch):
    monkeypatch.chdir(folder)
    wanted = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    wanted = [path.replace(os.sep, "/") for path in wanted]
    assert wanted
    for text in (pattern, f"./{pattern}", str(folder / pattern), f"memory://patterns/{pattern}"):
        head = text.removesuffix(pattern)
        assert [given.path for given in find([text]).inputs] == [head + path for path in wanted]


def test_a_pattern_with_keys_in_its_url_finds_the_same():
    with stores.written("memory://me:secret@patterns2/in/a.csv") as stream:
        stream.write(b"x")
    (found,) = find(["memory://me:secret@patterns2/in/*.csv"]).inputs
    assert (found.name, stores.read_whole(found.path)) == ("a.csv", b"x")
    with pytest.raises(FileError) as caught:
        find(["memory://me:secret@patterns2/none*.csv"])
    assert str(caught.value) == "memory://patterns2/none*.csv: no file matches"


def test_a_pattern_hides_nothing(folder, monkeypatch, tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone")
    with pytest.raises(FileError, match="this link leads to no file"):
        find([str(tmp_path / "*.csv")])
    (tmp_path / "b").mkdir()
    real = os.listdir

    def listdir(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    with pytest.raises(FileError, match="this folder cannot be read"):
        find([str(tmp_path / "*" / "*.csv")])
    with pytest.raises(FileError, match="no file matches"):  # looks into no folder but c…
        find([str(tmp_path / "c*" / "*.csv")])
