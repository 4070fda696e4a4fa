"""Exported models of ONNX: checked by the package onnx, run by onnxruntime."""

from __future__ import annotations

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepgraph
from deepgraph.formats import writers
from deepgraph.functions.activations import ACTIVATIONS
from tests.support.exported import close, rows_for, tame
from tests.support.strategies import (
    GALLERY,
    LIPSCHITZ,
    examples,
    inputs,
    irregular_specs,
    layered_specs,
    network,
)

UNIT = {"float32": 1e-5, "float64": 1e-12}


def run_onnx(net, X, dtype):
    content = writers.write(net, "onnx", dtype)
    model = onnx.load_model_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    assert (metadata["inputs"], metadata["outputs"]) == (net.input_names, net.output_names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    [found] = session.run(["outputs"], {"inputs": np.ascontiguousarray(X, dtype)})
    return found


@pytest.mark.parametrize("dtype", UNIT)
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery(path, dtype):
    net = deepgraph.load(path)
    X = rows_for(net).astype(dtype)
    assert close(run_onnx(net, X, dtype), net(X, dtype=dtype), UNIT[dtype])


def test_a_dense_network_is_a_chain_of_gemm():
    net = deepgraph.load(next(path for path in GALLERY if path.stem == "iris"))
    graph = onnx.load_model_from_string(writers.write(net, "onnx")).graph
    assert [node.op_type for node in graph.node] == ["Gemm", "Relu", "Gemm", "Softmax"]
    assert [tensor.name for tensor in graph.initializer] == ["W1", "b1", "W2", "b2"]


@examples(60)
@given(st.data())
@pytest.mark.parametrize("dtype", UNIT)
def test_smooth_networks(dtype, data):
    net = network(data.draw(irregular_specs(LIPSCHITZ, ("sum", "mean", "max", "min"))))
    X = tame(data.draw(inputs(net))).astype(dtype)
    assert close(run_onnx(net, X, dtype), net(X, dtype=dtype), UNIT[dtype])


@examples(60)
@given(st.data())
@pytest.mark.parametrize("dtype", UNIT)
def test_everything_is_a_valid_model(dtype, data):
    """Steps and poles make any bound void, but every value has its place and its type."""
    net = network(data.draw(st.one_of(irregular_specs(), layered_specs())))
    X = tame(data.draw(inputs(net))).astype(dtype)
    assert run_onnx(net, X, dtype).shape == (len(X), len(net.outputs))


@pytest.mark.parametrize("dtype", UNIT)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function(name, dtype):
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
    z = np.concatenate([np.linspace(-30, 30, 1201), np.arange(-8, 9) / 2, [0.0]]).astype(dtype)
    found, expected = run_onnx(net, z[:, None], dtype), net(z[:, None], dtype=dtype)
    unit = 2e-6 if dtype == "float32" else 1e-14
    equal = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= unit * np.maximum(1, np.abs(expected))
    assert np.all(equal | near)
