from __future__ import annotations

import pytest

from deepgraph.errors import OptionError
from deepgraph.scoring import clashes, stores
from deepgraph.scoring.datasets import Input, find


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("data/a.csv", "data/b.csv", "out/old.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x1,x2\n0,1\n")
    for name in ("t.csv", "in/a.csv"):
        with stores.written(f"memory://clash/{name}") as stream:
            stream.write(b"x1,x2\n0,1\n")
    return tmp_path


LISTS = "would read the lists, too"
READ = "is a table that is read"


@pytest.mark.parametrize(
    ("given", "output", "rejects", "message"),
    [
        ("data", "data/all.csv", None, "data/all.csv lies in data, .* would read it, too"),
        ("data", "all.csv", "data/bad.csv", "data/bad.csv lies in data, .* would read it, too"),
        ("data", "all.csv", "data/bad/", "data/bad/ lies in data, .* read these lists, too"),
        ("data", "out/", "data/bad/", "data/bad/ lies in data, .* read these lists, too"),
        ("data", "out/", "out/bad/", f"out/bad/ lies in out/: whoever .* {LISTS}"),
        ("data", "out/", "out/bad.csv", f"out/bad.csv lies in out/: whoever .* {LISTS}"),
        ("data", "bad/out/", "bad/", "bad/out/ lies in bad/: whoever reads the lists"),
        ("data", "out/", "out", "errors and output name the same place"),
        ("data", "all.csv", "./all.csv", "errors and output name the same place"),
        ("data", "s3://b/x/", "s3a://k:s@b/x?region=r", "errors and output name the same place"),
        ("data", "s3://b/x.csv", "s3n://b//x.csv", "errors and output name the same place"),
        ("data", "s3://b/x/", "s3a://b/x/bad/", f"s3a://b/x/bad/ lies in s3://b/x/: .* {LISTS}"),
        ("data/a.csv", "data/a.csv", None, f"data/a.csv {READ}; name another file with output"),
        ("data/a.csv", None, "data/a.csv", f"data/a.csv {READ}; name another file with errors"),
        ("memory://clash/t.csv", "memory://clash/t.csv/", None, f"memory://clash/t.csv/ {READ}"),
        ("memory://clash/t.csv", "memory://me:key@clash/t.csv", None,
         f"memory://clash/t.csv {READ}; name another file with output"),
        ("memory://clash/in/", "memory://clash/in/x/", None, "lies in memory://clash/in/"),
    ],
)  # fmt: skip
def test_what_would_be_in_the_way_is_refused(here, given, output, rejects, message):
    data = find([given])
    with pytest.raises(OptionError, match=message) as caught:
        clashes.refuse(data, [clashes.Result(each, None, None) for each in data.inputs], output,
                       rejects)  # fmt: skip
    assert "key" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "output", "rejects"),
    [
        ("data", "data/_out/", "data/_bad/"),
        ("data", "data/notes.txt.md", None),
        ("data", "out/", "out/_bad.csv"),
        ("data", "-", "bad/"),
        ("data", None, "bad.csv"),
        ("data/*.csv", "data/all.csv", None),
        ("data/a.csv", "data/results/", "data/bad/"),
        ("data", "s3://b/x/", "s3://c/x/"),
    ],
)
def test_what_is_in_nobodys_way_is_not(here, given, output, rejects):
    data = find([given])
    results = [clashes.Result(each, None, None) for each in data.inputs]
    clashes.refuse(data, results, output, rejects)


def test_results_and_lists_of_one_name_are_refused(here):
    data = find(["data"])
    first, second = (Input(each.path, each.name) for each in data.inputs)
    refuse = clashes.refuse
    with pytest.raises(OptionError, match=r"data/a.csv and data/b.csv would both become out/a.csv"):
        refuse(data, [clashes.Result(first, "out/a.csv", None),
                      clashes.Result(second, "out/a.csv", None)], "out/", None)  # fmt: skip
    with pytest.raises(OptionError, match=r"would both be listed in bad/a.csv; rename one"):
        refuse(data, [clashes.Result(first, None, "bad/a.csv"),
                      clashes.Result(second, None, "bad/a.csv")], None, "bad/")  # fmt: skip
    with pytest.raises(OptionError, match=r"data/b.csv is a table .* folder for the lists"):
        refuse(data, [clashes.Result(first, None, "data/b.csv")], None, "bad/")
