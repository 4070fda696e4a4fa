"""Exported queries, run in SQLite and DuckDB, and by hand in PostgreSQL.

PostgreSQL is asked where DEEPGRAPH_POSTGRES names a server, and psycopg is installed:
DEEPGRAPH_POSTGRES="host=127.0.0.1 user=postgres" pytest tests/formats/writers/test_sql.py
"""

from __future__ import annotations

import os
import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from deepgraph.formats.writers.sql import quoted
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from tests.formats.writers.test_names import HOSTILE, WORDS, labels, neurons
from tests.support.exported import close, rows_for, tame
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    ODD_IDS,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
)


class Postgres:
    """A session with temporary tables, called as SQLite's and DuckDB's are."""

    def __init__(self) -> None:
        server = os.environ.get("DEEPGRAPH_POSTGRES")
        if not server:
            pytest.skip("DEEPGRAPH_POSTGRES names no server")
        self.session = pytest.importorskip("psycopg").connect(server, autocommit=True)
        self.session.execute("SET search_path TO pg_temp")
        self.close = self.session.close

    def execute(self, query):
        return self.session.execute(query)

    def executemany(self, query, rows):
        self.session.cursor().executemany(query.replace("?", "%s"), rows)


DATABASES = {
    "sqlite": lambda: sqlite3.connect(":memory:"),
    "duckdb": lambda: pytest.importorskip(
        "duckdb", reason="DuckDB is missing (pip install duckdb)"
    ).connect(),
    "postgresql": Postgres,
}


def run_sql(net, X, database, *, kind="DOUBLE PRECISION", **options):
    """The outputs of the exported query, (rows, outputs); NULL is NaN."""
    connection = DATABASES[database]()
    columns = ", ".join(f"{quoted(name)} {kind}" for name in net.input_names)
    connection.execute(f"CREATE TABLE data ({columns})")
    marks = ", ".join("?" * len(net.inputs))
    connection.executemany(f"INSERT INTO data VALUES ({marks})", X.tolist())
    cursor = connection.execute(writers.write(net, "sql", **options).decode())
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    connection.close()
    assert names == net.output_names
    return np.array(rows, float).reshape(len(X), len(net.outputs))


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(path, database):
    net = deepgraph.load(path)
    X = rows_for(net)
    found, expected = run_sql(net, X, database), net(X, exact=True)
    if path.stem in ("deep_state", "xor", "half_adder", "full_adder"):
        assert np.array_equal(found, expected)
    assert close(found, expected)


@examples(40)
@given(st.data())
@pytest.mark.parametrize("database", DATABASES)
def test_smooth_networks(database, data):
    net = network(data.draw(irregular_specs(LIPSCHITZ)))
    X = tame(data.draw(inputs(net)))
    assert close(run_sql(net, X, database), net(X, exact=True), 1e-12)


ROUNDED = ("relu", "leaky_relu", "abs", "hard_tanh", "relu6", "step", "sign", "square", "identity")


@examples(40)
@given(st.data())
@pytest.mark.parametrize("database", DATABASES)
def test_plain_arithmetic_has_the_same_numbers(database, data):
    net = network(data.draw(irregular_specs(ROUNDED)))
    X = tame(data.draw(inputs(net)))
    assert np.array_equal(run_sql(net, X, database), net(X, exact=True))


@examples(40)
@given(st.data())
def test_everything_is_a_query(data):
    """In SQLite alone: DuckDB stops at the logarithm of a negative number."""
    net = network(data.draw(st.one_of(irregular_specs(), layered_specs())))
    X = tame(data.draw(inputs(net)))
    assert run_sql(net, X, "sqlite").shape == (len(X), len(net.outputs))


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(name, database):
    net = network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "y", "kind": "output", "activation": name},
            ],
            "edges": [{"source": "x", "target": "y"}],
        }
    )
    z = np.concatenate([np.linspace(-30, 30, 1201), np.arange(-8, 9) / 2, [1e-9, -1e-9]])
    if name not in ("exp", "square", "cube", "sin"):  # whose values are huge, or all noise
        z = np.append(z, [-800, 800])  # exp(−800) is below the smallest double
    z = z[z > 0] if name in ("log", "sqrt", "inverse") else z
    found, expected = run_sql(net, z[:, None], database), net(z[:, None])
    assert np.all(np.abs(found - expected) <= 1e-13 * np.maximum(1, np.abs(expected)))


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("make", [neurons, labels])
@pytest.mark.parametrize("names", [WORDS, HOSTILE, ODD_IDS], ids=["words", "hostile", "odd"])
def test_names_stay_names(names, make, database):
    by_case = {name.casefold(): name for name in names}
    net = make(list(by_case.values()))
    X = np.linspace(0.5, 2, 7)[:, None]
    assert close(run_sql(net, X, database), net(X))


def test_names_that_differ_in_capitals():
    spec = {
        "deepgraph": 1,
        "nodes": [
            {"id": "x", "kind": "input"},
            {"id": "H", "activation": "relu"},
            {"id": "h", "activation": "tanh"},
            {"id": "y", "kind": "output"},
        ],
        "edges": [
            {"source": "x", "target": "H", "weight": 2},
            {"source": "x", "target": "h"},
            {"source": "H", "target": "y"},
            {"source": "h", "target": "y"},
        ],
    }
    net = network(spec)
    X = np.array([[0.5], [-1.0]])
    assert close(run_sql(net, X, "sqlite"), net(X))  # names of steps are the query's own
    spec["nodes"].append({"id": "X", "kind": "input"})
    spec["edges"].append({"source": "X", "target": "y"})
    with pytest.raises(deepgraph.InputError, match='the inputs "x" and "X" are one column in SQL'):
        writers.write(network(spec), "sql")


@pytest.mark.parametrize("database", DATABASES)
def test_a_missing_value_makes_a_missing_result(database):
    """MAX and GREATEST would make 0 of ReLU(NULL)."""
    connection = DATABASES[database]()
    connection.execute("CREATE TABLE data (x DOUBLE PRECISION)")
    connection.execute("INSERT INTO data VALUES (NULL), (0.5)")
    net = deepgraph.load(GALLERY[0].parent / "deep_state.json")
    found = connection.execute(writers.write(net, "sql").decode()).fetchall()
    assert found == [(None,), (net([[0.5]])[0, 0],)]
    connection.close()


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_missing_value_by_every_way(database, aggregation):
    nodes = [{"id": "x1", "kind": "input"}, {"id": "x2", "kind": "input"}]
    edges = []
    for name in (*ACTIVATIONS, "softmax"):
        nodes.append({"id": name, "activation": name, "aggregation": aggregation, "kind": "output"})
        edges += [{"source": source, "target": name, "weight": 2} for source in ("x1", "x2")]
    net = network({"deepgraph": 1, "nodes": nodes, "edges": edges})
    found = run_sql(net, np.array([[None, 1.5], [1.5, None]]), database)
    assert np.isnan(found).all()


@pytest.mark.parametrize("database", DATABASES)
def test_whole_numbers_are_divided_as_numbers(database):
    net = deepgraph.load(GALLERY[0].parent / "irregular.json")
    X = np.array([[1, 2, 3], [-1, 0, 2]])
    assert close(run_sql(net, X, database, kind="INTEGER"), net(X))


def test_a_missing_column_is_an_error():
    """SQLite takes a name in quotes that it does not know for a text."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE data (other DOUBLE PRECISION)")
    query = writers.write(deepgraph.load(GALLERY[0].parent / "deep_state.json"), "sql").decode()
    with pytest.raises(sqlite3.OperationalError, match=r"no such column: t\.x"):
        connection.execute(query)
    connection.close()


def test_table_and_columns_that_are_kept():
    net = deepgraph.load(GALLERY[0].parent / "deep_state.json")
    connection = sqlite3.connect(":memory:")
    connection.execute('CREATE TABLE "my ""points" (id TEXT, x DOUBLE PRECISION)')
    connection.execute("INSERT INTO \"my \"\"points\" VALUES ('a', 0.5), ('b', 0)")
    query = writers.write(net, "sql", table='my "points', keep=["id"]).decode()
    assert connection.execute(query).fetchall() == [
        ("a", net([[0.5]])[0, 0]),
        ("b", net([[0.0]])[0, 0]),
    ]
    connection.close()
    with pytest.raises(deepgraph.InputError, match="table is no option of c; leave it out"):
        writers.write(net, "c", table="t")


def test_names_of_steps_and_columns_take_nothing_else():
    net = deepgraph.load(GALLERY[0].parent / "deep_state.json")
    for table, kept in (("step0", "a_y"), ("STEP1", "Z_H1"), ("data", "a_h1")):
        connection = sqlite3.connect(":memory:")
        connection.execute(f'CREATE TABLE "{table}" ("{kept}" INTEGER, x DOUBLE PRECISION)')
        connection.execute(f'INSERT INTO "{table}" VALUES (99, 0.5)')
        query = writers.write(net, "sql", table=table, keep=[kept]).decode()
        assert connection.execute(query).fetchall() == [(99, net([[0.5]])[0, 0])]
        connection.close()


def test_a_long_sum():
    """SQLite refuses expressions of a depth beyond 1,000."""
    count = 1500
    spec = {
        "deepgraph": 1,
        "layers": [
            {"id": "x", "size": count},
            {"id": "y", "size": 1, "weights": "W", "bias": None},
        ],
        "parameters": {"W": [[0.5] * count]},
    }
    net = network(spec)
    X = np.ones((2, count))
    assert np.array_equal(run_sql(net, X, "sqlite"), net(X, exact=True))
