"""The spec of a request: a file or a text -> the network."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from deepgraph import SpecError
from deepgraph.embed import ask
from deepgraph.errors import FileError, OptionError
from deepgraph.request.caller import Caller
from deepgraph.request.spec_source import SpecSource

if TYPE_CHECKING:
    from pathlib import Path

UNINITIALISED = (
    '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}], '
    '"edges": [{"source": "x", "target": "y", "label": "w"}]}'
)


@pytest.mark.parametrize("name", ["/dev/zero", "../pipe.npz", "pipe.npz", "link.npz", "notes.txt"])
def test_a_spec_makes_no_page_read_what_it_may_not_load(here: Path, name: str) -> None:
    page = here / "page"
    page.mkdir()
    for pipe in (here / "pipe.npz", page / "pipe.npz"):
        os.mkfifo(pipe)  # reading one would wait for ever
    (page / "link.npz").symlink_to("/dev/zero")
    (page / "notes.txt").write_text("secret", encoding="utf-8")
    spec = json.loads((here / "xor.json").read_text(encoding="utf-8")) | {"parameters": name}
    asked = ask("diagram", None, text=json.dumps(spec), folder=page)
    assert asked.files == []
    assert asked.key() == asked.key()
    with pytest.raises(SpecError):
        asked.diagram()


def test_a_seed_draws_what_is_missing() -> None:
    source = SpecSource("net", text=UNINITIALISED)
    assert np.isnan(source.network().parameters.values).all()
    drawn = source.network(3).parameters.values
    assert drawn == source.network(3, "uniform").parameters.values
    assert drawn != source.network(3, "he").parameters.values
    with pytest.raises(OptionError) as caught:
        source.network(init="he", caller=Caller("command"))
    assert str(caught.value) == "--init says how to draw missing values; say --seed N to draw them"


def test_a_text_without_a_folder_names_no_file(here: Path) -> None:
    np.savez(here / "numbers.npz", w=np.float64(2))
    text = UNINITIALISED[:-1] + ', "parameters": "numbers.npz"}'
    assert SpecSource("net", text=text).parameter_file is None
    with pytest.raises(SpecError):
        SpecSource("net", text=text).network()
    inside = SpecSource("net", text=text, folder=here)
    assert inside.parameter_file == here / "numbers.npz"
    assert inside.network().parameters.values.tolist() == [2]


def test_a_file_is_read_once(here: Path) -> None:
    path = here / "xor.json"
    source = SpecSource("xor", str(path))
    content = source.content
    path.unlink()
    assert source.content == content
    with pytest.raises(FileError, match="no such file"):
        SpecSource("xor", str(path)).network()
