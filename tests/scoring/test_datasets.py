from __future__ import annotations

import pytest

from deepgraph.errors import FileError, OptionError, TableError
from deepgraph.scoring import Evaluation
from deepgraph.scoring.datasets import find
from deepgraph.scoring.work import Reading, Work
from tests.support.strategies import SPECS


def make(folder, *names, content="x1,x2\n0,1\n"):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def test_a_folder_is_all_of_its_tables_in_the_order_of_their_names(tmp_path):
    make(tmp_path, "b.csv", "a/z.tsv", "a/y.csv.gz", "readme.md", "_x.csv", ".y.csv", "B.csv")
    found = find([str(tmp_path)])
    assert [given.name for given in found.inputs] == ["B.csv", "a/y.csv.gz", "a/z.tsv", "b.csv"]
    assert [path.rpartition("/")[2] for path in found.passed_over] == ["readme.md"]
    assert found.plural
    every = find([str(tmp_path)], "csv")
    assert "readme.md" in [given.name for given in every.inputs]


def test_partitions_are_typed_over_the_whole_data_set(tmp_path):
    make(tmp_path, "y=1/m=01/a.csv", "y=2/m=x%20y/a.csv", "y=__HIVE_DEFAULT_PARTITION__/m=3/a.csv")
    found = find([str(tmp_path)])
    values = [dict(found.partitions[given.path]) for given in found.inputs]
    assert [value["y"].text for value in values] == ["1", "2", None]
    assert {value["y"].whole for value in values} == {True}
    assert [value["m"].text for value in values] == ["01", "x y", "3"]
    assert {value["m"].whole for value in values} == {False}


def opened(path, partitions):
    with Reading().table(path, partitions) as table:
        batches = list(table.batches(["x1", "y"], ["m", "k"]))
    return batches[0].to_pydict(), [str(kind) for kind in table.schema.types]


def test_a_partition_is_a_column(tmp_path):
    make(tmp_path, "y=7/m=01/a.csv", content="x1,k\n1,a\n2,b\n")
    found = find([str(tmp_path)])
    (path,) = found.partitions
    assert opened(path, found.partitions[path]) == (
        {"x1": [1.0, 2.0], "y": [7.0, 7.0], "m": ["01", "01"], "k": ["a", "b"]},
        ["double", "double", "string", "string"],
    )


def test_a_column_of_the_table_comes_before_that_of_its_folder(tmp_path):
    make(tmp_path, "y=7/m=1/a.csv", content="x1,k,y\n1,a,3\n")
    found = find([str(tmp_path)])
    (path,) = found.partitions
    columns, kinds = opened(path, found.partitions[path])
    assert (columns["y"], columns["m"], kinds[2]) == ([3.0], [1], "int64")


def test_a_folder_that_is_no_number_is_no_input(tmp_path):
    make(tmp_path, "y=x/m=1/a.csv", content="x1,k\n1,a\n")
    found = find([str(tmp_path)])
    (path,) = found.partitions
    with pytest.raises(TableError, match="the folder of column \"y\": 'x' is not a number"):
        opened(path, found.partitions[path])


def work(tmp_path, output, *names):
    import deepgraph

    evaluation = Evaluation(deepgraph.load(SPECS / "xor.json"))
    return Work(evaluation, [str(tmp_path / name) for name in names], str(output))


def test_names_of_results_are_fixed_by_the_tables(tmp_path):
    make(tmp_path, "in/a/t.csv", "in/b/t.tsv.gz", "in/t.parquet")
    tasks = work(tmp_path, tmp_path / "out", "in").tasks
    assert [task.name for task in tasks] == ["a/t.csv", "b/t.csv", "t.parquet"]
    shards = [work(tmp_path, tmp_path / "out", "in").shard(number, 2) for number in (1, 2)]
    assert [[task.name for task in shard] for shard in shards] == [
        ["a/t.csv", "t.parquet"], ["b/t.csv"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("output", "names", "message"),
    [
        ("in", ["in"], "lies in"),
        ("in/out", ["in"], "lies in"),
        ("in", ["in/*.csv"], "is a table that is read"),
        ("out", ["in/t.csv", "in/a/t.csv"], "would both become"),
        ("out", ["in/t.csv", "in/../in/t.csv"], "is named twice"),
    ],
)
def test_results_that_would_be_in_the_way(tmp_path, output, names, message):
    make(tmp_path, "in/t.csv", "in/a/t.csv")
    with pytest.raises(OptionError, match=message):
        _ = work(tmp_path, tmp_path / output, *names).tasks


def test_a_folder_without_tables(tmp_path):
    make(tmp_path, "readme.md")
    with pytest.raises(FileError, match=r"in this folder; input_format='csv' takes every file$"):
        find([str(tmp_path)])


@pytest.mark.parametrize("number", [0, -1, 3])
def test_shards_count_from_one(tmp_path, number):
    """The index of a task of Kubernetes begins at 0, and would score other tables twice."""
    make(tmp_path / "in", "a.csv", content="x1,x2\n1,0\n")
    with pytest.raises(OptionError, match=f"no shard {number} of 2"):
        work(tmp_path, tmp_path / "out", "in").shard(number, 2)
