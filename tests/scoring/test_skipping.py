from __future__ import annotations

import pickle
from decimal import Decimal

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest

import deepgraph
from deepgraph.errors import TableError
from deepgraph.scoring.evaluation import Evaluation
from deepgraph.scoring.report import Report
from deepgraph.scoring.skipping import REJECTS, evaluate_skipping, split
from tests.support.folders import make_tables
from tests.support.strategies import SPECS

XOR = deepgraph.load(SPECS / "xor.json")
EVALUATION = Evaluation(XOR, keep=["k"])


def batch(**columns):
    return pa.record_batch(columns)


def test_rows_that_do_not_fit_go_into_a_second_stream():
    given = batch(
        x1=pa.array([0, 1 << 60, None, 1]), x2=["1", "1", "zwei", " 1.0"], k=["a", "b", "c", "d"]
    )
    found = split(EVALUATION, given, file="t", before=10)
    assert found.result.to_pydict() == {"k": ["a", "d"], "y": [1.0, 0.0]}
    assert found.rejects.schema == REJECTS
    assert [(r["file"], r["row"], r["column"], r["text"]) for r in found.rejects.to_pylist()] == [
        ("t", 12, "x1", str(1 << 60)), ("t", 13, "x1", ""),
    ]  # fmt: skip
    assert found.rejects["reason"][1].as_py() == "the cell is empty; a number belongs there"
    assert found.report.rows == 2


@pytest.mark.parametrize(
    ("column", "rejected"),
    [
        (pa.array([True, None, False]), [2]),
        (pa.array([Decimal("1.5"), Decimal(1 << 60), None], pa.decimal128(38, 1)), [2, 3]),
        (pa.array(["true", "1e400", "inf"]), [2]),
        (pa.array(["1_0", "0x1", "1"]), [1, 2]),
        (pa.array(["1", "NA", "1"]).dictionary_encode(), [2]),
        (pa.array([1.5, float("nan"), None], pa.float32()), [3]),
        (pa.array([None, None, None], pa.string()), [1, 2, 3]),
        (pa.array([1 << 53, (1 << 53) + 1, 0], pa.uint64()), [2]),
    ],
)
def test_columns_of_every_type(column, rejected):
    found = split(Evaluation(XOR), batch(x1=column, x2=[1.0] * 3))
    assert found.rejects["row"].to_pylist() == rejected
    assert found.result.num_rows == 3 - len(rejected)


def test_a_column_of_another_type_is_no_row_to_skip():
    with pytest.raises(TableError, match="holds date32"):
        split(Evaluation(XOR), batch(x1=pa.array([1], pa.date32()), x2=[1.0]))
    with pytest.raises(TableError, match='no column "x2"'):
        split(Evaluation(XOR), batch(x1=[1.0]))


def test_every_bad_row_of_many_batches_is_counted_again(tmp_path):
    faulty = make_tables(tmp_path, files=24, rows=400, bad=0.01, seed=9)
    read = written = 0
    listed = []
    for path in sorted(tmp_path.rglob("*.csv")):
        name = path.relative_to(tmp_path).as_posix()
        kinds = dict.fromkeys(["x1", "x2", "k"], pa.string())
        options = arrow_csv.ConvertOptions(column_types=kinds)
        table = arrow_csv.read_csv(path, convert_options=options)
        report, rejected = Report(), []
        sent = pickle.loads(pickle.dumps(EVALUATION))
        batches = table.to_batches(max_chunksize=77)
        results = evaluate_skipping(sent, batches, rejected.append, file=name, report=report)
        good = [row for result in results for row in result.column("k").to_pylist()]
        found = [row for each in rejected for row in each.to_pylist()]
        listed += [(r["file"], r["row"], r["column"], r["text"]) for r in found]
        bad = {row for table_name, row, *_ in faulty if table_name == name}
        assert good == [f"k{row}" for row in range(1, 401) if row not in bad]
        assert report.rows == len(good)
        read, written = read + table.num_rows, written + len(good)
    assert sorted(listed) == sorted(faulty)
    assert read == written + len(listed)
