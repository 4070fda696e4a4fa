"""What an import finds in a file is used or told, and nothing that lies beside it is lost."""

from __future__ import annotations

import pickle

import numpy as np
import onnx
import pytest
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, StandardScaler

import deepgraph
from deepgraph.errors import FormatError, ImportedWarning, InputError
from deepgraph.formats.readers import runtimes, table
from deepgraph.formats.readers.record import Options, Source
from deepgraph.request.importing import network_of
from tests.support.models import REAL, distance
from tests.support.strategies import SPECS

RNG = np.random.default_rng(5)
X = RNG.normal(size=(80, 3)) * [10, 0.1, 3] + [50, 1, -2]
Y = (X[:, 0] > 50).astype(int)


def read(path, **options):
    return table.read(str(path), Options(**options))


# --- pickles --------------------------------------------------------------------------------------


def classifier(size=3):
    model = MLPClassifier((size,), max_iter=20, early_stopping=True, random_state=1)
    return model.fit(StandardScaler().fit_transform(X), Y)


SCALER = StandardScaler().fit(X)


@pytest.mark.parametrize(
    "bundle",
    [
        lambda model: {"model": model, "scaler": SCALER, "version": 3},
        lambda model: [SCALER, model],
        lambda model: (model, SCALER),
    ],
)
def test_a_scaler_in_the_pickle_of_its_model_is_merged(bundle, tmp_path):
    model = classifier()
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(bundle(model)))
    found = read(path)
    assert "a StandardScaler, into the inputs" in found.report.merged[0]
    wanted = model.predict_proba(SCALER.transform(X))[:, 1:]
    assert distance(deepgraph.from_file(path), X, wanted) <= 1e-12


def test_what_else_lies_in_the_pickle_is_told(tmp_path):
    path = tmp_path / "m.pkl"
    other = StandardScaler().fit(X)
    whole = make_pipeline(SCALER, classifier())
    for bundle, idle in (
        ({"model": classifier(), "y_scaler": other}, ["y_scaler"]),
        ({"model": whole, "scaler": SCALER}, ["scaler"]),
        ({"model": classifier(), "a": SCALER, "b": other}, ["a", "b"]),
    ):
        path.write_bytes(pickle.dumps(bundle))
        notes = [f'"{name}", a StandardScaler beside the model, is not used' for name in idle]
        assert read(path).report.notes == notes
    path.write_bytes(pickle.dumps({"model": classifier(), "encoder": LabelEncoder().fit(Y)}))
    assert read(path).report.unused == ['"encoder", a LabelEncoder beside the model']
    path.write_bytes(pickle.dumps({"a": classifier(3), "b": classifier(4)}))
    with pytest.raises(FormatError, match=r"several models: a \(MLPClassifier\), b \(MLPClass"):
        read(path)


def test_packed_pickles_are_known_by_their_suffix(tmp_path):
    import gzip

    path = tmp_path / "m.joblib.gz"
    path.write_bytes(gzip.compress(pickle.dumps(classifier())))
    assert len(deepgraph.from_file(path).inputs) == 3


# --- lists of edges -------------------------------------------------------------------------------

WRONG = {
    "source,target,weight\nx,h,0,5\n": "line 2: 4 cells for 3 columns",
    "source,target,weight\nx,h\n": "line 2: 2 cells for 3 columns",
    "source,target,wieght\nx,h,1\n": 'the column "wieght"; did you mean "weight"',
    "source,target,w\nx,h,1\n": 'the column "w"; did you mean "weight"',
    "source,target,value\nx,h,1\n": 'the column "value"; did you mean "weight"',
    "source,target,weight,weight\nx,h,1,2\n": 'the column "weight" is there twice',
    'source,target,weight\n"x,h,1\nh,y,1\n': "this is not a CSV table",
    "source,target,weight\n,y,3\n": "line 2: the source has no name",
    "source,target,weight\nx, ,3\n": "line 2: the target has no name",
    "source,target,weight\n": "this list holds no edges",
    "from,to\nx,y\n": "source, target and weight, not from, to",
    "": "this file is empty",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_damaged_list_of_edges_is_refused(text, tmp_path):
    path = tmp_path / "g.csv"
    path.write_text(text)
    with pytest.raises(FormatError, match=WRONG[text]):
        read(path)


@pytest.mark.parametrize(("sign", "suffix"), [(",", "csv"), (";", "csv"), ("\t", "tsv")])
def test_a_list_of_edges_says_what_it_cannot_hold(sign, suffix, tmp_path):
    path = tmp_path / f"g.{suffix}"
    rows = ["source,target,weight,activation", "x,h,0.5,relu", "h,y,,"]
    path.write_text("\n".join(rows).replace(",", sign))
    found = read(path)
    assert found.spec.name == "g"
    assert found.report.unused == ["the 1 column activation"]
    assert found.report.notes == [
        "1 edge without a weight: each passes its value on",
        "a list of edges has no activations and no biases: every node is a sum",
    ]
    assert network_of(found)([[2.0]])[0, 0] == 1


# --- other formats --------------------------------------------------------------------------------


def test_a_file_of_another_kind_is_called_what_it_is(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(FormatError, match=r"begins as an HDF5 file does.*keras"):
        read(path)
    path.write_bytes(pickle.dumps(classifier()))
    with pytest.raises(FormatError, match=r"begins as a pickle does.*pickle"):
        read(path)
    with pytest.raises(FormatError, match="a spec of deepgraph already"):
        read(SPECS / "xor.json")


def test_our_own_onnx_comes_back_with_names_and_classes(tmp_path):
    for name in ("full_adder", "half_adder", "study_hours", "iris"):
        network = deepgraph.load(SPECS / f"{name}.json")
        network.export(tmp_path / "m.onnx")
        again = deepgraph.from_file(tmp_path / "m.onnx")
        assert (again.input_names, again.output_names) == (
            network.input_names,
            network.output_names,
        )
        if network.classes is not None:
            assert again.classes.names == network.classes.names
            assert again.classes.threshold == network.classes.threshold


def test_options_in_python_are_held_to_what_they_are(tmp_path):
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(classifier()))
    with pytest.raises(InputError, match="names is a list of texts"):
        deepgraph.from_file(path, names="a.csv")
    with pytest.raises(InputError, match="activations is a list of texts"):
        deepgraph.from_file(path, activations="relu")
    with pytest.raises(TypeError, match=r"no option 'nmaes'.*names"):
        deepgraph.from_file(path, nmaes=["a"])
    with pytest.raises(TypeError, match="not the path of a file, which from_file reads"):
        deepgraph.from_onnx("m.onnx")


# --- what Python is told --------------------------------------------------------------------------


def test_a_network_that_was_imported_has_its_report(tmp_path):
    network = deepgraph.from_file(REAL / "sisl_KerasTestNetwork.h5")
    report = network.report
    assert report.format == "Keras HDF5"
    assert report.unused
    first, *lines = str(report).splitlines()
    assert first.startswith("Read Keras HDF5 by Keras 1")
    assert lines == report.lines() == [f"Not used: {line}" for line in report.unused]
    assert deepgraph.load(SPECS / "xor.json").report is None
    assert pickle.loads(pickle.dumps(network)).report == report


def test_what_was_left_out_is_warned_of_where_it_was_asked_for(tmp_path):
    info = onnx.helper.make_tensor_value_info
    nodes = [
        onnx.helper.make_node("Relu", ["x"], ["y"]),
        onnx.helper.make_node("ArgMax", ["x"], ["best"], axis=1),
    ]
    outputs = [info("y", 1, [None, 2]), info("best", 7, [None, 1])]
    graph = onnx.helper.make_graph(nodes, "g", [info("x", 1, [None, 2])], outputs)
    model = onnx.helper.make_model(graph)
    with pytest.warns(ImportedWarning, match=r'^model: left out: the output "best": .*') as caught:
        network = deepgraph.from_onnx(model)
    assert [warning.filename for warning in caught] == [__file__]
    assert len(network.report.left_out) == 1
    (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
    with pytest.warns(ImportedWarning, match='left out: the output "best"') as caught:
        deepgraph.from_file(tmp_path / "m.onnx")
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("scaler", [SCALER, MinMaxScaler(clip=True).fit(X)])
def test_a_scaler_may_be_given_itself(scaler, tmp_path):
    model = classifier()
    wanted = model.predict_proba(scaler.transform(X))[:, 1:]
    live = deepgraph.from_sklearn(model, scaler=scaler)
    assert distance(live, X, wanted) <= 1e-12
    assert live.report.merged == [
        f"scaler, a {type(scaler).__name__}, into the inputs, which take raw values"
    ]
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(model))
    assert distance(deepgraph.from_file(path, scaler=scaler), X, wanted) <= 1e-12
    (tmp_path / "s.pkl").write_bytes(pickle.dumps(scaler))
    by_file = deepgraph.from_sklearn(model, scaler=tmp_path / "s.pkl")
    assert by_file(X).tobytes() == live(X).tobytes()


def test_what_is_no_scaler_is_refused():
    model = classifier()
    with pytest.raises(FormatError, match="scaler: a LabelEncoder, which no spec can express"):
        deepgraph.from_sklearn(model, scaler=LabelEncoder().fit(Y))
    with pytest.raises(FormatError, match="scaler: it lacks scale_; it was saved before"):
        deepgraph.from_sklearn(model, scaler=StandardScaler())
    with pytest.raises(FormatError, match="2 columns for 3 inputs"):
        deepgraph.from_sklearn(model, scaler=StandardScaler().fit(X[:, :2]))


# --- how many inputs a genome has -----------------------------------------------------------------

WINNER = REAL / "neatpython_bipedal_winner.pickle"


def test_inputs_that_nothing_leads_from_are_asked_about():
    found = read(WINNER, inputs=26, outputs=4)
    assert found.report.notes == ["no connection leads from -25, -26; are there 26 inputs?"]
    assert not read(WINNER, inputs=24, outputs=4).report.notes


def test_names_and_configuration_agree(tmp_path):
    config = tmp_path / "config"
    config.write_text("[DefaultGenome]\nnum_inputs = 24\nnum_outputs = 4\n")
    names = ["a", "b", "c", "d"]
    assert len(read(WINNER, config=str(config), outputs=names).spec.nodes)
    with pytest.raises(FormatError, match="num_outputs is 4 in the configuration, and outputs say"):
        read(WINNER, config=str(config), outputs=[*names, "e"])
    with pytest.raises(FormatError, match="num_inputs is 24 in the configuration, and inputs say"):
        read(WINNER, config=str(config), inputs=23)


# --- beside the original --------------------------------------------------------------------------


def test_the_original_is_given_what_a_scaler_makes_of_raw_values():
    path = REAL / "marabou_fc_2-2-3.onnx"
    scaler = MinMaxScaler((-1, 1), clip=True).fit(X[:, :2])
    options = Options(scaler=scaler)
    found = table.read(str(path), options)
    original = runtimes.runtime("onnx", Source.of(path), options, found)
    assert distance(network_of(found), X[:, :2] * 1.5, original.run(X[:, :2] * 1.5)) <= 1e-6
    plain = runtimes.runtime("onnx", Source.of(path), Options(), found)
    assert distance(network_of(found), X[:, :2], plain.run(X[:, :2])) > 0.01
