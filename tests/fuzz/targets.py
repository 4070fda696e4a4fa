"""Properties that hold for any bytes, reader by reader; a target raises where one does not.

A reader may refuse with the package's own error. What it accepts must be what an outside reader
finds in the same bytes. `python -m tests.fuzz READER` looks for bytes that break this; those that
did once are kept in `cases/READER` and run with the tests.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from deepgraph import errors, loading, tables
from deepgraph.edit import formatting
from deepgraph.formats.readers import table as table_of_readers
from deepgraph.formats.readers.record import Options, Source
from deepgraph.graph import parameter_files
from deepgraph.request.importing import network_of
from deepgraph.spec import json_text, literals, reading
from deepgraph.tables.first_bytes import GZIP, ZSTD
from deepgraph.tables.rejects import COLUMNS, Listing, Rejects
from deepgraph.words import typed_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.network import Network

LONGEST = 1 << 16
"""Bytes of a case; longer ones only take time."""


# --- specs ---------------------------------------------------------------------------------------


def spec(data: bytes) -> None:
    """Any bytes are answered; a network that is read survives `fmt`."""
    found = _both_ways(data)
    for problem in found.problems:
        assert str(problem)
        assert problem.line is None or (problem.line >= 1 and (problem.column or 0) >= 1)
    if found.network is None:
        assert found.problems
        assert any(problem.line is not None for problem in found.problems)
        return
    text = formatting.formatted(data).encode()
    assert formatting.formatted(text).encode() == text, "fmt is not idempotent"
    _same_network(found.network, loading.loads(text))


def _both_ways(data: bytes) -> loading.Diagnosis:
    """The answer, which is the same whether the edges are read as columns or as records."""
    usual, reading.LARGE = reading.LARGE, 1 << 60
    try:
        one = loading.diagnose(data)
        reading.LARGE = 0
        other = loading.diagnose(data)
    finally:
        reading.LARGE = usual
    assert [str(p) for p in one.problems] == [str(p) for p in other.problems]
    assert one.more == other.more
    if one.network is not None and other.network is not None:
        _same_network(one.network, other.network)
    return other


def _same_network(one: Network, other: Network) -> None:
    assert one.ids == other.ids
    assert one.aggregations == other.aggregations
    assert one.labels == other.labels
    assert one.columns == other.columns
    assert [f.written for f in one.functions] == [f.written for f in other.functions]
    for name in ("kind", "function", "source", "target", "edge_parameter", "node_parameter"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_array_equal(one.node_constant, other.node_constant)
    assert one.parameters.values.tobytes() == other.parameters.values.tobytes()
    assert list(one.parameters.keys) == list(other.parameters.keys)
    np.testing.assert_array_equal(one.parameters.trainable, other.parameters.trainable)


# --- tables --------------------------------------------------------------------------------------

DELIMITERS = (",", ";", "\t", "|")
PACKINGS = (lambda data: data, gzip.compress, lambda data: pa.compress(data, "zstd", asbytes=True))


def table(data: bytes) -> None:
    """A CSV: rows in = rows out + rows listed, and the values are those of `csv` and `float`.

    The first byte chooses delimiter, compression and the length of a block; from 128 on the
    content itself is what a decompressor sees.
    """
    if not data:
        return
    choice, content = data[0], data[1:]
    text = choice < 128 and not content.startswith((GZIP, ZSTD))
    delimiter = DELIMITERS[choice % 4]
    block = (1, 7, 64, None)[choice // 4 % 4]
    if choice < 128:
        content = PACKINGS[choice // 16 % 3](content)
    strict = _rows(content, delimiter, block, None)
    whole = _rows(content, delimiter, None, None)
    if text or not (isinstance(strict, str) and isinstance(whole, str)):
        assert strict == whole, "the length of a block shows"  # but in what breaks first in a ruin
    listing = io.BytesIO()
    rejects = Rejects(Listing(listing))
    lenient = _rows(content, delimiter, block, rejects)
    if isinstance(lenient, str):
        assert isinstance(strict, str)
        return
    _recount(listing.getvalue(), rejects)
    if isinstance(strict, str):
        assert len(rejects), strict
    else:
        assert strict == lenient
        assert not len(rejects)
    if text:
        _hold_against_csv(data[1:], delimiter, lenient[1], rejects)


def _rows(
    content: bytes, delimiter: str, block: int | None, rejects: Rejects | None
) -> str | tuple[list[str], list[tuple[str, ...]]]:
    """Header and rows (numbers as `repr` writes them); or the message."""
    source = tables.Source(io.BytesIO(content), "t", "csv", delimiter, block)
    try:
        opened = source.open()
        names = list(dict.fromkeys(opened.header))
        numbers, kept = names[:2], names[2:3]
        batches = list(opened.batches(numbers, kept, rejects))
    except errors.TableError as error:
        return str(error)
    rows = [tuple(map(_shown, row.values())) for batch in batches for row in batch.to_pylist()]
    opened.check_count(len(rows), 0 if rejects is None else len(rejects))
    return opened.header, rows


def _shown(value: object) -> str:
    return repr(value)


def _recount(listing: bytes, rejects: Rejects) -> None:
    """The listed rows, counted by Python's own reader of CSV."""
    lines = list(csv.reader(io.StringIO(listing.decode(), newline="")))
    assert lines[0] == list(COLUMNS)
    numbers = [int(line[0]) for line in lines[1:]]
    assert len(numbers) == len(rejects)
    assert numbers == sorted(set(numbers))


def _hold_against_csv(
    content: bytes, delimiter: str, rows: list[tuple[str, ...]], rejects: Rejects
) -> None:
    """The rows of a file without faults, read by Python's `csv` and `float`."""
    if len(rejects):
        return  # what is left out was counted; Python's reader knows no such rows
    text = content.removeprefix(b"\xef\xbb\xbf").decode()
    expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = expected.pop(0)
    names = list(dict.fromkeys(header))[:3]
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected, strict=True):
        assert len(other) == len(header)
        cells_of = [other[header.index(name)] for name in names]
        wanted = [_shown(float(text)) for text in cells_of[:2]] + [_shown(t) for t in cells_of[2:]]
        assert list(row) == wanted


def parquet(data: bytes) -> None:
    """A Parquet file: its rows, or the package's error."""
    for rejects in (None, Rejects()):
        source = tables.Source(io.BytesIO(data), "t", "parquet")
        try:
            opened = source.open()
            names = list(dict.fromkeys(opened.header))
            out = sum(b.num_rows for b in opened.batches(names[:1], names[1:2], rejects))
        except errors.TableError:
            continue
        opened.check_count(out, 0 if rejects is None else len(rejects))


# --- parameters in a file ------------------------------------------------------------------------


def safetensors(data: bytes) -> None:
    """The library of the format reads the same."""
    arrays = _load("w.safetensors", data)
    if arrays is None:
        return
    from safetensors.numpy import load

    if any(array.dtype == np.float32 for array in arrays.values()) and b"BF16" in data:
        return  # numpy has no such type, and the library gives none
    _same_arrays(arrays, load(data))


def npz(data: bytes) -> None:
    """Numpy reads the same."""
    arrays = _load("w.npz", data)
    if arrays is not None:
        with np.load(io.BytesIO(data), allow_pickle=False) as other:
            _same_arrays(arrays, dict(other.items()))


def _load(name: str, data: bytes) -> parameter_files.Arrays | None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(data)
        try:
            return parameter_files.load(name, Path(folder))
        except errors.FileError:
            return None


def _same_arrays(one: parameter_files.Arrays, other: parameter_files.Arrays) -> None:
    assert set(one) == set(other)
    for name, array in one.items():
        assert array.shape == other[name].shape
        assert array.dtype == other[name].dtype
        assert array.tobytes() == other[name].tobytes()


# --- numbers -------------------------------------------------------------------------------------


def number(data: bytes) -> None:
    """A cell and a number of a spec: what is accepted is what `float` and `Fraction` say."""
    text = data.decode(errors="surrogateescape")
    try:
        found = typed_numbers.number(text)
    except ValueError:
        pass
    else:
        assert repr(found) == repr(float(text))
        assert "_" not in text
    try:
        value = literals.value(data)
    except ValueError:
        return
    assert math.isfinite(value)
    if data[:1] == b'"':
        p, q = msgspec.json.decode(data).split("/")
        assert value == float(Fraction(int(p), int(q)))
    elif json_text.check(data).problems == []:
        assert value == float(data)


# --- networks of other tools ----------------------------------------------------------------------


def _import(row: table_of_readers.Format) -> Callable[[bytes], None]:
    """Any bytes are a network or are refused in words."""
    told = {"inputs": 2, "outputs": 1, "activations": ["relu", "identity"]}
    options = {key: value for key, value in told.items() if key in row.options}

    def target(data: bytes) -> None:
        source = Source(Path(f"f{row.suffixes[0]}"), data)
        try:
            network = network_of(row.read(source, Options(**options)))
        except errors.SpecError:
            assert row.is_spec, "a reader has made a spec that is none"
            return  # a graph that people have written by the rules of specs
        except errors.DeepgraphError:
            return
        assert len(network.outputs) >= 1
        assert np.isfinite(network.parameters.values).all()

    return target


IMPORTS = {f"import-{row.name}": _import(row) for row in table_of_readers.FORMATS}
"""A target for each format of `deepgraph import`."""

TARGETS = {
    "spec": spec,
    "table": table,
    "parquet": parquet,
    "safetensors": safetensors,
    "npz": npz,
    "number": number,
    **IMPORTS,
}
