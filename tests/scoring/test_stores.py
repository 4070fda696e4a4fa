from __future__ import annotations

import pytest

from deepgraph.scoring import stores


def test_a_store_of_fsspec_gets_objects_whole(tmp_path):
    url = "memory://store/a/b.csv"
    with stores.written(url) as stream:
        stream.write(b"x\n1\n")
        assert stores.found(url) is None
    assert stores.read_whole(url) == b"x\n1\n"
    with pytest.raises(TypeError), stores.written(url) as stream:
        stream.write([b"half"])
    assert stores.read_whole(url) == b"x\n1\n"
    assert [(name, there.size) for name, there in stores.walk("memory://store/")] == [
        ("a/b.csv", 4)
    ]
    stores.remove(url)
    stores.remove(url)
    assert stores.read_whole(url) is None


def test_hidden_files_are_no_data(tmp_path):
    for name in ("b.csv", "a/c=_1/d.csv", "_SUCCESS", ".x.csv", "_deepgraph/b.json", "a/.git/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "away").symlink_to(tmp_path / "a")
    names = [name for name, _ in stores.walk(str(tmp_path))]
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
    assert stores.is_inside(path, folder) is inside


def test_names_of_messages_hold_no_key():
    assert stores.name_of("s3://me:secret@b/x.csv?region=x") == "s3://b/x.csv"
    assert stores.join("s3://b/out/?region=x", "a/b.csv") == "s3://b/out/a/b.csv?region=x"
    assert stores.same("s3a://b//x.csv") == stores.same("s3://k:s@b/x.csv?region=y")
