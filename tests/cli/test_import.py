"""`deepgraph import` as a process: what it writes, says, refuses, and leaves alone."""

from __future__ import annotations

import json
import os
import pickle
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import deepgraph
from deepgraph.formats.readers import table
from tests.support.models import REAL, RECORDS, distance, made

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_a_small_chain_holds_its_numbers(run: Run, tmp_path: Path) -> None:
    made("state_named.pt", tmp_path)
    done = run("import", "state_named.pt", "--activations", "relu,tanh,identity", "-o", "net.json")
    assert (done.returncode, done.stdout) == (0, "net.json\n")
    assert done.stderr.splitlines()[-1] == (
        "Read PyTorch state dict: 4 inputs, 2 outputs, 72 edges, 72 parameters."
    )
    assert 'Merged: batch norm "bn1"' in done.stderr
    assert "Not used: bn1.num_batches_tracked" in done.stderr
    assert not (tmp_path / "net.safetensors").exists()
    told = RECORDS["state_named.pt"]
    network = deepgraph.load(tmp_path / "net.json")
    assert distance(network, told["inputs"], told["outputs"]) <= 1e-12
    assert run("validate", "net.json").returncode == 0
    assert run("fmt", "--check", "net.json").returncode == 0


def test_a_larger_chain_has_a_file_of_weights(run: Run, tmp_path: Path) -> None:
    done = run("import", REAL / "sisl_TestNetwork.nnet", "-o", "net.json")
    assert done.returncode == 0
    assert json.loads((tmp_path / "net.json").read_text())["parameters"] == "net.safetensors"
    assert len(deepgraph.load(tmp_path / "net.json").parameters) == 13305
    again = run("import", REAL / "sisl_TestNetwork.nnet")  # standard output has no file beside it
    assert deepgraph.loads(again.stdout).parameters.values.tobytes() == (
        deepgraph.load(tmp_path / "net.json").parameters.values.tobytes()
    )


def test_the_file_itself_is_never_written_over(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "winner.json"
    content = (REAL / "neatpython_xor_winner.json").read_bytes()
    source.write_bytes(content)
    done = run("import", "winner.json", "-o", "winner.json")
    assert done.returncode == 1
    assert "read by this command" in done.stderr
    assert source.read_bytes() == content


def test_weights_do_not_take_the_name_of_the_file(run: Run, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    arrays = {"a.weight": np.ones((40, 5), "f4"), "b.weight": np.ones((1, 40), "f4")}
    save_file(arrays, tmp_path / "m.safetensors")
    before = (tmp_path / "m.safetensors").read_bytes()
    done = run("import", "m.safetensors", "--activations", "relu,identity", "-o", "m.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "m.json").read_text())["parameters"] == "m.weights.safetensors"
    assert (tmp_path / "m.safetensors").read_bytes() == before
    network = deepgraph.load(tmp_path / "m.json")
    assert network([[1, 1, 1, 1, 1]]).tolist() == [[200.0]]


def test_activations_are_asked_for_and_never_guessed(run: Run, tmp_path: Path) -> None:
    made("state_named.pt", tmp_path)
    done = run("import", "state_named.pt", "-o", "net.json")
    assert done.returncode == 1
    assert "3 layers (fc1 4→6, fc2 6→5, out 5→2)" in done.stderr
    assert "--activations relu,relu,identity" in done.stderr
    assert not (tmp_path / "net.json").exists()
    wrong = run("import", "state_named.pt", "--activations", "rleu,tanh,identity")
    assert 'did you mean "relu"' in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--activations", "relu"], "--activations: an .nnet file has no use for it"),
        (["--inputs", "5"], "--inputs: an .nnet file has no use for it"),
        (["--output", "y"], "--output: an .nnet file has no use for it"),
        (["--verify", "5"], "nnet has no runtime to compare with"),
        (["--delimiter", ";"], "--delimiter: an .nnet file has no use for it"),
        (["--delimiter", "||"], "--delimiter is one ASCII character"),
        (["--json"], "name it with -o"),
    ],
)
def test_an_option_without_a_use_is_a_usage_error(
    run: Run, arguments: list[str], words: str
) -> None:
    done = run("import", REAL / "sisl_TestNetwork.nnet", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_spec_does_not_get_the_name_of_another_format(run: Run, tmp_path: Path) -> None:
    model = REAL / "marabou_fc_2-2-3.onnx"
    done = run("import", model, "-o", "out.onnx")
    assert done.returncode == 2
    assert "a spec is JSON, so name it out.json" in done.stderr
    assert "`deepgraph export out.json -o out.onnx` makes the .onnx of it" in done.stderr
    assert not (tmp_path / "out.onnx").exists()
    assert "export" not in run("import", model, "-o", "out.pth").stderr  # no such format is written
    assert run("import", model, "-o", "out.spec").returncode == 0


def test_an_unknown_suffix(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.bin7").write_bytes(b"x")
    done = run("import", "a.bin7")
    assert done.returncode == 1
    assert "no network is known by this suffix" in done.stderr
    assert "--format NAME" in done.stderr
    assert run("import", "none.onnx").returncode == 1
    assert "no such file" in run("import", "none.onnx").stderr


def test_a_json_of_no_known_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    done = run("import", "a.json")
    assert done.returncode == 1
    assert "this is not the JSON of neat-python" in done.stderr
    (tmp_path / "a.json").write_text('{"deepgraph": 1}')
    assert "this is a spec of deepgraph already" in run("import", "a.json").stderr
    assert "read from a file, not standard input" in run("import", "-").stderr


def test_names_out_of_a_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("length,width\n1,2\n")
    (tmp_path / "both.csv").write_text("length,width,answer\n1,2,3\n")
    file = REAL / "neatpython_xor_winner.json"
    assert run("import", file, "--names", "t.csv", "-o", "a.json").returncode == 0
    assert deepgraph.load(tmp_path / "a.json").input_names == ["length", "width"]
    assert run("import", file, "--names", "both.csv", "-o", "b.json").returncode == 0
    network = deepgraph.load(tmp_path / "b.json")
    assert (network.input_names, network.output_names) == (["length", "width"], ["answer"])
    (tmp_path / "few.csv").write_text("length\n1\n")
    done = run("import", file, "--names", "few.csv")
    assert "1 name for 2 inputs and 1 output" in done.stderr


def test_a_genome_needs_its_configuration(run: Run, tmp_path: Path) -> None:
    file = REAL / "neatpython_bipedal_winner.pickle"
    done = run("import", file)
    assert done.returncode == 1
    assert "--inputs N" in done.stderr
    (tmp_path / "config").write_text("[NEAT]\n[DefaultGenome]\nnum_inputs = 24\nnum_outputs = 4\n")
    by_file = run("import", file, "--config", "config")
    by_number = run("import", file, "--inputs", "24", "--outputs", "4")
    assert by_file.returncode == 0
    assert by_file.stdout == by_number.stdout
    named = run("import", file, "--inputs", "24", "--outputs", "hip,knee,hip2,knee2")
    assert deepgraph.loads(named.stdout).output_names == ["hip", "knee", "hip2", "knee2"]


def test_the_report_as_json(run: Run, tmp_path: Path) -> None:
    done = run("import", REAL / "marabou_linear2-3_bn1-linear3-1.onnx", "-o", "net.json", "--json")
    told = json.loads(done.stdout)
    assert done.stderr == ""
    assert told["output"] == "net.json"
    assert (told["inputs"], told["outputs"], told["parameters"]) == (2, 1, 13)
    assert len(told["merged"]) == 1


def test_verify_beside_onnxruntime(run: Run, tmp_path: Path) -> None:
    done = run("import", REAL / "marabou_fc_2-2-3.onnx", "-o", "net.json", "--verify", "10")
    assert done.returncode == 0
    assert "It agrees with onnxruntime" in done.stderr


def test_bank_churn(run: Run, tmp_path: Path) -> None:
    """A model, the scaler that lies beside it, a raw table: one import, and all works on raw rows.

    Without its scaler such a model gives answers that look right and are wrong.
    """
    rng = np.random.default_rng(3)
    names = ["CreditScore", "Age", "Balance"]
    X = np.c_[rng.normal(650, 90, 400), rng.normal(39, 10, 400), rng.normal(76e3, 62e3, 400)]
    y = (0.06 * (X[:, 1] - 39) + 8e-6 * (X[:, 2] - 76e3) + rng.normal(0, 0.2, 400) > 0).astype(int)
    scaler = StandardScaler().fit(X)
    model = MLPClassifier((6,), max_iter=600, random_state=1, learning_rate_init=0.01)
    model.fit(scaler.transform(X), y)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    (tmp_path / "scaler.pkl").write_bytes(pickle.dumps(scaler))
    rows = "\n".join(",".join(map(repr, row)) for row in X.tolist())
    (tmp_path / "churn.csv").write_text(f"{','.join(names)}\n{rows}\n")
    done = run(
        "import", "model.pkl", "--scaler", "scaler.pkl", "--names", "churn.csv", "-o", "net.json"
    )
    assert done.returncode == 0, done.stderr
    assert "a StandardScaler, into the inputs" in done.stderr
    network = deepgraph.load(tmp_path / "net.json")
    found = network(X)[:, 0]
    assert np.allclose(found, model.predict_proba(scaler.transform(X))[:, 1], rtol=0, atol=1e-12)
    assert np.mean((found >= 0.5) == y) == model.score(scaler.transform(X), y) > 0.9
    row = dict(zip(names, X[0].tolist(), strict=True))
    values = [part for name, value in row.items() for part in ("--set", f"{name}={value!r}")]
    assert run("render", "net.json", *values, "-o", "net.svg").returncode == 0
    assert "CreditScore" in run("explain", "net.json", *values).stdout
    assert run("eval", "net.json", "--input", "churn.csv").stdout.count("\n") == 401
    over = ["--over", "CreditScore=300:900", *values[2:]]
    kinks = run("kinks", "net.json", *over, "--nodes", "h1,h2,h3,h4,h5,h6")
    assert kinks.returncode == 0, kinks.stderr
    assert "over CreditScore from 300 to 900" in kinks.stdout


def test_an_output_that_cannot_be_expressed_is_left_out_and_told(run: Run, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["scores"]),
        helper.make_node("ArgMax", ["scores"], ["label"], name="choice"),
    ]
    outputs = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("label", "scores")
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        outputs,
        [numpy_helper.from_array(np.eye(2, 3, dtype="f4"), "w")],
    )
    (tmp_path / "m.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    done = run("import", "m.onnx", "-o", "net.json")
    assert done.returncode == 0
    assert 'Left out: the output "label": ArgMax "choice"' in done.stderr
    alone = run("import", "m.onnx", "--output", "label")
    assert alone.returncode == 1
    assert 'ArgMax "choice"' in alone.stderr


def test_every_format_is_in_the_help(run: Run) -> None:
    text = " ".join(run("import", "--help").stdout.split())
    for name in table.NAMES:
        assert name in text


def test_a_file_of_weights_that_is_not_the_specs_own_stays(run: Run, tmp_path: Path) -> None:
    run("new", "20-10-1", "--seed", "1", "-o", "big.json")
    run("export", "big.json", "-o", "net.onnx")
    (tmp_path / "net.safetensors").write_bytes(b"somebody's")
    assert run("import", "net.onnx", "-o", "net.json").returncode == 0
    assert (tmp_path / "net.safetensors").read_bytes() == b"somebody's"
    written = tmp_path / "net.weights.safetensors"
    first = written.read_bytes()
    assert run("import", "net.onnx", "-o", "net.json").returncode == 0  # its own may be replaced
    assert written.read_bytes() == first
    (tmp_path / "other.safetensors").write_bytes(b"a")
    (tmp_path / "other.weights.safetensors").write_bytes(b"b")
    done = run("import", "net.onnx", "-o", "other.json")
    assert done.returncode == 1
    assert "other.json does not name them as its own" in done.stderr
    assert not (tmp_path / "other.json").exists()


def test_a_spec_that_is_there_stays(run: Run, tmp_path: Path) -> None:
    """It may have been edited since; the same import once more changes nothing and is no error."""
    for shape, size in (("3-4-1", "small"), ("20-10-1", "large")):
        run("new", shape, "--seed", "1", "-o", f"{size}.json")
        run("export", f"{size}.json", "-o", f"{size}.onnx")
        spec = tmp_path / f"{size}.net.json"
        arguments = ("import", f"{size}.onnx", "-o", spec.name)
        assert run(*arguments).returncode == 0
        written = {path: path.read_bytes() for path in tmp_path.glob(f"{size}.net.*")}
        assert run(*arguments).returncode == 0
        edited = spec.read_text().replace("{", '{"title": "Mine", ', 1)
        spec.write_text(edited)
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{spec.name}: this file exists; --force replaces it" in done.stderr
        assert spec.read_text() == edited
        assert run(*arguments, "--force").returncode == 0
        assert {path: path.read_bytes() for path in written} == written


def test_weights_that_are_there_stay(run: Run, tmp_path: Path) -> None:
    for seed in (1, 2):
        run("new", "20-10-1", "--seed", seed, "-o", "big.json", "--force")
        run("export", "big.json", "-o", f"{seed}.onnx")
    assert run("import", "1.onnx", "-o", "net.json").returncode == 0
    before = (tmp_path / "net.safetensors").read_bytes()
    done = run("import", "2.onnx", "-o", "net.json")
    assert done.returncode == 1
    assert "net.safetensors: this file exists; --force replaces it" in done.stderr
    assert (tmp_path / "net.safetensors").read_bytes() == before
    assert run("import", "2.onnx", "-o", "net.json", "--force").returncode == 0
    assert (tmp_path / "net.safetensors").read_bytes() != before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are Unicode")
def test_a_name_of_a_file_that_is_no_unicode(run: Run, tmp_path: Path) -> None:
    """The spec is named after it as far as that can be read."""
    run("new", "3-4-1", "--seed", "1", "-o", "net.json")
    run("export", "net.json", "-o", "net.onnx")
    odd = os.fsdecode(b"b\xffd.onnx")
    (tmp_path / "net.onnx").rename(tmp_path / odd)
    done = run("import", odd, "-o", "new.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "new.json").read_text())["name"] == "b\ufffdd"
    assert run("validate", "new.json").returncode == 0
