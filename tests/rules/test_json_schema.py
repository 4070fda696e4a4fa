from __future__ import annotations

import copy
import json
import random

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.loading import diagnose
from deepgraph.rules.json_schema import DESCRIPTIONS, schema
from tests.support.damage import damaged
from tests.support.strategies import GALLERY, examples, specs

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

BEYOND = {
    # What a schema cannot say: what one place in the file has to do with another, how far apart
    # two numbers are, and how a number is spelled.
    "ids_are_unique",
    "edges_meet_nodes",
    "edges_are_unique",
    "edges_enter_neurons",
    "only_parameters_are_frozen",
    "neurons_have_sources",
    "network_has_ends",
    "nodes_are_connected",
    "no_cycles",
    "biases_keep_one_style",
    "inputs_compute_nothing",
    "scaling_stands_at_the_ends",
    "classes_are_of_the_one_output",
    "names_do_not_collide",
    "groups_name_labels",
    "stages_have_names",
    "stages_name_values",
    "stage_figures_fit",
    "examples_name_nodes",
    "examples_name_parameters",
    "figures_agree_in_rows",
    "layers",  # the first has no weights, the others have; names as many as nodes
    "parameters",  # names and shapes that fit, integers beyond 2**53, two values
    "duplicate_key",
    "json",
}
"""Rules that may find something where the schema finds nothing."""

WORDS = (
    "must be smaller than",  # two parameters of one activation
    "beyond 2**53",
    "too large for a double",
    "too small for a double",
    "expected a whole number, got",  # 2.0 is an integer to a schema
    "must not be negative",  # a negative fraction
    "is a share from 0 to 1",  # a fraction above 1
    "this network has one output",
    "is one output, and there are",
    "cross_entropy is defined on",
    "cross_entropy on the sigmoid node",
    "must be finite",
    "the same option as",  # `max-width` and `max_width`
    "an id has",  # made by a layer
    'expected a number or a fraction "p/q", got [',  # a list in a list, which only stages have
    "has a control character",  # likewise
    "write one for each of its nodes",  # constants of a layer
)
"""The problems that other rules may find where the schema finds none."""


def verdicts(content):
    text = json.dumps(content)
    found = diagnose(text.encode())
    return VALIDATOR.is_valid(json.loads(text)), found


def agree(content):
    valid, found = verdicts(content)
    if found.network is not None:
        assert valid, next(VALIDATOR.iter_errors(content)).message
    elif valid:
        unexplained = [
            str(problem)
            for problem in found.problems
            if problem.rule not in BEYOND and not any(word in problem.message for word in WORDS)
        ]
        assert unexplained == []


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert '"$ref"' not in text
    assert SCHEMA["type"] == "object"


def test_every_key_is_described():
    for kind, said in DESCRIPTIONS.items():
        assert list(said) == [field.encode_name for field in fields(kind)]
        assert all(text.endswith(".") for text in said.values())


def test_every_key_of_the_format_is_there_with_its_description():
    node = SCHEMA["properties"]["nodes"]["items"]
    assert set(node["properties"]) >= {"id", "kind", "activation"}
    assert node["required"] == ["id"]
    example = SCHEMA["properties"]["examples"]["items"]["properties"]
    for properties in (SCHEMA["properties"], node["properties"], example):
        assert all("description" in said for said in properties.values())


def test_the_closed_vocabularies_are_there():
    node = SCHEMA["properties"]["nodes"]["items"]["properties"]
    assert node["kind"]["enum"] == ["input", "bias", "hidden", "output"]
    assert node["aggregation"]["enum"] == list(AGGREGATIONS)
    assert set(node["activation"]["anyOf"][0]["enum"]) >= {*ACTIVATIONS, "softmax"}
    loss = SCHEMA["properties"]["examples"]["items"]["properties"]["loss"]
    assert loss["anyOf"][0]["properties"]["name"]["enum"] == list(LOSSES)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_gallery_is_valid(path):
    VALIDATOR.validate(json.loads(path.read_text()))


@given(specs())
def test_random_specs_are_valid(content):
    valid, found = verdicts(content)
    assert valid
    assert found.network is not None


SMALL = [json.loads(p.read_text()) for p in GALLERY if p.stat().st_size < 20_000]


@pytest.mark.slow
@examples(600)
@given(st.data())
def test_schema_and_reader_agree_on_damaged_specs(data):
    content = data.draw(st.one_of(specs(), st.sampled_from(SMALL)))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    agree(damaged(content, rng))


MENAGERIE = json.loads(
    """{"deepgraph": 1, "$schema": "s", "style": {"theme": "dark", "max-width": 5, "animate": true},
    "nodes": [{"id": "x", "kind": "input", "note": null},
      {"id": "h", "activation": {"name": "hard_tanh", "min": 0}, "aggregation": "max"},
      {"id": "b", "kind": "bias", "value": "1/2", "trainable": false},
      {"id": "s", "activation": {"name": "step", "at_zero": 0.5}},
      {"id": "n", "kind": "output"},
      {"id": "y", "kind": "output", "activation": {"name": "softmax", "group": "g"}}],
    "edges": [{"source": "x", "target": "h", "label": "w", "weight": null},
      {"source": "b", "target": "h"}, {"source": "h", "target": "s", "weight": 2},
      {"source": "s", "target": "y", "label": "v", "trainable": false},
      {"source": "h", "target": "n"}],
    "groups": {"g": ["w", "v"]}, "parameters": {"g": [1, "2/3"]},
    "examples": [{"inputs": {"x": [1, "1/2"]}, "expect": {"y": 1}, "tolerance": 0.1,
      "targets": {"y": 1}, "loss": {"name": "squared_error", "expect": 0, "reduction": "sum"},
      "gradients": {"w": 0}, "node_gradients": {"x": [0, 0]}, "learning_rate": 1,
      "updated": {"w": 1}}, {"table": "t.csv", "class": "c", "accuracy": 1}]}"""
)


@pytest.mark.slow
@examples(600)
@given(st.integers(0, 2**32))
def test_schema_and_reader_agree_on_every_corner(seed):
    """The same on a spec that uses every key of nodes, edges and examples."""
    assert verdicts(MENAGERIE)[1].network is not None
    agree(damaged(copy.deepcopy(MENAGERIE), random.Random(seed)))
