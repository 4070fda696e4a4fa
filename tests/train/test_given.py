"""Inputs and targets as their libraries hold them: all that say the same train the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import deepgraph
from deepgraph.errors import InputError
from deepgraph.train import examine, fit, learn
from tests.support.strategies import SPECS
from tests.support.training import iris

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.network import Network

XOR = pd.DataFrame({"x1": [0.0, 0, 1, 1], "x2": [0.0, 1, 0, 1], "y": [0.0, 1, 1, 0]})
INPUTS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "array": lambda rows: rows[["x1", "x2"]].to_numpy(),
    "lists": lambda rows: rows[["x1", "x2"]].to_numpy().tolist(),
    "mapping": lambda rows: {"x1": list(rows["x1"]), "x2": list(rows["x2"])},
    "pandas": lambda rows: rows,
    "polars": pl.DataFrame,
    "lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "arrow": pa.Table.from_pandas,
    "stream": lambda rows: pa.Table.from_pandas(rows).to_reader(),
    "relation": duckdb.from_df,
}
COLUMNS: dict[str, Callable[[pd.Series], Any]] = {
    "list": list,
    "array": lambda column: column.to_numpy(),
    "integers": lambda column: column.to_numpy().astype(int),
    "Series": lambda column: column,
    "indexed Series": lambda column: column.set_axis([*"abcd"]),
    "polars Series": pl.Series,
    "Arrow array": pa.array,
    "Arrow chunks": lambda column: pa.chunked_array([column.to_numpy()]),
}
TABLES: dict[str, Callable[[pd.DataFrame], Any]] = {
    kind: read for kind, read in INPUTS.items() if kind not in ("array", "lists", "mapping")
} | {"mapping": lambda rows: {"y": rows["y"]}}


def spec(name: str) -> Network:
    return deepgraph.load(SPECS / f"{name}.json")


def values(X: Any, targets: Any) -> list[float]:
    trained = fit(spec("xor"), X, targets, epochs=3, learning_rate=0.25)
    return trained.network.parameters.values.tolist()


@pytest.fixture(scope="module")
def expected() -> list[float]:
    return values(XOR[["x1", "x2"]].to_numpy(), {"y": [0, 1, 1, 0]})


@pytest.mark.parametrize("kind", INPUTS)
def test_inputs(kind: str, expected: list[float]) -> None:
    assert values(INPUTS[kind](XOR), {"y": [0, 1, 1, 0]}) == expected


@pytest.mark.parametrize("kind", TABLES)
def test_targets_by_name(kind: str, expected: list[float]) -> None:
    assert values(XOR, TABLES[kind](XOR[["y"]])) == expected


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_of_numbers_is_meant_for_the_one_output(kind: str, expected: list[float]) -> None:
    column = COLUMNS[kind]
    assert values(XOR, column(XOR["y"])) == expected
    found = fit(
        spec("xor"),
        XOR,
        column(XOR["y"]),
        epochs=3,
        learning_rate=0.25,
        validation=(XOR, column(XOR["y"])),
    )
    last = found.history[-1]
    assert last.validation is not None
    assert last.validation.loss == last.training.loss
    assert examine(spec("xor"), XOR, column(XOR["y"])) == examine(
        spec("xor"), XOR, {"y": [0, 1, 1, 0]}
    )


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_rule_takes_the_same_columns(kind: str) -> None:
    gate = spec("more/and_gate")
    rows = pd.DataFrame({name: XOR[f"x{i}"] for i, name in enumerate(gate.input_names, 1)})
    wanted = pd.Series([0, 0, 0, 1])
    known = learn(gate, rows, {gate.output_names[0]: wanted}, rule="perceptron")
    found = learn(gate, rows, COLUMNS[kind](wanted), rule="perceptron")
    assert found.network.spec == known.network.spec


@pytest.mark.parametrize("kind", ["list", "array", "Series", "polars Series", "Arrow array"])
def test_classes(kind: str) -> None:
    net, X, species = iris()
    known = fit(net, X, species, epochs=2)
    found = fit(net, X, COLUMNS[kind](pd.Series(species)), epochs=2)
    assert found.network.parameters.values.tolist() == known.network.parameters.values.tolist()
    assert found.loss == known.loss == "cross_entropy"


def test_what_is_no_number_is_a_class() -> None:
    with pytest.raises(InputError, match="classes need two outputs or more"):
        fit(spec("xor"), XOR, ["no", "yes", "yes", "no"])
    with pytest.raises(InputError, match="5"):
        fit(spec("xor"), XOR, np.zeros(5))
