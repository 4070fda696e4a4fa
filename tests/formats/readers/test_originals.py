"""Every made model computes what its original has computed."""

from __future__ import annotations

import pytest

from tests.support.models import RECORDS, distance, imported, made


def test_there_are_enough():
    assert len(RECORDS) >= 150
    kinds = {name.partition("_")[0] for name in RECORDS}
    assert kinds >= {"torch", "torch2", "torch64", "state", "sklearn", "skl2onnx", "keras", "neat"}


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_an_import_computes_what_its_original_does(name, tmp_path):
    told = RECORDS[name]
    options = dict(told["options"])
    if "scaler" in options:
        options["scaler"] = str(made(options["scaler"], tmp_path))
    found, network = imported(made(name, tmp_path), **options)
    assert distance(network, told["inputs"], told["outputs"]) <= told["bar"]
    assert found.spec.source.startswith(name)
