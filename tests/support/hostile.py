# ruff: noqa: E501 (a case is a line)
"""Files that were made to do harm, or that are broken, and the words that refuse them."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import struct
import zipfile
import zlib

import h5py
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests.support.models import REAL

REAL_ONNX = (REAL / "marabou_fc_2-2-3.onnx").read_bytes()
REAL_H5 = (REAL / "marabou_fc_2-2sigmoids-3.h5").read_bytes()
REAL_PICKLE = (REAL / "neatpython_bipedal_winner.pickle").read_bytes()


class Runs:
    """An object whose pickle calls a function when it is loaded."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def model(nodes, shape, constants=(), outputs=("y",), **more):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        list(constants),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], **more)


def one(op, *inputs, constants=(), shape=("N", 3), domain="", **attributes):
    node = helper.make_node(op, ["x", *inputs], ["y"], name="bad", domain=domain, **attributes)
    return model([node], shape, constants).SerializeToString()


def external(location, **told):
    tensor = TensorProto(name="w", data_type=1, dims=[3, 3], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **told}.items():
        tensor.external_data.add(key=key, value=value)
    return one("MatMul", "w", constants=[tensor])


def lying(dims, content=b"\0" * 16):
    tensor = TensorProto(name="w", data_type=1, dims=dims, raw_data=content)
    return one("MatMul", "w", constants=[tensor])


def hdf5(build):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        layers = [{"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [None, 2]}}]
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
        )
        group = file.create_group("model_weights/d")
        group.attrs["weight_names"] = ["k", "b"]
        build(file, group)
    return stream.getvalue()


def outside(_, group):
    group["k"] = h5py.ExternalLink("/etc/passwd", "/")


def stored_outside(_, group):
    group.create_dataset("k", (2, 2), "f4", external=[("/etc/passwd", 0, 16)])


def virtual(_, group):
    layout = h5py.VirtualLayout((2, 2), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "k", (2, 2))
    group.create_virtual_dataset("k", layout)


def never_written(_, group):
    group.create_dataset("k", (20_000, 20_000), "f4", chunks=(100, 100))


def soft(file, group):
    group["k"] = h5py.SoftLink("/nowhere")


def keras(config):
    return zipped(**{"config.json": json.dumps(config), "model.weights.h5": REAL_H5})


def lambda_layer():
    layers = [
        {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 2]}},
        {"class_name": "Lambda", "config": {"name": "code", "function": "4wEAAAA"}},
    ]
    return keras({"class_name": "Sequential", "config": {"name": "s", "layers": layers}})


def torch_pickle(content):
    return zipped(archive__data__pkl=b"") if content is None else zipped(**{"a/data.pkl": content})


def deep(count):
    return (
        b"\x80\x04" + b"(" * count + b"."
        if False
        else b"\x80\x04" + b"]" * count + b"a" * (count - 1) + b"."
    )


def bomb(count):
    """Lists that hold the one before ten times."""
    code = b"\x80\x04]\x94"
    for number in range(count):
        code += b"](" + b"h" + bytes([number]) + (b"h" + bytes([number])) * 9 + b"e\x94"
    return code + b"."


def wide_input():
    node = helper.make_node("Relu", ["x"], ["y"])
    return model([node], [1, 100_000_000]).SerializeToString()


DOCTYPE = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
)
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&a;" * 10) for n in range(9))
    + b"]><l>&b8;</l>"
)

STATE = pickle.dumps({"a": 1})


def deep_key(levels):
    """A pickle of a dictionary whose key is a tuple of twice the same tuple, level by level."""
    return b"\x80\x02}K\x01" + b"q\x00h\x00\x86" * levels + b"K\x01s."


def many_links(levels):
    """An HDF5 file of groups with two links to the next one each."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["model_config"] = "{}"
        group = file.create_group("model_weights")
        for _ in range(levels):
            inner = group.create_group("a")
            group["b"] = inner
            group = inner
    return stream.getvalue()


def folded(*nodes):
    """A model whose first layer adds what operators make of constants."""
    small = [
        numpy_helper.from_array(np.ones((1 << 17, 1), "f4"), "tall"),
        numpy_helper.from_array(np.ones((1, 1 << 10), "f4"), "wide"),
    ]
    made = [helper.make_node(op, inputs, [out], **more) for op, inputs, out, more in nodes]
    last = helper.make_node("Add", ["x", nodes[-1][2]], ["y"])
    return model([*made, last], ["N", 3], small).SerializeToString()


CASES = {
    # What grows without bound while it is read.
    "nested_key.pkl": (deep_key(60), "tuples in a tuple"),
    "nested_text.pkl": (
        b"\x80\x02c_codecs\nencode\nK\x01" + b"q\x00h\x00\x86" * 60 + b"X\x06\x00\x00\x00latin1\x86R.",
        "not a text",
    ),
    "many_links.h5": (many_links(28), "."),
    "sum_of_constants.onnx": (folded(("Add", ["tall", "wide"], "c", {})), "entries"),
    "joined_constants.onnx": (
        folded(*(("Concat", [a, a], b, {"axis": 0}) for a, b in
                 zip(["tall", *"abcdefghijkl"], "abcdefghijklm", strict=True))),
        "entries",
    ),
    "gathered_constants.onnx": (
        folded(("Cast", ["tall"], "i", {"to": 7}), ("Gather", ["wide", "i"], "c", {"axis": 0})),
        "entries",
    ),
    "mask_of_dropout.onnx": (
        model(
            [
                helper.make_node("Dropout", ["x"], ["d", "mask"]),
                helper.make_node("Mul", ["d", "mask"], ["y"]),
            ],
            ["N", 3],
        ).SerializeToString(),
        "not read|mask",
    ),
    # Pickles that would run something.
    "runs_system.pkl": (pickle.dumps(Runs(os.system, "touch pwned")), "posix.system"),
    "runs_eval.pkl": (pickle.dumps(Runs(eval, "1")), "builtins.eval"),
    "runs_exec.joblib": (pickle.dumps(Runs(exec, "import os"), protocol=2), "exec"),
    "runs_getattr.pkl": (pickle.dumps(Runs(getattr, os, "name")) if False else
                         b"cbuiltins\ngetattr\n(X\x01\x00\x00\x00aX\x01\x00\x00\x00btR.", "getattr"),
    "runs_numpy.pkl": (b"cnumpy.testing._private.utils\nrunstring\n(S'import os'\n}tR.", "runstring"),
    "runs_load.pth": (torch_pickle(pickle.dumps(Runs(pickle.loads, STATE))), "_pickle.loads"),
    "runs_old.pth": (pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
                     + pickle.dumps(Runs(os.system, "id"), 2), "system"),
    "main.pkl": (b"c__main__\nNet\n.", "__main__.Net"),
    "extension.pkl": (b"\x82\x01.", "extension"),
    "persistent.pkl": (b"Pkey\n.", "persistent"),
    "buffer.pkl": (b"\x80\x05\x97.", "buffer"),
    # Pickles that are broken or too much.
    "empty.pkl": (b"", "is empty"),
    "cut.pickle": (REAL_PICKLE[:900], "cut off"),
    "no_opcode.pkl": (b"\xff\xff", "opcode"),
    "mark.pkl": (b"t.", "damaged"),
    "integer.pkl": (b"\x8b\xff\xff\xff\x7f.", "integer"),
    "digits.pkl": (b"I" + b"9" * 9000 + b"\n.", "digits"),
    "deep.pkl": (deep(200_000), "holds no"),
    "bomb.pkl": (bomb(30), "holds no"),
    "shape.pkl": (pickle.dumps(np.zeros(3)).replace(b"K\x03\x85", b"J\xff\xff\xff\x7f\x85"), "shape"),
    "zlib.joblib": (lambda: zlib.compress(b"\0" * (300 << 20)), "unpacks to more"),
    "gzip.joblib": (lambda: gzip.compress(b"\0" * (300 << 20), 9), "unpacks to more"),
    "cut.joblib": (zlib.compress(pickle.dumps(list(range(9999))))[:-20], "cut off"),
    "forest.pkl": (b"csklearn.ensemble._forest\nRandomForestClassifier\n)\x81}b.", "not a network"),
    "unfitted.pkl": (b"csklearn.neural_network._multilayer_perceptron\nMLPClassifier\n)\x81}b.",
                     "before it was fitted|how many inputs"),
    # PyTorch.
    "script.pt": (zipped(**{"a/data.pkl": STATE, "a/constants.pkl": STATE}), "TorchScript"),
    "no_tensor.pth": (zipped(**{"a/data.pkl": STATE}), "no tensor"),
    "other.pth": (b"not a model", "opcode|damaged|cut off"),
    "twice.pth": (b"PK\x03\x04" + b"\0" * 40, "zip"),
    "bomb.pth": (lambda: zipped(**{"a/data.pkl": b"\0" * (100 << 20)}), "unpacks to"),
    "header.safetensors": (struct.pack("<Q", 1 << 60) + b"{}", "header"),
    "lies.safetensors": (struct.pack("<Q", 64) + json.dumps(
        {"w": {"dtype": "F32", "shape": [1 << 30, 1 << 30], "data_offsets": [0, 4]}}).encode().ljust(64)
        + b"\0" * 4, "header|fit its shape|JSON"),
    # ONNX.
    "outside.onnx": (external("/etc/passwd"), "plain file name"),
    "above.onnx": (external("../w.data"), "plain file name"),
    "missing.onnx": (external("w.data"), "does not lie beside"),
    "offset.onnx": (external("w.data", offset="-1"), "impossible place"),
    "length.onnx": (external("w.data", length="99999999999999"), "impossible place"),
    "dims.onnx": (lying([1 << 40, 1 << 40]), "do not fit its shape"),
    "negative.onnx": (lying([-1, 3]), "an impossible shape"),
    "axes.onnx": (lying([1] * 99, b"\0" * 4), "an impossible shape"),
    "wide.onnx": (wide_input(), "100,000,000 entries"),
    "cut.onnx": (REAL_ONNX[:300], "cut off|no ONNX"),
    "text.onnx": (b"hello", "cut off|no ONNX|no message|no type"),
    "empty.onnx": (b"", "is empty"),
    "varint.onnx": (b"\xff" * 30, "cut off|no message"),
    "cycle.onnx": (model([helper.make_node("Add", ["x", "b"], ["a"], name="one"),
                          helper.make_node("Relu", ["a"], ["b"], name="two")], ["N", 2],
                         outputs=["b"]).SerializeToString(), "cycle"),
    "code.onnx": (one("Run", domain="evil"), 'domain "evil"'),
    "lstm.onnx": (one("LSTM", shape=(1, 1, 3)), 'LSTM "bad": a recurrent'),
    "loop.onnx": (one("Loop"), 'Loop "bad"'),
    "random.onnx": (one("RandomNormalLike"), 'RandomNormalLike "bad": random'),
    "int8.onnx": (one("QuantizeLinear"), 'QuantizeLinear "bad"'),
    "norm.onnx": (one("LayerNormalization"), 'LayerNormalization "bad"'),
    "product.onnx": (model([helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0]),
                            helper.make_node("MatMul", ["x", "t"], ["y"], name="bad")], [2, 2]
                           ).SerializeToString(), 'MatMul "bad": a product of two computed'),
    "expand.onnx": (one("Expand", "s", constants=[numpy_helper.from_array(
        np.array([1 << 30, 3]), "s")]), "edges"),
    "open.onnx": (model([helper.make_node("Relu", ["x"], ["y"])], ["N", "width"]).SerializeToString(),
                  "no fixed size: axis 1 is width"),
    # Keras.
    "outside.h5": (hdf5(outside), "link to another place"),
    "soft.h5": (hdf5(soft), "link to another place"),
    "stored.h5": (hdf5(stored_outside), "in another file"),
    "virtual.h5": (hdf5(virtual), "in another file"),
    "huge.h5": (hdf5(never_written), "claims"),
    "cut.h5": (REAL_H5[:4000], "damaged"),
    "text.h5": (b"hello", "not an HDF5 file"),
    "lambda.keras": (lambda_layer(), 'Lambda "code": it is code'),
    "no_config.keras": (zipped(**{"a.txt": "hello"}), "config.json"),
    "config.keras": (zipped(**{"config.json": "[" * 10_000, "model.weights.h5": REAL_H5}), "JSON"),
    "bomb.keras": (lambda: zipped(**{"config.json": " " * (100 << 20)}), "unpacks to"),
    # Texts.
    "doctype.pmml": (DOCTYPE, "DOCTYPE"),
    "laughs.pmml": (LAUGHS, "DOCTYPE"),
    "doctype.graphml": (DOCTYPE, "DOCTYPE"),
    "doctype.gexf": (LAUGHS, "DOCTYPE"),
    "deep.pmml": (b"<a>" * 5000 + b"</a>" * 5000, "deep"),
    "broken.pmml": (b"<a><b></a>", "not XML"),
    "unbound.pmml": (b"<y:a/>", "not XML: unbound prefix"),
    "unbound.graphml": (b"<graphml><y:a/></graphml>", "not XML: unbound prefix"),
    "sizes.nnet": (b"1,100000000,1,\n100000000,1,\n0,\n0\n0\n0\n0\n", "up to"),
    "numbers.nnet": (b"1,2,1,\n2,1,\n0,\n0,0\n1,1\n0,0,0\n1,1,1\n1,__import__('os'),\n0\n", "expected a number"),
    "cut.nnet": (b"1,2,1,\n2,1,\n0,\n", "ends before"),
    "neurons.net": (b"FANN_FLO_2.1\nlayer_sizes=3 99999999999 2\nneurons=\nconnections=\n", "whole number"),
    "fixed.net": (b"FANN_FIX_2.1\n", "fixed-point"),
    "cyclic.net": (b"1 1\n\ncyclic\n\n0 1 0.5\n\n0 ReLU\n", "cyclic"),
    "matrix.out": (b"1,2\n3\n", "matrix"),
    "system.m": (b"IW1_1 = [system('id')];\na1 = tansig_apply(IW1_1*X);\n", "expected a number"),
    "gated.json": (json.dumps({"neurons": [
        {"layer": "input", "squash": "TANH"}, {"layer": "output", "squash": "TANH"}],
        "connections": [{"from": 0, "to": 1, "weight": 1, "gater": 0}]}).encode(), "gated"),
    "deep.json": (b'{"squash": "connections", "a": ' + b"[" * 20_000, "nested too deeply"),
    "recurrent.json": (json.dumps({"network_type": "recurrent", "topology": {"input_keys": []}}).encode(),
                       "recurrent"),
    "twice.csv": (b"source,target,weight\na,b,1\na,b,2\n", "twice"),
    "module.yml": (b"- { id: 1, type: EVIL, activation: NullActivation }\n", "EVIL"),
}  # fmt: skip
"""File name, content, and a pattern of the words.

Where a content takes a second to make, it is a function: every process of the tests imports this.
"""


def content_of(name):
    """The bytes of a case."""
    content, _ = CASES[name]
    return content() if callable(content) else content


OPTIONS = {".out": {"inputs": 1, "outputs": 1}}
