"""The engines against the reference, bit for bit, and the promise about chunks and threads."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph import engines
from deepgraph.engines.program import Program
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from tests.support.engines import DTYPES, ENGINES, wide
from tests.support.strategies import examples, inputs, network, same, specs

CHUNKS = (1, 7, 1000, None)
THREADS = (1, 2, 16)


@pytest.fixture
def eager(monkeypatch):
    """Threads and narrow tiles for the smallest work, so that a test meets them."""
    monkeypatch.setattr(engines, "WORTH_THREADS", 0)
    monkeypatch.setattr("deepgraph.engines.numpy.NumpyBackend.widest", 5)
    monkeypatch.setattr("deepgraph.engines.numba.NumbaBackend.widest", 5)


# --- against the reference ----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@examples(120)
@given(st.data())
def test_any_network_has_the_bits_of_the_reference(engine, data):
    """All activations, aggregations, softmax groups, shared labels, both styles of bias, NaN."""
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    nodes = data.draw(st.lists(st.sampled_from(net.ids), min_size=1))
    numbers = [net.index[name] for name in nodes]
    for dtype in DTYPES:
        trace = net.trace(X, dtype=dtype)
        prepared = net.engine(nodes, dtype=dtype, engine=engine)
        z, a = prepared.run_with_z(X.T)
        assert same(a, trace.a[numbers])
        assert same(z, trace.z[numbers])
        assert same(prepared.run(X.T), a)
        assert same(net(X, dtype=dtype), trace.outputs)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.usefixtures("eager")
@examples(25)
@given(st.data())
def test_chunks_and_threads_change_no_bit(engine, data):
    net = network(data.draw(specs()))
    X = data.draw(inputs(net))
    for dtype in DTYPES:
        whole = net.trace(X, dtype=dtype).outputs.T
        for threads in THREADS:
            prepared = net.engine(dtype=dtype, engine=engine, threads=threads)
            for size in CHUNKS:
                step = size or len(X)
                parts = [prepared.run(X[at : at + step].T) for at in range(0, len(X), step)]
                assert same(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("aggregation", list(AGGREGATIONS))
@pytest.mark.parametrize("activation", ["leaky_relu", "sigmoid"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_wide_blocks_have_the_bits_of_the_reference(engine, aggregation, activation, dtype):
    net = wide([13, 37, 10], activation, aggregation)
    X = np.random.default_rng(1).standard_normal((301, 13))
    X[:3] = np.array([[np.nan], [np.inf], [-0.0]])
    prepared = net.engine(net.ids, dtype=dtype, engine=engine)
    z, a = prepared.run_with_z(X.T)
    trace = net.trace(X, dtype=dtype)
    assert same(a, trace.a)
    assert same(z, trace.z)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_in_every_engine(engine, name):
    """At the points where functions break, in the width of a vector and beside it."""
    spec = {
        "deepgraph": 1,
        "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output", "activation": name}],
        "edges": [{"source": "x", "target": "y"}],
    }
    net = network(spec)
    edge = np.array([0.0, 5e-324, 1e-310, 0.5, 1, 3, 88.7, 709.8, 745.2, 1e308, np.inf])
    X = np.tile(np.concatenate([edge, -edge, [np.nan]]), 3)[:, None]
    for dtype in DTYPES:
        found = net.engine(dtype=dtype, engine=engine).run(X.T)
        assert same(found.T, net.trace(X, dtype=dtype).outputs)


@pytest.fixture(scope="module")
def chain():
    """100,000 nodes deep: ½x, then times 2, then times ½, and so on."""
    ids = [f"n{i}" for i in range(100_000)]
    nodes = [{"id": name, "activation": "relu"} for name in ids]
    nodes[0] = {"id": ids[0], "kind": "input"}
    nodes[-1]["kind"] = "output"
    edges = [
        {"source": ids[i], "target": ids[i + 1], "weight": 2 if i % 2 else 0.5}
        for i in range(len(ids) - 1)
    ]
    return network({"deepgraph": 1, "nodes": nodes, "edges": edges})


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_depth_costs_no_memory(engine, chain):
    prepared = chain.engine(engine=engine, threads=1)
    X = np.linspace(-1, 1, 2000)[:, None]
    assert same(prepared.run(X.T)[0], np.maximum(X[:, 0], 0) * 0.5)
    assert prepared.run(np.array([[0.5]])).tolist() == [[0.25]]
    assert [program.values.shape for program in prepared._idle] == [(3, 2000)]


# --- the door -----------------------------------------------------------------------------------


@pytest.fixture
def xor():
    return network(
        {
            "deepgraph": 1,
            "nodes": [
                {"id": "x", "kind": "input"},
                {"id": "b", "kind": "bias", "value": 2},
                {"id": "y", "kind": "output", "activation": "relu"},
            ],
            "edges": [
                {"source": "x", "target": "y", "label": "w", "weight": 3},
                {"source": "b", "target": "y"},
            ],
        }
    )


def test_chosen_nodes_in_their_order_and_repeated(xor):
    prepared = xor.engine(["y", "b", "x", "y"])
    z, a = prepared.run_with_z(np.array([[1.0, -1.0]]))
    assert a.tolist() == [[5, 0], [2, 2], [1, -1], [5, 0]]
    assert z.tolist() == [[5, -1], [2, 2], [1, -1], [5, -1]]
    assert prepared.run(np.array([[1.0]])).tolist() == [[5], [2], [1], [5]]
    assert prepared.run(np.empty((1, 0))).shape == (4, 0)


def test_only_constants_are_chosen(xor):
    assert xor.engine(["b"]).run(np.ones((1, 3))).tolist() == [[2, 2, 2]]


def test_other_values_are_other_results(xor):
    assert xor([[1.0]]).tolist() == [[5]]
    assert xor.with_values(np.array([1.0, 1.0]))([[1.0]]).tolist() == [[2]]
    assert xor([[1.0]]).tolist() == [[5]]


def test_a_network_and_its_engine_can_be_sent_to_another_process(xor):
    prepared = xor.engine()
    prepared.run(np.ones((1, 2)))
    assert pickle.loads(pickle.dumps(prepared)).run(np.ones((1, 2))).tolist() == [[5, 5]]
    assert pickle.loads(pickle.dumps(xor))([[1.0]]).tolist() == [[5]]


def test_results_are_not_shared(xor):
    """A second run may use the same buffers; the first result stays."""
    prepared = xor.engine()
    first = prepared.run(np.ones((1, 4)))
    prepared.run(np.zeros((1, 4)))
    assert first.tolist() == [[5] * 4]


@pytest.mark.parametrize("engine", ENGINES)
def test_one_engine_serves_several_threads(engine):
    net = wide([7, 12, 3])
    X = np.random.default_rng(5).standard_normal((400, 7))
    expected = net.trace(X).outputs
    prepared = net.engine(engine=engine)
    starts = [*range(0, 400, 5)] * 4
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda at: prepared.run(X[at : at + at % 37 + 1].T), starts))
    for at, part in zip(starts, parts, strict=True):
        assert same(part.T, expected[at : at + at % 37 + 1])


@pytest.mark.usefixtures("eager")
def test_an_error_ends_the_other_threads_after_their_tile(xor, monkeypatch):
    """Ctrl-C likewise: it arrives in the thread that waits for them."""
    tiles = []

    def run(program, inputs, first, end, z, a):
        tiles.append(first)
        if not first:
            raise MemoryError
        time.sleep(0.002)

    monkeypatch.setattr(Program, "run", run)
    with pytest.raises(MemoryError):
        xor.engine(threads=2).run(np.ones((1, 5000)))
    assert len(tiles) < 500  # of 1,000


def test_auto_takes_numba_where_it_is_worth_its_start(xor, monkeypatch):
    assert xor.engine().name == xor.engine(rows=1000).name == "numpy"
    assert xor.engine(rows=10**10).name == "numba"
    assert xor.engine(rows=10**10).reason == (
        "about 10,000,000,000 rows × 2 edges are worth its start"
    )
    assert "not worth" in xor.engine(rows=1000).reason
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    prepared = xor.engine(rows=10**10)
    assert prepared.name == "numpy"
    assert "pip install 'deepgraph-nn[fast]'" in prepared.reason


def test_a_missing_numba_names_the_command(xor, monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(deepgraph.MissingExtraError, match=r"pip install 'deepgraph-nn\[fast\]'"):
        xor.engine(engine="numba")


def test_a_numba_that_fails_is_not_taken(xor, monkeypatch):
    """As after an update of numpy for which there is no numba yet."""

    message = "Numba needs NumPy 2.3 or less. Got NumPy 2.4."

    def fail(name):
        raise ImportError(message)

    monkeypatch.setattr(engines, "import_module", fail)
    assert xor.engine(rows=10**10).name == "numpy"
    assert xor.engine(rows=10**10).reason == f"numba fails: {message}"
    with pytest.raises(deepgraph.InputError, match="numba is installed, but fails: Numba needs"):
        xor.engine(engine="numba")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("given", ["int64", "bool", "float16", "longdouble", ">f8"])
def test_inputs_of_any_type_become_the_dtype(xor, engine, given):
    X = np.array([[1, 0, 1]]).astype(given)
    for dtype in DTYPES:
        prepared = xor.engine(["x", "y"], dtype=dtype, engine=engine)
        for rows in (1, 3):
            found = prepared.run(X[:, :rows])
            assert found.dtype == dtype
            assert found.tolist() == [[1, 0, 1][:rows], [5, 2, 5][:rows]]
        assert xor.engine(["x"], dtype=dtype).run(X[:, :1]).dtype == dtype


def test_a_subclass_is_read_as_its_array(xor):
    class Row(np.ndarray):
        """As `numpy.matrix`: every slice has two axes."""

        def __getitem__(self, key):
            return np.atleast_2d(super().__getitem__(key))

    assert xor.engine().run(np.ones((1, 1)).view(Row)).tolist() == [[5]]
    assert xor.engine().run(np.ones((1, 2)).view(Row)).tolist() == [[5, 5]]


def test_what_is_wrong_is_said(xor):
    with pytest.raises(deepgraph.InputError, match="engine is auto, numpy or numba, got 'jax'"):
        xor.engine(engine="jax")
    with pytest.raises(deepgraph.InputError, match="dtype is float64 or float32"):
        xor.engine(dtype="int8")
    with pytest.raises(deepgraph.InputError, match="threads is a whole number, 1 or more, got 0"):
        xor.engine(threads=0)
    with pytest.raises(deepgraph.InputError, match=r"a whole number, 1 or more, got 2\.5"):
        xor.engine(threads=2.5)
    with pytest.raises(deepgraph.InputError, match=r"expected inputs of shape \(1, rows\)"):
        xor.engine().run(np.ones((2, 3)))
    for strange in ("complex", "U1", "O", "M8[s]"):
        with pytest.raises(deepgraph.InputError, match="expected inputs that are numbers, got"):
            xor.engine().run(np.empty((1, 1), strange))
    with pytest.raises(deepgraph.InputError, match="no node is named"):
        xor.engine(["nowhere"])
    blank = xor.with_values([None, 1.0])
    with pytest.raises(deepgraph.UninitialisedError):
        blank.engine()


def test_numba_is_not_imported_unless_it_is_used():
    program = (
        "import sys, deepgraph, json\n"
        "net = deepgraph.loads(sys.argv[1])\n"
        "net([[1.0]]); net([[1.0], [2.0]])\n"
        "print(sorted({'numba', 'threadpoolctl'} & set(sys.modules)))"
    )
    spec = json.dumps(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y"}],
        }
    )
    done = subprocess.run(
        [sys.executable, "-c", program, spec], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
