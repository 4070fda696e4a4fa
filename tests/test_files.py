from __future__ import annotations

import os
import stat
import threading

import pytest

from deepgraph.files import (
    FileError,
    atomic_write,
    open_binary,
    read_bytes,
    require_writable,
    write_bytes,
)


def test_a_new_file(tmp_path):
    write_bytes(tmp_path / "a", b"1")
    assert read_bytes(tmp_path / "a") == b"1"
    assert os.listdir(tmp_path) == ["a"]


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with atomic_write(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, BrokenPipeError])
def test_an_error_leaves_the_old_file_and_no_other(tmp_path, error):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(error), atomic_write(path) as stream:  # noqa: PT012
        stream.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_the_mode_of_a_file_is_kept_and_a_new_one_follows_the_umask(tmp_path):
    path = tmp_path / "a"
    path.touch()
    path.chmod(0o640)
    write_bytes(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    (tmp_path / "plain").touch()
    write_bytes(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_written_as_it_is(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    found = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_bytes(tmp_path / "pipe", b"through")
    reader.join()
    assert found == [b"through"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_name_as_long_as_a_name_may_be(tmp_path):
    write_bytes(tmp_path / ("n" * 255), b"x")
    assert os.listdir(tmp_path) == ["n" * 255]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "this is a folder; name a file in it"),
        ("n" * 300, "cannot be written: file name too long"),
        ("/dev/full", "cannot be written: no space left on device"),
    ],
)
def test_what_cannot_be_written(tmp_path, name, message):
    with pytest.raises(FileError) as caught:
        write_bytes(tmp_path / name, b"x")
    assert str(caught.value) == f"{tmp_path / name}: {message}"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "no such file"),
        (".", "this is a folder; name a file in it"),
        ("file/below", "cannot be read: not a directory"),
    ],
)
def test_what_cannot_be_read(tmp_path, name, message):
    (tmp_path / "file").touch()
    with pytest.raises(FileError) as caught:
        read_bytes(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: {message}"


def test_a_file_that_is_not_there_is_told_its_neighbour(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("measurements.csv", "measurements.json", "t.csv", "xor.json", "xo"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    for path, what in {
        "measurement.csv": 'no such file; did you mean "measurements.csv"?',
        "measurements.cvs": 'no such file; did you mean "measurements.csv"?',
        "xro.json": 'no such file; did you mean "xor.json"?',
        "folders": "no such file",
        "other.csv": "no such file",
        "data/t.csv": "no such file: there is no folder data",
    }.items():
        with pytest.raises(FileError) as caught:
            read_bytes(path)
        assert str(caught.value) == f"{path}: {what}"
        with pytest.raises(FileError) as caught, open_binary(path):
            pass
        assert str(caught.value) == f"{path}: {what}"


def test_a_name_with_a_nul_is_an_error_message():
    with pytest.raises(FileError, match="null"):
        read_bytes("a\0b")


def test_what_cannot_be_written_is_known_before_and_nothing_is_touched(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    os.mkfifo(tmp_path / "pipe")
    for name in ("old", "new", "pipe"):
        require_writable(tmp_path / name)
    with pytest.raises(FileError, match="this is a folder"):
        require_writable(tmp_path)
    for folder, what in (
        ("none", "there is no folder {}; make it first"),
        ("old", "{} is no folder"),
    ):
        path = tmp_path / folder / "new"
        message = f"{path}: cannot be written: {what.format(tmp_path / folder)}"
        for write in (require_writable, lambda path: write_bytes(path, b"x")):
            with pytest.raises(FileError) as caught:
                write(path)
            assert str(caught.value) == message
    assert (tmp_path / "old").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["old", "pipe"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives away")
def test_owner_and_mode_survive(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    os.chown(path, 12345, 54321)
    path.chmod(0o4640)
    write_bytes(path, b"new")
    there = path.stat()
    assert path.read_text() == "new"
    assert (there.st_uid, there.st_gid) == (12345, 54321)
    assert stat.S_IMODE(there.st_mode) == 0o4640


def test_a_file_that_cannot_be_given_away_is_written(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("old")
    os.chown(path, 12345, 54321) if os.getuid() == 0 else None

    def refused(*_):
        raise PermissionError

    monkeypatch.setattr(os, "chown", refused)
    write_bytes(path, b"new")
    assert path.read_text() == "new"
