"""The table of formats of results."""

from __future__ import annotations

import pytest

from deepgraph.cli import eval_command
from deepgraph.scoring.formats import FORMATS, SUFFIXES, writer_of
from deepgraph.scoring.results import Writer


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_writer_and_a_suffix_of_its_own(name):
    assert issubclass(writer_of(name), Writer)
    assert [suffix for suffix in SUFFIXES if SUFFIXES[suffix] == name] == [*FORMATS[name].suffixes]
    assert f".{name}" in FORMATS[name].suffixes  # eval names a file in a folder by its format


def test_eval_offers_every_format():
    [option] = [option for option in eval_command.command.params if option.name == "form"]
    assert [*option.type.choices] == [*FORMATS]
