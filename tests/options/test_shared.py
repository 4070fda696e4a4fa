"""The shared options: names and flags are unique, defaults are values of their options."""

from __future__ import annotations

import pytest

from deepgraph.options import shared
from deepgraph.options.option import Option

OPTIONS = {name: found for name, found in vars(shared).items() if isinstance(found, Option)}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_says_what_it_is(name):
    option = OPTIONS[name]
    assert option.help.endswith(".")
    assert (option.kind == "choice") == bool(option.choices)
    if option.default is not None:
        assert option.check(option.default) == option.default


def test_names_are_those_of_the_records():
    strangers = {name for name, option in OPTIONS.items() if option.name != name.lower()}
    # `--target`, `--over` and `--blank` of other commands
    assert strangers == {"TARGET_COLUMN", "SLIDER", "HIDDEN"}
