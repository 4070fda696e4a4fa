from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from deepgraph.errors import FileError
from deepgraph.scoring import listing, stores
from tests.support.strategies import SPECS


def test_a_store_of_fsspec_gets_objects_whole(tmp_path):
    url = "memory://store/a/b.csv"
    with stores.written(url) as stream:
        stream.write(b"x\n1\n")
        assert stores.found(url) is None
    assert stores.read_whole(url) == b"x\n1\n"
    with pytest.raises(TypeError), stores.written(url) as stream:
        stream.write([b"half"])
    assert stores.read_whole(url) == b"x\n1\n"
    assert [(name, there.size) for name, there in listing.walk("memory://store/")] == [
        ("a/b.csv", 4)
    ]
    stores.remove(url)
    stores.remove(url)
    assert stores.read_whole(url) is None


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize("fails", ["info", "open", "read", "copy"])
def test_whatever_a_store_raises_is_told_in_one_line(tmp_path, name, fails):
    to = "sick://out.csv" if fails == "copy" else "out.csv"
    command = ["eval", str(SPECS / "xor.json"), "--input", f"sick://{name}", "-o", to]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.sick_store", fails, str(tmp_path), *command],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    told = {"copy": "sick://out.csv: cannot be written"}.get(fails, f"sick://{name}: ")
    assert line.startswith(f"Error: {told}")
    assert "the key" in line
    assert [*tmp_path.iterdir()] == []


def test_google_is_not_asked_for_a_quarter_of_an_hour(monkeypatch):
    """Without keys and a network its library would try so long, whatever signal it gets."""
    asked = []
    monkeypatch.setattr(stores, "_native", lambda head: (asked.append(head), (None, ""))[1])
    for url in ("gs://bucket/a", "gs://bucket/a?retry_limit_seconds=3", "s3://bucket/a?region=x"):
        stores.system(url)
    assert asked == [
        "gs://bucket/?retry_limit_seconds=15",
        "gs://bucket/?retry_limit_seconds=3",
        "s3://bucket/?region=x",
    ]


def test_paths_of_one_place_are_known_as_such():
    assert stores.join("s3://b/out/?region=x", "a/b.csv") == "s3://b/out/a/b.csv?region=x"
    assert stores.same("s3a://b//x.csv") == stores.same("s3://k:s@b/x.csv?region=y")
    assert stores.join("s3://k:s@b/out/", "a.csv") == "s3://k:s@b/out/a.csv"
    assert stores.same("https://h/x?id=1") != stores.same("https://h/x?id=2")
    assert stores.same("abfs://one@account/x") != stores.same("abfs://two@account/x")
    assert stores.same("abfss://one:key@account/x") == stores.same("abfs://one@account/x")


def put(url, content):
    with stores.written(url) as stream:
        stream.write(content)


def test_a_changed_object_of_equal_size_has_another_tag(monkeypatch):
    """Also in a store that tells nothing but the size."""
    url = "memory://tags/a.csv"
    for told in (None, {"type": "file"}):
        tags = []
        for content in (b"x\n1\n", b"x\n2\n", b"x\n1\n"):
            put(url, content)
            if told is not None:
                monkeypatch.setattr(MemoryFileSystem, "info", lambda self, path, **_: {
                    "name": path, "size": 4, "type": "file"})  # fmt: skip
            tags.append(stores.tag(stores.Found(url, 4, 0)))
        assert tags[0] != tags[1]
        assert "0" not in tags
        if told is not None:
            assert tags[0] == tags[2]  # the content decides
    monkeypatch.undo()
    stores.remove(url)


@pytest.mark.parametrize(
    "url",
    ["s3://AKIAKEY:SECRETKEY@b/x y?colour=SECRETKEY", "s3://AKIAKEY:SECRET KEY@b/x.csv",
     "s3://AKIAKEY:SECRETKEY@b:99x/x.csv", "nowhere://AKIAKEY:SECRETKEY@b/x.csv",
     "file://AKIAKEY:SECRETKEY@b/x.csv"],
)  # fmt: skip
def test_an_error_of_a_store_tells_no_key(url):
    with pytest.raises(FileError) as caught:
        stores.system(url)
    assert "SECRET" not in str(caught.value)
    assert "AKIAKEY" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("s3://bucket/a/b.csv?region=eu-west-1&endpoint_override=127.0.0.1:1", "bucket/a/b.csv"),
        ("abfss://box@account.dfs.core.windows.net/a/b.csv", "box/a/b.csv"),
        ("abfs://box@account.dfs.core.windows.net/a.csv?background_writes=true", "box/a.csv"),
    ],
)
def test_a_store_that_is_sent_parts_in_turn_is_the_same_store(url, path):
    side_by_side, place = stores.system(url)
    in_turn, other = stores.system(url, in_turn=True)
    assert place == other == path
    assert type(in_turn) is type(side_by_side)
    if url.startswith("s3"):
        assert in_turn.region == side_by_side.region == "eu-west-1"
        assert in_turn != side_by_side
