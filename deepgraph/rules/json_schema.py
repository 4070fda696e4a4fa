"""The format as a JSON Schema, for editors: made from the records and the tables of functions.

The schema contains every rule that a schema can express; docs/format.md lists the others.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Raw

from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.aggregations import AGGREGATIONS
from deepgraph.functions.losses import LOSSES, OUTPUT_LOSS
from deepgraph.functions.softmax import SOFTMAX
from deepgraph.functions.written import GAIN
from deepgraph.graph.examples import OF_STEPS
from deepgraph.graph.layers import LARGEST_LAYER
from deepgraph.options.drawing import OPTIONS
from deepgraph.options.training import OPTIMISERS
from deepgraph.rules.example_figures import FIGURES
from deepgraph.rules.examples import BY_NODE, BY_PARAMETER
from deepgraph.rules.losses import DERIVED
from deepgraph.rules.nodes import LONGEST_ID
from deepgraph.spec.records import (
    VERSION,
    Edge,
    Example,
    Group,
    Layer,
    Loss,
    Node,
    Normalise,
    Record,
    Rescale,
    Spec,
)

if TYPE_CHECKING:
    from deepgraph.functions.elementwise import Activation

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = f"urn:deepgraph:spec:{VERSION}"
"""The name of the schema, by which validators keep it; a name, and no address."""

DESCRIPTIONS: dict[type[Record], dict[str, str]] = {
    Spec: {
        "$schema": "Where editors find this schema; deepgraph ignores it.",
        "deepgraph": "The version of the format: 1.",
        "name": "A short name.",
        "title": "One line that says what the network is.",
        "description": "What there is to say about it.",
        "source": "Where the network or its numbers come from.",
        "note": "Anything else.",
        "layers": "Dense layers, from the input to the output.",
        "nodes": "Inputs, biases and neurons; columns and pictures keep their order.",
        "edges": "Connections; sums are taken in their order.",
        "parameters": "Values by name, or the name of a .npz or .safetensors file.",
        "groups": "Names for several labels in their order: the matrix form w35 = [w3 w5].",
        "stages": "Names for several values in their order: ids, and z(id) before the activation.",
        "unused": "Nodes and layers that are meant to reach no output.",
        "examples": "Test cases of the network, which `deepgraph check` recomputes.",
        "style": "Defaults for the options of `deepgraph render`, by their names.",
    },
    Node: {
        "id": "Unique, 1 to 256 characters; a table's column is found by it.",
        "kind": "What the node is.",
        "activation": "Its function: a name, or an object with the name and parameters.",
        "aggregation": "How the incoming terms are joined.",
        "normalise": "Of an input: constants that scale what the table holds.",
        "rescale": "Of an output: constants that scale its value.",
        "classes": "Of the one output: its two classes, the second from the threshold on.",
        "threshold": "Of the one output: where its second class begins; by default 0.5.",
        "label": "Shown in pictures instead of the id; of an output also the name of its class.",
        "layer": "A caption for the column in which the node is drawn.",
        "value": "Of a bias node: a parameter if its edges are wires, else a constant.",
        "trainable": "false freezes a bias that is a parameter.",
        "note": "Anything else.",
    },
    Edge: {
        "source": "The id of the node at its tail.",
        "target": "The id of the node at its head.",
        "label": "The name of its weight; edges with one label share one parameter.",
        "weight": "The value of its weight. An edge with neither label nor weight is a wire.",
        "trainable": "false freezes the weight.",
        "note": "Anything else.",
    },
    Layer: {
        "id": "Its nodes are called by it: h of size 3 makes h1, h2, h3.",
        "size": "How many nodes it has.",
        "activation": "The function of all its nodes; not for the first layer.",
        "weights": "The name of its matrix; not for the first layer.",
        "bias": "The name of its vector, or null for none; not for the first layer.",
        "from": "The layers that feed it, in the order of the matrix's columns.",
        "names": "Other ids for its nodes.",
        "normalise": "Of the first layer: constants that scale what the table holds.",
        "rescale": "Of the last layer: constants that scale its values.",
        "classes": "Of the last layer, if it is one output: its two classes.",
        "threshold": "Of the last layer, if it is one output: where its second class begins.",
        "grid": "How many rows and columns it is drawn in; their product is the size.",
        "note": "Anything else.",
    },
    Normalise: {
        "min": "A smaller value counts as this one.",
        "max": "A larger value counts as this one.",
        "mean": "Is subtracted.",
        "scale": "Divides what is left.",
    },
    Rescale: {"mean": "Is added at the end.", "scale": "Multiplies the value."},
    Group: {
        "labels": "Its labels in their order.",
        "trainable": "false freezes all of its parameters.",
        "note": "Anything else.",
    },
    Example: {
        "name": "Stands in the table of `deepgraph check`.",
        "source": "Where its figures come from.",
        "note": "Anything else.",
        "inputs": "By input id, a number or a list of numbers for several rows.",
        "expect": "By node id or stage, values a; by z(id), values z.",
        "pre_activations": "By node id, pre-activations z.",
        "targets": "By node id, what the loss compares the values with.",
        "loss": "The loss and its published value.",
        "gradients": "By parameter, the derivative of the loss.",
        "node_gradients": "By node id, the derivative of the loss by the node's value.",
        "deltas": "By node id, the derivative of the loss by the node's z.",
        "learning_rate": "Of a step of gradient descent.",
        "optimiser": "What makes a step of the gradient.",
        "momentum": "Of the steps with sgd, from 0 to less than 1.",
        "weight_decay": "Of the steps: λ of the penalty λ/2·Σw², over weights and no biases.",
        "freeze": "Parameters, groups, matrices and vectors that the steps leave as they are.",
        "batch": "How many rows a step is made of, in their order; without it all.",
        "steps": "How many steps lie before the figures under updated.",
        "updated": "By parameter, its value after these steps.",
        "table": "A table beside the spec, by its plain file name.",
        "class": "The column of the table with the right classes.",
        "accuracy": "The share of rows whose class the network tells.",
        "tolerance": "How far a computed figure may be from the written one; or by figure.",
    },
    Loss: {
        "name": "Which loss.",
        "node": "Of the loss output, the node whose value it is.",
        "expect": "Its published value.",
        "reduction": "Over several rows: their mean or their sum.",
    },
}
"""The descriptions that an editor shows for the keys."""

FRACTION: Schema = {
    "type": "string",
    "pattern": r"^\s*[+-]?[0-9]{1,400}\s*/\s*[+-]?0*[1-9][0-9]*\s*$",
    "description": "A fraction of two integers.",
}
NUMBER: Schema = {"anyOf": [{"type": "number"}, FRACTION]}
OPTIONAL: Schema = {"anyOf": [{"type": ["number", "null"]}, FRACTION]}
POSITIVE: Schema = {"anyOf": [{"type": ["number", "null"], "minimum": 0}, FRACTION]}
SHARE: Schema = {"anyOf": [{"type": ["number", "null"], "minimum": 0, "maximum": 1}, FRACTION]}
ROWS: Schema = {"anyOf": [*NUMBER["anyOf"], {"type": "array", "items": NUMBER, "minItems": 1}]}
TEXT: Schema = {"type": ["string", "null"]}
NAME: Schema = {"type": "string", "minLength": 1}


def schema() -> Schema:
    """The JSON Schema (2020-12) of a spec: one document without references."""
    return {"$schema": DIALECT, "$id": ID, "title": "deepgraph", **_record(Spec)}


def _record(kind: type[Record]) -> Schema:
    hints = get_type_hints(kind)
    fields = msgspec.structs.fields(kind)
    properties = {}
    for field in fields:
        said = _SAID.get((kind, field.encode_name))
        properties[field.encode_name] = {
            "description": DESCRIPTIONS[kind][field.encode_name],
            **(said or _type(hints[field.name])),
        }
        if isinstance(field.default, str | bool):
            properties[field.encode_name]["default"] = field.default
    found: Schema = {
        "type": "object",
        "properties": properties,
        "required": [field.encode_name for field in fields if field.required],
        "additionalProperties": False,
    }
    if kind is Example:
        found |= _RULES
    return found


def _type(kind: Any) -> Schema:
    """The schema of the type of a field."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Record):
        found = _record(kind)
    elif origin is Literal:
        found = {"enum": list(inner)}
    elif origin is list:
        found = {"type": "array", "items": _type(inner[0])}
    elif origin in (Union, types.UnionType):
        kinds = [one for one in inner if one is not msgspec.UnsetType]
        found = TEXT if kinds == [str, type(None)] else {"anyOf": list(map(_type, kinds))}
    else:
        found = _SIMPLE[kind]
    return found


_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Raw: NUMBER,
}


def _functions() -> Schema:
    """Activations: a name, or an object with the parameters of that function."""
    rows = list(ACTIVATIONS.values())
    names = [name for row in rows for name in (row.name, *row.aliases)]
    softmax = {
        "type": "object",
        "properties": {
            "name": {"const": SOFTMAX},
            "group": {"type": "string", "description": "Nodes of one group normalise together."},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": [*names, SOFTMAX]}, *map(_function, rows), softmax]}


_GAIN: Schema = {
    "type": "number",
    "default": 1,
    "not": {"const": 0},
    "description": "The factor of z.",
}


def _function(row: Activation) -> Schema:
    parameters: Schema = {}
    for parameter in row.parameters:
        said: Schema = {"type": "number", "default": parameter.default}
        if parameter.choices is not None:
            said = {"enum": list(parameter.choices), "default": parameter.default}
        if parameter.nonzero:
            said["not"] = {"const": 0}
        parameters[parameter.name] = said
    return {
        "type": "object",
        "properties": {"name": {"enum": [row.name, *row.aliases]}, **parameters, GAIN: _GAIN},
        "required": ["name"],
        "additionalProperties": False,
    }


def _style() -> Schema:
    """The options of a picture with their values; a key may have dashes for underscores."""
    options: Schema = {}
    for option in OPTIONS.values():
        said: Schema = {"description": option.help, "type": _OPTION_TYPES[option.kind]}
        if option.choices:
            said["enum"] = list(option.choices)
        limits = {"minimum": option.low, "maximum": option.high}
        said |= {key: limit for key, limit in limits.items() if limit is not None}
        options |= {option.name: said, option.flag: said}
    return {"type": "object", "properties": options, "additionalProperties": False}


_OPTION_TYPES = {
    "choice": "string",
    "integer": "integer",
    "number": "number",
    "text": "string",
    "switch": "boolean",
    "names": ["boolean", "string"],
}


def _parameters() -> Schema:
    vector = {"type": "array", "items": OPTIONAL}
    matrix = {"type": "array", "items": vector}
    value = {"anyOf": [*OPTIONAL["anyOf"], vector, matrix]}
    return {"anyOf": [{"type": "object", "additionalProperties": value}, {"type": "string"}]}


_ID: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_ID,
    "pattern": "^[^\u0000-\u001f\u007f-\u009f]*$",
}
_LABELS: Schema = {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}


_CLASSES: Schema = {
    "anyOf": [
        {"type": "array", "items": NAME, "minItems": 2, "maxItems": 2, "uniqueItems": True},
        {"type": "null"},
    ]
}

_VECTOR: Schema = {"type": "array", "items": OPTIONAL, "minItems": 1}
_OF_PARAMETERS: Schema = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            *NUMBER["anyOf"],
            _VECTOR,
            {"type": "array", "items": _VECTOR, "minItems": 1},
        ]
    },
}
"""Of a parameter a number, of a vector or group a list, of a matrix a list of lists."""
_TOLERANCE: Schema = {
    "anyOf": [
        *POSITIVE["anyOf"],
        {
            "type": "object",
            "propertyNames": {"enum": list(FIGURES)},
            "additionalProperties": {
                "anyOf": [
                    {"type": "number", "minimum": 0},
                    FRACTION,
                    {
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [{"type": "number", "minimum": 0}, FRACTION]
                        },
                    },
                ]
            },
        },
    ]
}
"""One number for all figures of an example; or by key, for all of its figures or by name."""
_EXPECTED: Schema = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [*NUMBER["anyOf"], {"type": "array", "items": ROWS, "minItems": 1}]
    },
}
"""Of a node a number or a list over the rows; of a stage a list of these."""
_VALUES: Schema = {"type": "object", "additionalProperties": ROWS}

_NONZERO: Schema = {
    "anyOf": [
        {"type": "number", "not": {"const": 0}},
        FRACTION | {"pattern": r"^\s*[+-]?0*[1-9][0-9]{0,399}\s*/\s*[+-]?0*[1-9][0-9]*\s*$"},
    ]
}


def _scaling(kind: type[Record], *, lists: bool) -> Schema:
    """The constants of a node, or with `lists` of a layer."""
    keys: Schema = {}
    for key, description in DESCRIPTIONS[kind].items():
        number = _NONZERO if key == "scale" else NUMBER
        several = {"type": "array", "items": number, "minItems": 1}
        keys[key] = {"description": description, "anyOf": [*number["anyOf"], *[several] * lists]}
    return {
        "anyOf": [
            {"type": "object", "properties": keys, "additionalProperties": False},
            {"type": "null"},
        ]
    }


_SAID: dict[tuple[type[Record], str], Schema] = {
    (Spec, "deepgraph"): {"const": VERSION},
    (Spec, "parameters"): _parameters(),
    (Spec, "stages"): {"type": "object", "propertyNames": _ID, "additionalProperties": _LABELS},
    (Spec, "style"): _style(),
    (Node, "id"): _ID,
    (Node, "activation"): _functions(),
    (Node, "aggregation"): {"enum": list(AGGREGATIONS)},
    (Node, "normalise"): _scaling(Normalise, lists=False),
    (Node, "rescale"): _scaling(Rescale, lists=False),
    **{(kind, "classes"): _CLASSES for kind in (Node, Layer)},
    (Node, "value"): OPTIONAL,
    (Edge, "label"): {"type": ["string", "null"], "minLength": 1},
    (Edge, "weight"): OPTIONAL,
    (Group, "labels"): _LABELS,
    (Layer, "size"): {"type": "integer", "minimum": 1, "maximum": LARGEST_LAYER},
    (Layer, "grid"): {
        "type": ["array", "null"],
        "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_LAYER},
        "minItems": 2,
        "maxItems": 2,
    },
    (Layer, "activation"): _functions(),
    (Layer, "normalise"): _scaling(Normalise, lists=True),
    (Layer, "rescale"): _scaling(Rescale, lists=True),
    (Loss, "name"): {"enum": list(LOSSES)},
    **{(Example, key): _VALUES for key in ("inputs", "pre_activations", "targets")},
    (Example, "expect"): _EXPECTED,
    **{(Example, key): _VALUES for key in ("node_gradients", "deltas")},
    **{(Example, key): _OF_PARAMETERS for key in BY_PARAMETER},
    **{(Example, key): POSITIVE for key in ("learning_rate", "weight_decay")},
    (Example, "momentum"): {
        "anyOf": [{"type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 1}, FRACTION]
    },
    (Example, "optimiser"): {"enum": [*OPTIMISERS, None]},
    (Example, "freeze"): {"type": "array", "items": NAME},
    (Example, "batch"): {"type": ["integer", "null"], "minimum": 1},
    (Example, "steps"): {"type": "integer", "minimum": 1},
    (Example, "tolerance"): _TOLERANCE,
    (Spec, "unused"): {"type": "array", "items": _ID, "uniqueItems": True},
    (Example, "accuracy"): SHARE,
}
"""The schemas of keys for which a rule says more than their type."""
_SAID[Spec, "groups"] = {
    "type": "object",
    "propertyNames": NAME,
    "additionalProperties": {"anyOf": [_LABELS, _record(Group)]},  # reads what is said of a group
}

_GIVEN: Schema = {"not": {"type": "null"}}
_NONE: Schema = {"type": "null"}
_EMPTY: Schema = {"type": "object", "maxProperties": 0}
_FILLED: Schema = {"type": "object", "minProperties": 1}
_FIGURE_KEYS = (*BY_NODE, *BY_PARAMETER)
_STATED: dict[str, Schema] = {
    **dict.fromkeys(OF_STEPS, _GIVEN),
    "freeze": {"type": "array", "minItems": 1},
    "steps": {"not": {"const": 1}},
}
"""The settings of steps where an example says something by them."""
_NO_MOMENTUM: Schema = {"enum": [0, None]}


def _holding(properties: Schema) -> Schema:
    """The schema of objects that have all of these properties."""
    return {"properties": properties, "required": list(properties)}


_RULES: Schema = {
    "allOf": [
        {
            "if": _holding({"table": {"type": "string"}}),
            "then": {
                "required": ["class", "accuracy"],
                "properties": {
                    "class": NAME,
                    "accuracy": _GIVEN,
                    "loss": _NONE,
                    **dict.fromkeys(_FIGURE_KEYS, _EMPTY),
                },
            },
            "else": {"properties": {"class": _NONE, "accuracy": _NONE}},
        },
        {
            "if": {"anyOf": [_holding({key: _FILLED}) for key in DERIVED]},
            "then": _holding({"loss": _GIVEN}),
        },
        {
            "if": {
                "anyOf": [
                    _holding({"updated": _FILLED}),
                    *(_holding({key: _STATED[key]}) for key in OF_STEPS),
                ]
            },
            "then": _holding({"learning_rate": _GIVEN}),
        },
        {
            "if": _holding({"optimiser": {"const": "adam"}}),
            "then": {"properties": {"momentum": _NO_MOMENTUM}},
        },
        {
            "if": _holding({"loss": {"type": "object"}}),
            "then": {
                "if": _holding({"loss": _holding({"name": {"const": OUTPUT_LOSS}})}),
                "then": {"properties": {"targets": _EMPTY}},
                "else": _holding({"targets": _FILLED, "loss": {"properties": {"node": _NONE}}}),
            },
        },
    ]
}
"""The rules about several keys of an example."""
