from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError

import deepgraph
from deepgraph.errors import FileError, InputError, SpecError, UninitialisedError
from deepgraph.graph import npz, parameter_files
from tests.support.strategies import examples

DENSE = {
    "deepgraph": 1,
    "layers": [
        {"id": "x", "size": 3},
        {"id": "h", "size": 2, "activation": "relu", "weights": "W1", "bias": "b1"},
        {"id": "y", "size": 1, "weights": "W2", "bias": None},
    ],
}
SMALL = {
    "deepgraph": 1,
    "nodes": [
        {"id": "x", "kind": "input"},
        {"id": "b", "kind": "bias"},
        {"id": "h"},
        {"id": "y", "kind": "output"},
    ],
    "edges": [
        {"source": "x", "target": "h", "label": "w1"},
        {"source": "b", "target": "h"},
        {"source": "h", "target": "y", "label": "w2"},
        {"source": "x", "target": "y", "label": "w3"},
    ],
    "groups": {"w23": ["w2", "w3"]},
}
W1 = np.array([[0.1, 0.2, 0.3], [-1, 2, -3]])
GOOD = {"W1": W1, "b1": np.array([0.5, -0.5]), "W2": np.array([[1.0, -2.0]])}


def save(path, arrays):
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    else:
        tidy = {name: np.asarray(array, order="C") for name, array in arrays.items()}
        safetensors.numpy.save_file(tidy, path, {"made by": "a test"})


def written(folder, spec, file, arrays=None):
    path = folder / "net.json"
    path.write_text(json.dumps({**spec, "parameters": file}))
    if arrays is not None:
        save(folder / file, arrays)
    return path


def problems(path):
    with pytest.raises(SpecError) as caught:
        deepgraph.load(path)
    assert {problem.path for problem in caught.value.problems} == {"$.parameters"}
    return [problem.message for problem in caught.value.problems]


SUFFIXES = pytest.mark.parametrize("suffix", [".npz", ".safetensors"])


@SUFFIXES
def test_matrices_and_vectors(tmp_path, suffix):
    net = deepgraph.load(written(tmp_path, DENSE, f"w{suffix}", GOOD))
    inside = {name: array.tolist() for name, array in GOOD.items()}
    same = deepgraph.loads(json.dumps({**DENSE, "parameters": inside}))
    assert np.array_equal(net.parameters.values, same.parameters.values)
    X = np.random.default_rng(1).normal(size=(20, 3))
    assert np.array_equal(net(X), same(X))


@SUFFIXES
def test_labels_biases_and_groups(tmp_path, suffix):
    arrays = {"w1": np.array(0.25), "b": np.array([2]), "w23": np.array([3.0, 4.0])}
    net = deepgraph.load(written(tmp_path, SMALL, f"w{suffix}", arrays))
    values = {name: net.parameters.values[net.parameters.find(name)] for name in ("w1", "b")}
    assert values == {"w1": 0.25, "b": 2.0}
    assert net({"x": 1.0}).tolist() == [[(0.25 + 2) * 3 + 4]]


KINDS = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]


@SUFFIXES
@pytest.mark.parametrize("kind", [*KINDS, ">f8", ">i4", "bf16"])
def test_types_of_numbers(tmp_path, suffix, kind):
    if kind == "bf16":
        kind = ml_dtypes.bfloat16
        if suffix == ".npz":
            pytest.skip("numpy writes it as raw bytes")
    if suffix == ".safetensors" and str(kind).startswith(">"):
        pytest.skip("the format is little-endian")
    array = (np.arange(6).reshape(2, 3) * (1.1 if "f" in str(kind) else 1)).astype(kind)
    net = deepgraph.load(written(tmp_path, DENSE, f"w{suffix}", {"W1": array}))
    assert net.parameters.values[:6].tolist() == array.astype(np.float64).ravel().tolist()
    assert len(net.parameters.missing) == 4


def test_a_matrix_stored_by_columns(tmp_path):
    path = written(tmp_path, DENSE, "w.npz", {**GOOD, "W1": np.asfortranarray(W1)})
    assert deepgraph.load(path).parameters.values[:6].tolist() == W1.ravel().tolist()
    np.savez_compressed(tmp_path / "w.npz", **GOOD)
    assert deepgraph.load(path).parameters.values[:6].tolist() == W1.ravel().tolist()


def test_float32_is_taken_exactly(tmp_path):
    arrays = {"w1": np.float32(0.1), "b": np.float32(1 / 3), "w23": np.zeros(2)}
    net = deepgraph.load(written(tmp_path, SMALL, "w.safetensors", arrays))
    assert net.parameters.values[net.parameters.find("w1")] == float(np.float32(0.1))


@SUFFIXES
def test_what_is_missing_is_uninitialised(tmp_path, suffix):
    path = written(tmp_path, SMALL, f"w{suffix}", {"w1": np.array(1.0)})
    net = deepgraph.load(path)
    with pytest.raises(UninitialisedError) as caught:
        net({"x": 1.0})
    assert caught.value.names == ["b", "w2", "w3"]
    drawn = net.initialised(1)
    assert np.isfinite(drawn({"x": 1.0})).all()
    for do in (lambda: drawn.save(path), lambda: deepgraph.load(path).initialised(2).save(path)):
        with pytest.raises(InputError) as refused:
            do()
        assert str(refused.value) == (
            f"the parameters of this spec are in w{suffix}, which lacks b; numbers are written "
            "into specs only. Add it to that file, or draw it on the fly: network.initialised(1)"
        )


def test_saving_keeps_the_name_and_stays_beside_the_file(tmp_path):
    path = written(tmp_path, DENSE, "w.npz", GOOD)
    net = deepgraph.load(path)
    net.save(tmp_path / "other.json")
    assert json.loads((tmp_path / "other.json").read_text())["parameters"] == "w.npz"
    assert np.array_equal(deepgraph.load(tmp_path / "other.json")(W1), net(W1))
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(InputError) as caught:
        net.save(tmp_path / "elsewhere" / "net.json")
    assert str(caught.value) == (
        f"{tmp_path / 'elsewhere' / 'net.json'}: w.npz does not lie beside it, where its "
        f"parameters would be looked for; save it in {tmp_path}"
    )


# --- what does not fit --------------------------------------------------------------------------


@SUFFIXES
@pytest.mark.parametrize(
    ("spec", "arrays", "message"),
    [
        (
            DENSE,
            {"W1": W1.T},
            '"W1" in F has the shape 3 × 2, and the network needs the shape 2 × 3',
        ),
        (
            DENSE,
            {"b1": np.zeros((2, 1))},
            '"b1" in F has the shape 2 × 1, and the network needs the shape 2',
        ),
        (
            SMALL,
            {"w23": np.zeros(3)},
            '"w23" in F has the shape 3, and the network needs the shape 2',
        ),
        (
            SMALL,
            {"w1": np.zeros((1, 1))},
            '"w1" in F has the shape 1 × 1, and the network needs a single number',
        ),
        (
            DENSE,
            {"W1": np.array([[1, 2, np.nan], [1, 2, 3]])},
            '"W1" in F holds nan at [0][2]; its numbers are finite',
        ),
        (SMALL, {"w1": np.array(-np.inf)}, '"w1" in F holds -inf; its numbers are finite'),
        (
            SMALL,
            {"w23": np.array([1, 2**53 + 1])},
            '"w23" in F holds 9007199254740993 at [1], beyond 2**53',
        ),
        (SMALL, {"w_1": np.array(1.0)}, '"w_1" in F: nothing is named "w_1"; did you mean "w1"?'),
        (
            DENSE,
            {"W1[1,2]": np.array(1.0)},
            '"W1[1,2]" in F: "W1[1,2]" is an entry of "W1"; give its value there',
        ),
    ],
)
def test_what_does_not_fit(tmp_path, suffix, spec, arrays, message):
    file = f"F{suffix}"
    path = written(tmp_path, spec, file, arrays)
    assert problems(path) == [message.replace("in F", f"in {file}")]


def test_all_problems_at_once(tmp_path):
    arrays = {"W1": np.zeros(1), "b1": np.zeros(1), "nobody": np.zeros(1)}
    assert len(problems(written(tmp_path, DENSE, "w.npz", arrays))) == 3


def test_another_value_in_the_spec(tmp_path):
    spec = json.loads(json.dumps(SMALL))
    spec["edges"][0]["weight"] = 0.5
    path = written(tmp_path, spec, "w.npz", {"w1": np.array(0.25), "b": 1, "w23": np.ones(2)})
    assert problems(path) == [
        '"w1" is 0.25 here and 0.5 at $.edges[0].weight; one parameter has one value'
    ]
    save(tmp_path / "w.npz", {"w1": np.array(0.5), "b": 1, "w23": np.ones(2)})
    deepgraph.load(path)  # the same again is fine


# --- where the file may be ----------------------------------------------------------------------

PLAIN = "a plain file name belongs here, of a file beside the spec"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../w.npz", f"../w.npz: {PLAIN}"),
        ("a/w.npz", f"a/w.npz: {PLAIN}"),
        ("a\\w.npz", f"a\\w.npz: {PLAIN}"),
        ("/etc/w.npz", f"/etc/w.npz: {PLAIN}"),
        ("C:w.npz", f"C:w.npz: {PLAIN}"),
        ("./w.npz", f"./w.npz: {PLAIN}"),
        ("w\0.npz", f"w\\x00.npz: {PLAIN}"),
        ("file:///w.npz", f"file:///w.npz: {PLAIN}"),
        ("..", "expected an object, or the name of a file .safetensors or .npz"),
        ("", "expected an object, or the name of a file .safetensors or .npz"),
        ("w.pkl", "expected an object, or the name of a file .safetensors or .npz"),
        ("w.npy", "expected an object, or the name of a file .safetensors or .npz"),
        ("w.NPZ", "expected an object, or the name of a file .safetensors or .npz"),
        (".npz", "expected an object, or the name of a file .safetensors or .npz"),
        ("none.npz", "none.npz: no such file beside the spec"),
        ("n" * 300 + ".npz", "n" * 300 + ".npz: cannot be read: file name too long"),
        ("folder.npz", "folder.npz: this is no plain file"),
        ("pipe.npz", "pipe.npz: this is no plain file"),
        ("device.npz", "device.npz: the link leads out of the spec's folder; put the file there"),
        ("out.npz", "out.npz: the link leads out of the spec's folder; put the file there"),
        ("chain.npz", "chain.npz: the link leads out of the spec's folder; put the file there"),
        ("loop.npz", "loop.npz: cannot be read: too many levels of symbolic links"),
    ],
)
def test_where_the_file_may_be(tmp_path, name, message):
    folder = tmp_path / "here"
    folder.mkdir()
    save(tmp_path / "w.npz", GOOD)
    (folder / "folder.npz").mkdir()
    os.mkfifo(folder / "pipe.npz")
    (folder / "device.npz").symlink_to("/dev/zero")
    (folder / "out.npz").symlink_to("../w.npz")
    (folder / "chain.npz").symlink_to("out.npz")
    (folder / "loop.npz").symlink_to("loop.npz")
    assert problems(written(folder, DENSE, name)) == [message]


def test_a_link_within_the_folder_and_a_folder_behind_a_link(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    path = written(folder, DENSE, "w.npz")
    save(folder / "real.npz", GOOD)
    (folder / "w.npz").symlink_to("real.npz")
    deepgraph.load(path)
    (tmp_path / "link").symlink_to("here")
    deepgraph.load(tmp_path / "link" / "net.json")


def test_a_text_has_no_folder(tmp_path):
    save(tmp_path / "w.npz", GOOD)
    text = json.dumps({**DENSE, "parameters": "w.npz"})
    with pytest.raises(SpecError) as caught:
        deepgraph.loads(text)
    assert caught.value.problems[0].message == (
        "w.npz cannot be found: this spec was not read from a file, so that nothing lies beside "
        "it; write the numbers here, or read the spec by its file name"
    )
    assert len(deepgraph.loads(text, folder=tmp_path).parameters.missing) == 0


# --- files that are none ------------------------------------------------------------------------


def tensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(first=0, last=8, shape=(1,), dtype="F64"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [first, last]}


BAD_TENSORS = {
    b"": "it is too short",
    b"\0" * 7: "it is too short",
    tensors({}, length=3): "a header of 3 bytes",
    tensors({}, length=100): "a header of 100 bytes",
    tensors({}, length=2**63): "a header of 9,223,372,036,854,775,808 bytes",
    tensors(b"{"): "its header is not JSON",
    tensors(b"\xff\xff"): "its header is not JSON",
    tensors(b"[" * 100_000): "its header is not JSON",
    tensors(b"[]"): "its header is no JSON object",
    tensors(b'{"a": 1, "a": 2}'): "its header has a name twice",
    tensors({"w": 1}): '"w" needs dtype, shape and data_offsets',
    tensors({"w": {**tensor(), "more": 1}}, bytes(8)): '"w" needs dtype, shape and data_offsets',
    tensors({"w": tensor(dtype="BOOL", last=1)}, bytes(1)): (
        '"w" holds BOOL; known: F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8'
    ),
    tensors({"w": tensor(shape=[-1])}, bytes(8)): (
        'shape and data_offsets of "w" are lists of sizes'
    ),
    tensors({"w": tensor(shape=[1.0])}, bytes(8)): (
        'shape and data_offsets of "w" are lists of sizes'
    ),
    tensors({"w": tensor(shape=[True])}, bytes(8)): (
        'shape and data_offsets of "w" are lists of sizes'
    ),
    tensors({"w": tensor(shape=[2])}, bytes(8)): 'the bytes of "w" do not fit its shape 2',
    tensors({"w": tensor(shape=[2**40, 2**40])}, bytes(8)): (
        'the bytes of "w" do not fit its shape 1099511627776 × 1099511627776'
    ),
    tensors({"w": tensor(8, 0)}, bytes(8)): 'the bytes of "w" do not fit its shape 1',
    tensors({"w": tensor()}, bytes(7)): "it is cut off",
    tensors({"w": tensor()}, bytes(9)): "1 bytes behind the last tensor",
    tensors({"w": tensor(8, 16)}, bytes(16)): '"w" begins at byte 8 instead of 0',
    tensors({"v": tensor(), "w": tensor(4, 12)}, bytes(16)): '"w" begins at byte 4 instead of 8',
}


@pytest.mark.parametrize("content", BAD_TENSORS)
def test_no_safetensors(tmp_path, content):
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(FileError) as caught:
        parameter_files.load("w.safetensors", tmp_path)
    message = BAD_TENSORS[content]
    assert str(caught.value) == f"w.safetensors: not a .safetensors file: {message}"
    if b"BOOL" not in content and b"more" not in content:  # which the package lets through
        with pytest.raises(SafetensorError):
            safetensors.numpy.load(content)


SHAPES = st.lists(st.integers(0, 3), max_size=3).map(tuple)


@examples(100)
@given(st.dictionaries(st.text(max_size=5), st.tuples(SHAPES, st.sampled_from(KINDS)), max_size=4))
def test_what_safetensors_writes_is_read(tmp_path_factory, shapes):
    arrays = {
        name: np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind)
        for name, (shape, kind) in shapes.items()
        if name != "__metadata__"
    }
    folder = tmp_path_factory.mktemp("t")
    (folder / "w.safetensors").write_bytes(safetensors.numpy.save(arrays))
    found = parameter_files.load("w.safetensors", folder)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)


@examples(300)
@given(st.data())
def test_a_changed_file_is_read_alike_or_refused_by_both(tmp_path_factory, data):
    content = bytearray(safetensors.numpy.save({"w": np.ones(2), "v": np.ones((2, 1), "f4")}))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.sampled_from(list(b'\0\x01 09}{"[],:w\xff')))
    folder = tmp_path_factory.mktemp("t")
    (folder / "w.safetensors").write_bytes(content)
    try:
        theirs = safetensors.numpy.load(bytes(content))
    except (SafetensorError, KeyError):
        theirs = None
    try:
        ours = parameter_files.load("w.safetensors", folder)
    except FileError:
        ours = None
    if theirs is None:
        assert ours is None
    elif ours is not None:  # theirs also takes names twice, and types of no numbers
        assert {n: a.tolist() for n, a in ours.items()} == {
            n: a.tolist() for n, a in theirs.items()
        }


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def array_bytes(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/deepgraph-was-here",)


def twice():
    return zipped(w=array_bytes(np.array(1.0)), v=array_bytes(np.array(2.0))).replace(
        b"v.n", b"w.n"
    )


def lying(shape):
    """A header that promises more than there is."""
    content = array_bytes(np.zeros(2))
    wide = f"({shape},), }}".ljust(len("(2,), }") + 20)
    return content.replace(b"(2,), }" + b" " * 20, wide.encode())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "File is not a zip file"),
        (pickle.dumps(Evil()), "File is not a zip file"),
        (array_bytes(np.zeros(2)), "File is not a zip file"),
        (zipped(w=b"abc"), None),
        (zipped(w=pickle.dumps(Evil())), None),
        (
            zipped(w=array_bytes(np.array([Evil()]), allow_pickle=True)),
            '"w" holds Python objects, not numbers of at most 64 bits',
        ),
        (
            zipped(w=array_bytes(np.array(["a"]))),
            '"w" holds <U1, not numbers of at most 64 bits',
        ),
        (
            zipped(w=array_bytes(np.array([1j]))),
            '"w" holds complex128, not numbers of at most 64 bits',
        ),
        (
            zipped(w=array_bytes(np.array([True]))),
            '"w" holds bool, not numbers of at most 64 bits',
        ),
        (
            zipped(w=array_bytes(np.zeros(1, "f8,f8"))),
            "\"w\" holds [('f0', '<f8'), ('f1', '<f8')], not numbers of at most 64 bits",
        ),
        (zipped(w=array_bytes(np.zeros(2))[:-1]), 'the bytes of "w" do not fit its shape 2'),
        (zipped(w=array_bytes(np.zeros(2)) + b"a"), 'the bytes of "w" do not fit its shape 2'),
        (
            zipped(w=lying(10**15)),
            'the bytes of "w" do not fit its shape 1000000000000000',
        ),
        (twice(), "it holds a name twice"),
    ],
)
def test_no_npz(tmp_path, content, message):
    (tmp_path / "w.npz").write_bytes(content)
    with pytest.raises(FileError) as caught:
        parameter_files.load("w.npz", tmp_path)
    assert str(caught.value).startswith("w.npz: not a .npz file: " + (message or ""))
    assert message is None or str(caught.value).endswith(message)
    assert not os.path.exists("/tmp/deepgraph-was-here")


@examples(200)
@given(st.data())
def test_a_changed_npz_is_numbers_or_refused(tmp_path_factory, data):
    stream = io.BytesIO()
    np.savez_compressed(stream, w=np.arange(9.0), v=np.ones(2, "f4"))
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("t")
    (folder / "w.npz").write_bytes(content[: data.draw(st.sampled_from([None, 50, -1, -30]))])
    try:
        found = parameter_files.load("w.npz", folder)
    except FileError as error:
        assert str(error).startswith("w.npz: ")  # noqa: PT017
    else:
        assert all(array.dtype.kind in "fiu" for array in found.values())


def test_sizes_are_limited(tmp_path, monkeypatch):
    save(tmp_path / "w.npz", {"w": np.zeros(1000)})
    np.savez_compressed(tmp_path / "bomb.npz", w=np.zeros(100_000))
    with (tmp_path / "w.safetensors").open("wb") as stream:
        stream.truncate(parameter_files.LARGEST_FILE + 1)  # a hole, which takes no space
    with pytest.raises(FileError, match=r"^w\.safetensors: more than 2 GiB$"):
        parameter_files.load("w.safetensors", tmp_path)
    monkeypatch.setattr(parameter_files, "LARGEST_FILE", 10_000)
    monkeypatch.setattr(npz, "LARGEST_FILE", 10_000)
    parameter_files.load("w.npz", tmp_path)
    with pytest.raises(FileError, match="it unpacks to more than"):
        parameter_files.load("bomb.npz", tmp_path)
