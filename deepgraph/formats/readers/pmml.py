"""Reads PMML files with a `NeuralNetwork`; https://dmg.org/pmml/v4-4-1/NeuralNetwork.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit, xml_text
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.banks import Bank, Nodes
from deepgraph.formats.readers.names import as_id
from deepgraph.formats.readers.numbers_in_text import number
from deepgraph.formats.readers.record import Report
from deepgraph.formats.readers.terms import Bias, Sparse
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

FUNCTIONS: Mapping[str, Function] = {
    "identity": "identity",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "exponential": "exp",
    "reciprocal": "inverse",
    "square": "square",
    "Gauss": "gaussian",
    "sine": "sin",
    "cosine": "cos",
    "Elliott": "softsign",
    "rectifier": "relu",
}
"""The activation functions of PMML as ours; `threshold` needs its number."""


def read(source: Source, options: Options) -> Imported:
    """The network of a PMML file."""
    root = xml_text.root(source)
    networks = [e for e in root.iter() if xml_text.plain_name(e) == "NeuralNetwork"]
    if len(networks) != 1:
        kinds = [xml_text.plain_name(child) for child in root if "Model" in child.tag]
        raise FormatError(
            f"no NeuralNetwork in this PMML file, but {', '.join(kinds) or 'nothing'}"
        )
    holder = next((e for e in root.iter() if networks[0] in list(e)), root)
    if holder is not root:
        raise FormatError(
            f"the NeuralNetwork is a part of a {xml_text.plain_name(holder)}; it is read only "
            "where it is the whole model"
        )
    applications = [e for e in root.iter() if xml_text.plain_name(e) == "Application"]
    made_by = applications[0].attrib if applications else {}
    producer = " ".join(made_by[key] for key in ("name", "version") if key in made_by)
    report = Report(f"PMML {root.attrib.get('version', '')}".strip(), producer)
    reader = _Reader(networks[0], Assembly(options.max_edges), report)
    reader.derived = _derived_fields(root) | _derived_fields(networks[0])
    reader.read()
    return emit.imported(reader.assembly, report, options, source.name)


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if xml_text.plain_name(child) == name]


def _derived_fields(element: Element) -> set[str]:
    """The names of fields that a file computes of others in front of the network."""
    places = ("TransformationDictionary", "LocalTransformations")
    found = [place for name in places for place in _children(element, name)]
    fields = [field for place in found for field in _children(place, "DerivedField")]
    return {_attribute(field, "name") for field in fields}


def _child(element: Element, name: str) -> Element:
    found = _children(element, name)
    if not found:
        raise FormatError(f"{xml_text.plain_name(element)} lacks {name}")
    return found[0]


def _attribute(element: Element, name: str) -> str:
    if name not in element.attrib:
        raise FormatError(f"{xml_text.plain_name(element)} lacks the attribute {name}")
    return element.attrib[name]


class _Reader:
    """Reads one network, layer by layer."""

    def __init__(self, network: Element, assembly: Assembly, report: Report) -> None:
        self.network = network
        self.assembly = assembly
        self.report = report
        self.numbers: dict[str, int] = {}
        self.derived: set[str] = set()

    def read(self) -> None:
        """Read inputs, layers and outputs."""
        self._inputs(_children(_child(self.network, "NeuralInputs"), "NeuralInput"))
        layers = _children(self.network, "NeuralLayer")
        if not layers:
            raise FormatError("a network without layers")
        for place, layer in enumerate(layers):
            self._layer(layer, place)
        self._outputs(_children(_child(self.network, "NeuralOutputs"), "NeuralOutput"))

    # --- inputs ---------------------------------------------------------------------------

    def _inputs(self, inputs: list[Element]) -> None:
        ids, steps = [], []
        for element in inputs:
            name, step = self._derived(_child(element, "DerivedField"))
            ids.append(name)
            steps.append(step)
        nodes: Tensor = self.assembly.input((len(inputs),), ids=ids)
        if any(step != (0.0, 1.0, None, None) for step in steps):
            mean, scale = (np.array([step[n] for step in steps]) for n in (0, 1))
            low = [-np.inf if step[2] is None else step[2] for step in steps]
            high = [np.inf if step[3] is None else step[3] for step in steps]
            bounded = np.isfinite(low).all()
            if bounded != np.isfinite(low).any():
                raise FormatError("only some of the inputs are kept within their range")
            bounds = (np.array(low), np.array(high)) if bounded else (None, None)
            nodes = self.assembly.normalised(nodes, mean, scale, *bounds)
            self.report.merged.append("NormContinuous into the inputs, which take raw values")
        first = self.assembly.commit(nodes).numbers
        for element, node in zip(inputs, first.tolist(), strict=True):
            self.numbers[_attribute(element, "id")] = node

    def _derived(
        self, field: Element
    ) -> tuple[str, tuple[float, float, float | None, float | None]]:
        """The id of an input, and what is done to it: mean, scale, least and largest value."""
        for child in field:
            kind = xml_text.plain_name(child)
            if kind == "Extension":
                continue
            self._require_raw(child.attrib.get("field", ""))
            if kind == "FieldRef":
                return as_id(_attribute(child, "field")), (0.0, 1.0, None, None)
            if kind == "NormDiscrete":
                name = as_id(f"{_attribute(child, 'field')}={_attribute(child, 'value')}")
                self.report.notes.append(f"the input {in_quotes(name)} is 1 for that value, else 0")
                return name, (0.0, 1.0, None, None)
            if kind == "NormContinuous":
                return as_id(_attribute(child, "field")), self._line(child)
            raise FormatError(f"an input by {kind}, which no spec can express")
        raise FormatError("an input without a field")

    def _require_raw(self, name: str) -> None:
        """Check that a field is one of the table, as it stands there."""
        if name in self.derived:
            raise FormatError(
                f"the field {in_quotes(name)} is computed from others, which is not read"
            )
        for schema in _children(self.network, "MiningSchema"):
            for told in _children(schema, "MiningField"):
                if told.attrib.get("name") != name:
                    continue
                outliers = told.attrib.get("outliers", "asIs")
                if outliers != "asIs":
                    raise FormatError(
                        f"the field {in_quotes(name)}: outliers {in_quotes(outliers)}, which no "
                        "spec can express"
                    )
                if "missingValueReplacement" in told.attrib:
                    self.report.notes.append(
                        f"the original puts {told.attrib['missingValueReplacement']} where "
                        f"{in_quotes(name)} is missing; this network does not"
                    )

    def _line(self, norm: Element) -> tuple[float, float, float | None, float | None]:
        """A straight line through two points as (z − mean)/scale."""
        points = [
            tuple(number(_attribute(p, key), f"LinearNorm {key}") for key in ("orig", "norm"))
            for p in _children(norm, "LinearNorm")
        ]
        if len(points) != 2 or points[0][0] == points[1][0] or points[0][1] == points[1][1]:
            raise FormatError("a NormContinuous that has not two points is not a straight line")
        (x1, y1), (x2, y2) = points
        scale = (x2 - x1) / (y2 - y1)
        outliers = norm.attrib.get("outliers", "asIs")
        if outliers not in ("asIs", "asExtremeValues"):
            raise FormatError(f"outliers {in_quotes(outliers)}, which no spec can express")
        bounds = (min(x1, x2), max(x1, x2)) if outliers == "asExtremeValues" else (None, None)
        return x1 - y1 * scale, scale, *bounds

    # --- layers ---------------------------------------------------------------------------

    def _layer(self, layer: Element, place: int) -> None:
        neurons = _children(layer, "Neuron")
        if not neurons:
            raise FormatError(f"layer {place + 1} has no neuron")
        terms = [list(self._connections(neuron)) for neuron in neurons]
        rows = [row for row, found in enumerate(terms) for _ in found]
        sources = [source for found in terms for source, _ in found]
        weights = [weight for found in terms for _, weight in found]
        bank = Bank(0, (len(neurons),), activation=self._function(layer))
        bank.terms = [Sparse(np.array(rows), np.array(sources), np.array(weights))]
        biases = [number(neuron.attrib.get("bias", "0"), "a bias") for neuron in neurons]
        bank.bias = Bias.each(np.array(biases))
        self._normalised(layer, bank)
        made = self.assembly.bank(bank)
        for neuron, node in zip(neurons, made.numbers.tolist(), strict=True):
            self.numbers[_attribute(neuron, "id")] = node

    def _connections(self, neuron: Element) -> Iterator[tuple[int, float]]:
        seen = set()
        for link in _children(neuron, "Con"):
            start = _attribute(link, "from")
            if start not in self.numbers or start in seen:
                raise FormatError(
                    f"neuron {in_quotes(_attribute(neuron, 'id'))}: a connection from "
                    f"{in_quotes(start)}, which comes after it in the file, or is listed twice"
                )
            seen.add(start)
            yield self.numbers[start], number(_attribute(link, "weight"), "a weight")

    def _told(self, layer: Element, name: str) -> str | None:
        """An attribute of a layer, or of the network for all layers."""
        return layer.attrib.get(name, self.network.attrib.get(name))

    def _function(self, layer: Element) -> Function:
        name = self._told(layer, "activationFunction") or ""
        if name == "threshold":
            if number(self._told(layer, "threshold") or "0", "threshold") != 0:
                raise FormatError("a threshold other than 0")
            return {"name": "step", "at_zero": 0.0}
        if name not in FUNCTIONS:
            raise FormatError(f"the activation {in_quotes(name)}, which no spec can express")
        return FUNCTIONS[name]

    def _normalised(self, layer: Element, bank: Bank) -> None:
        """Softmax over a layer."""
        method = self._told(layer, "normalizationMethod") or "none"
        if method == "softmax" and bank.activation == "identity":
            bank.activation = "softmax"
        elif method != "none":
            raise FormatError(f"the normalisation {in_quotes(method)}, which no spec can express")

    # --- outputs --------------------------------------------------------------------------

    def _outputs(self, outputs: list[Element]) -> None:
        if not outputs:
            raise FormatError("a network without outputs")
        nodes, ids, lines = [], [], []
        for element in outputs:
            name = _attribute(element, "outputNeuron")
            if name not in self.numbers:
                raise FormatError(f"there is no neuron {in_quotes(name)} for an output")
            nodes.append(self.numbers[name])
            for child in _child(element, "DerivedField"):
                if xml_text.plain_name(child) == "NormDiscrete":
                    ids.append(as_id(_attribute(child, "value")))
                elif xml_text.plain_name(child) == "FieldRef":
                    ids.append(as_id(_attribute(child, "field")))
                elif xml_text.plain_name(child) == "NormContinuous":
                    ids.append(as_id(_attribute(child, "field")))
                    lines.append(self._line(child))
                elif xml_text.plain_name(child) != "Extension":
                    what = xml_text.plain_name(child)
                    raise FormatError(f"an output by {what}, which no spec can express")
        tensor: Tensor = Nodes(np.array(nodes))
        if lines:  # the way back from norm to orig
            if len(lines) != len(nodes):
                raise FormatError("only some of the outputs are scaled")
            self.report.merged.append("NormContinuous into the outputs")
        factor, constant = self._target(len(nodes))
        if lines or (factor, constant) != (1.0, 0.0):
            lines = lines or [(0.0, 1.0, None, None)] * len(nodes)
            mean, scale = (np.array([line[n] for line in lines]) for n in (0, 1))
            tensor = self.assembly.rescaled(tensor, mean * factor + constant, scale * factor)
        self.assembly.output(tensor, ids=ids if len(ids) == len(nodes) else None)

    def _target(self, outputs: int) -> tuple[float, float]:
        """The factor and the constant of the target, which the output goes through last."""
        targets = [t for e in _children(self.network, "Targets") for t in _children(e, "Target")]
        keys = ("rescaleFactor", "rescaleConstant", "min", "max", "castInteger")
        told = [target for target in targets if any(key in target.attrib for key in keys)]
        if not told:
            return 1.0, 0.0
        if outputs != 1 or len(told) != 1 or any(key in told[0].attrib for key in keys[2:]):
            raise FormatError("Targets with bounds, whole numbers or several outputs")
        self.report.merged.append("Targets into the output, which is in the units of the target")
        factor, constant = (
            number(told[0].attrib.get(key, default), key)
            for key, default in zip(keys[:2], ("1", "0"), strict=True)
        )
        if factor == 0:
            raise FormatError("Targets with the factor 0")
        return factor, constant
