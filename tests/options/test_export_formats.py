"""The table of export formats, and those who read it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from deepgraph.cli.export_command import command
from deepgraph.options.export_formats import FORMATS, SUFFIXES, Format

PAGE = Path(__file__).parents[2] / "docs" / "export.md"


def test_the_names_are_those_of_the_type() -> None:
    assert set(FORMATS) == set(get_args(Format))
    assert all(name == row.name for name, row in FORMATS.items())
    assert set(SUFFIXES) == {suffix for row in FORMATS.values() for suffix in row.suffixes}


@pytest.mark.parametrize("name", FORMATS)
def test_each_has_its_module(name: str) -> None:
    module = import_module(f"deepgraph.formats.writers.{name.replace('-', '_')}")
    assert callable(module.write)


@pytest.mark.parametrize("row", FORMATS.values(), ids=FORMATS)
def test_the_page_lists_each_with_its_suffixes(row) -> None:
    suffixes = ", ".join(f"`{suffix}`" for suffix in row.suffixes)
    cell = f" {suffixes} " if suffixes else " "
    assert f"| `{row.name}` |{cell}|" in PAGE.read_text(encoding="utf-8")


def test_options_of_formats_are_options_of_the_command() -> None:
    known = {parameter.name for parameter in command.params}
    assert {option for row in FORMATS.values() for option in row.options} <= known
