"""What a person hears who gives a file that is no network, or not the one that is meant."""

from __future__ import annotations

import pickle
import zipfile

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from deepgraph.errors import FormatError
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import Options
from tests.support.strategies import SPECS

X = np.random.default_rng(2).normal(size=(20, 3))


def refusal(path, **options):
    with pytest.raises(FormatError) as caught:
        table.read(str(path), Options(**options))
    text = str(caught.value)
    assert text.startswith(str(options.get("scaler", path)))
    return text


@pytest.fixture
def pair(tmp_path):
    """A model and its scaler, as files."""
    model, scaler = tmp_path / "model.pkl", tmp_path / "scaler.pkl"
    model.write_bytes(pickle.dumps(LinearRegression().fit(X, X[:, 0])))
    scaler.write_bytes(pickle.dumps(StandardScaler().fit(X)))
    return model, scaler


def whole_model(path, name):
    """A file as of torch.save(model): its pickle names the class of the model."""
    module, _, kind = name.rpartition(".")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", f"\x80\x02c{module}\n{kind}\n)\x81.".encode("latin-1"))
    return path


@pytest.mark.parametrize(
    "name", ["torch.nn.modules.container.Sequential", "__main__.Net", "models.net.Net"]
)
def test_a_whole_model_of_pytorch(name, tmp_path):
    text = refusal(whole_model(tmp_path / "whole.pth", name))
    assert f'"{name}"' in text
    assert "run" in text  # nothing of it was
    for way in ("torch.save(model.state_dict(), FILE)", "deepgraph.from_torch(model)", "ONNX"):
        assert way in text


def test_a_scaler_that_is_none(pair, tmp_path):
    model, scaler = pair
    (tmp_path / "notes.txt").write_text("hello, these are notes")
    text = refusal(model, scaler=str(tmp_path / "notes.txt"))
    assert "one of scikit-learn is expected, as joblib.dump(scaler, FILE)" in text
    assert "101" not in text  # the key of a dictionary of ours
    assert "are the two swapped?" in refusal(scaler, scaler=str(model))
    assert "a StandardScaler is not a network; it goes beside its model" in refusal(scaler)
    assert table.read(str(model), Options(scaler=str(scaler))).report.merged


def test_a_spec_is_exported_and_not_imported():
    assert "`deepgraph export` writes it for other tools" in refusal(SPECS / "xor.json")


def test_an_unknown_suffix_gets_a_short_list(tmp_path):
    (tmp_path / "a.bin7").write_bytes(b"x")
    text = refusal(tmp_path / "a.bin7")
    assert "by .onnx, .keras" in text
    assert 'the page "Bring your network" lists' in text
    assert len(text.removeprefix(str(tmp_path))) < 250


def test_a_saved_model_is_saved_anew(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    for path in (tmp_path, tmp_path / "saved_model.pb"):
        assert 'load it with Keras and save it anew: model.save("model.keras")' in refusal(path)
