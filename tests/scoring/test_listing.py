from __future__ import annotations

import os

import pytest

from deepgraph.errors import FileError
from deepgraph.scoring import listing


def make(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_hidden_files_are_no_data(tmp_path):
    for name in ("b.csv", "a/c=_1/d.csv", "_SUCCESS", ".x.csv", "_deepgraph/b.json", "a/.git/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "away").symlink_to(tmp_path / "a")
    names = [name for name, _ in listing.walk(str(tmp_path))]
    assert "b.csv" in names
    assert sum(name.endswith("c=_1/d.csv") for name in names) == 1
    assert len(names) == 2


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("s3://b/in/out/", "s3://b/in/", True),
        ("s3a://b/in", "s3://b/in/", True),
        ("s3://b/in2/", "s3://b/in", False),
        ("s3://b/in/_out/", "s3://b/in/", False),
        ("in/out", "in", True),
        ("in", "in/", True),
        ("in2", "in", False),
        ("in/.out", "in", False),
        ("s3://b/in", "in", False),
    ],
)
def test_a_folder_in_a_folder(path, folder, inside):
    assert listing.is_inside(path, folder) is inside


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path, monkeypatch):
    make(tmp_path, "a.csv", "below/b.csv")
    real = os.listdir

    def listdir(path):
        if str(path).endswith("below"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    with pytest.raises(FileError, match=r"below: this folder cannot be read: permission denied$"):
        listing.walk(str(tmp_path))
    with pytest.raises(FileError, match="no-folder: this folder cannot be read"):
        listing.walk(str(tmp_path / "no-folder"))


def test_a_link_that_leads_nowhere_is_an_error(tmp_path):
    make(tmp_path, "a.csv")
    (tmp_path / ".lock").symlink_to(tmp_path / "gone")  # no data
    assert [name for name, _ in listing.walk(str(tmp_path))] == ["a.csv"]
    (tmp_path / "b.csv").symlink_to(tmp_path / "gone")
    with pytest.raises(FileError, match=r"b.csv: this link leads to no file; mend it"):
        listing.walk(str(tmp_path))


@pytest.mark.parametrize("backwards", [False, True])
def test_a_folder_keeps_its_own_name_beside_links_to_it(tmp_path, monkeypatch, backwards):
    """In whatever order the system lists the names, and wherever the links stand."""
    make(tmp_path, "m/t.csv", "away/n/u.csv")
    (tmp_path / "m" / "to-n").symlink_to(tmp_path / "away" / "n")
    (tmp_path / "a").symlink_to(tmp_path / "m")
    (tmp_path / "z").symlink_to(tmp_path / "m")
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    make(elsewhere, "v.csv")
    (tmp_path / "q").symlink_to(elsewhere)
    (tmp_path / "p").symlink_to(elsewhere)
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: sorted(real(path), reverse=backwards))
    found = [name for name, _ in listing.walk(str(tmp_path))]
    assert found == ["away/n/u.csv", "m/t.csv", "p/v.csv"]
