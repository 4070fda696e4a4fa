"""Reads ONNX: a graph of operators on tensors, evaluated on the numbers of nodes."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit, onnx_constants, onnx_ops
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.banks import Nodes, Pending
from deepgraph.formats.readers.names import readable
from deepgraph.formats.readers.noted import Noted
from deepgraph.formats.readers.onnx_call import CHOICE, Call
from deepgraph.formats.readers.onnx_file import parse
from deepgraph.formats.readers.onnx_patterns import with_activations
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import counted, in_quotes, listed

if TYPE_CHECKING:
    from deepgraph.formats.readers.onnx_file import Axes, OnnxModel, OnnxNode
    from deepgraph.formats.readers.record import Imported, Options, Source

DOMAINS = ("", "ml")

BATCHED = ("Conv", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
"""Operators that compute each entry of the first axis by itself, and so each row."""

REASONS = {
    **dict.fromkeys(("LSTM", "GRU", "RNN", "Loop", "Scan"), "a recurrent layer or a loop"),
    **dict.fromkeys(("If",), "a choice between two graphs"),
    **dict.fromkeys(
        ("LayerNormalization", "InstanceNormalization", "GroupNormalization", "LRN",
         "MeanVarianceNormalization", "LpNormalization"),
        "a normalisation by what the row itself holds",
    ),
    **dict.fromkeys(
        ("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli",
         "Multinomial"),
        "random numbers",
    ),
    **dict.fromkeys(
        ("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv",
         "QLinearMatMul", "MatMulInteger", "ConvInteger"),
        "arithmetic of small integers",
    ),
    **dict.fromkeys(
        ("ArgMax", "ArgMin", "LabelEncoder", "ArrayFeatureExtractor", "TopK"),
        CHOICE,
    ),
}  # fmt: skip
"""Why some operators cannot be expressed, where there is more to say than that they are unknown."""


def read(source: Source, options: Options) -> Imported:
    """The network of an ONNX file."""
    model = parse(source.content, source.path.parent)
    return read_model(model, options, source.name)


def read_model(model: OnnxModel, options: Options, name: str, title: str | None = None) -> Imported:
    """The network of a model that is parsed already; `title` is what it was, if no ONNX."""
    report = Report(title or f"ONNX opset {model.opset['']}", model.producer)
    reader = _Reader(model, options, report)
    reader.run()
    return emit.imported(reader.assembly, report, options, name)


class _Reader:
    """Evaluates a graph backwards from its outputs, node by node."""

    def __init__(self, model: OnnxModel, options: Options, report: Report) -> None:
        self.model = model
        self.report = report
        self.assembly = Assembly(options.max_edges)
        self.batch = 1
        self.values: dict[str, Any] = {"": None}
        self.used: set[str] = set()
        self.room = onnx_constants.MOST + 8 * sum(map(model.size, model.constants))
        self.alone = {n.outputs[0]: n for n in model.nodes if n.op == "Constant" and n.outputs}
        self.nodes = with_activations(model.nodes, self._single)
        self.makers: dict[str, OnnxNode] = {}
        for node in self.nodes:
            for name in node.outputs:
                if name and name in self.makers:
                    raise FormatError(f"{node.label}: {in_quotes(name)} is computed twice")
                self.makers[name] = node
        self.wanted = self._wanted(options)

    def _wanted(self, options: Options) -> list[Axes]:
        """The outputs to read."""
        if not self.model.outputs:
            raise FormatError("this graph has no output")
        if options.output is None:
            return self.model.outputs
        found = [axes for axes in self.model.outputs if axes.name == options.output]
        if not found:
            known = listed([axes.name for axes in self.model.outputs])
            raise FormatError(f"there is no output {in_quotes(options.output)}; known: {known}")
        return found

    def run(self) -> None:
        """Read the inputs, and the outputs as far as a spec can express them."""
        for axes in self.model.inputs:
            if axes.name not in self.model.constants:
                self.values[axes.name] = self._input(axes)
        self.uses = self._uses()
        failed: list[tuple[str, FormatError]] = []
        for axes in self.wanted:
            try:
                self._output(axes.name)
            except FormatError as error:
                failed.append((axes.name, error))
        if not self.assembly.outputs:
            raise failed[0][1]
        Noted(self.model.metadata).name(self.assembly)
        self.report.left_out += [f"the output {in_quotes(name)}: {e}" for name, e in failed]
        unused = [name for name in self.model.constants if name not in self.used]
        if unused:
            what = counted(sum(map(self.model.size, unused)), "number")
            self.report.unused.append(f"{listed(unused)}: {what} that no output needs")

    # --- inputs and outputs ---------------------------------------------------------------

    def _input(self, axes: Axes) -> Nodes:
        shape = axes.shape
        if shape is None:
            raise FormatError(f"the input {in_quotes(axes.name)} is not a tensor of known shape")
        first = shape[0] if shape else 1
        if shape and (not isinstance(first, int) or first < 1):
            shape = [1, *shape[1:]]
        elif len(shape) > 1 and isinstance(first, int) and first > 1:
            what = "each is an input of its own; export it with one row for a network of one"
            if self._is_batched(axes.name):
                self.batch, shape = first, [1, *shape[1:]]
                what = "one is read, since all are computed alike"
            self.report.notes.append(
                f"the input {in_quotes(axes.name)} has {first:,} rows or columns: {what}"
            )
        open_axes = [n for n, axis in enumerate(shape) if not isinstance(axis, int) or axis < 1]
        if open_axes:
            raise FormatError(
                f"the input {in_quotes(axes.name)} has no fixed size: axis {open_axes[0]} is "
                f"{shape[open_axes[0]] or 'open'}"
            )
        return self.assembly.input([axis for axis in shape if isinstance(axis, int)], axes.name)

    def _is_batched(self, name: str) -> bool:
        return any(
            node.op in BATCHED and node.inputs and node.inputs[0] == name for node in self.nodes
        )

    def _output(self, name: str) -> None:
        self._evaluate(name)
        value = self.values[name]
        if isinstance(value, FormatError):
            raise value
        if not isinstance(value, Nodes | Pending):
            raise FormatError(f"the output {in_quotes(name)} does not depend on the inputs")
        maker = self.makers.get(name)
        labels = maker.attributes.get("classlabels_strings") if maker is not None else None
        size = math.prod(value.shape)
        mapped = maker is not None and maker.op == "ZipMap"
        ids = labels if mapped and labels and len(labels) == size else None
        self.assembly.output(value, readable(name), ids)

    # --- the graph ------------------------------------------------------------------------

    def _evaluate(self, wanted: str) -> None:
        """Compute a value and all that it needs; a graph may be in any order, and very deep."""
        stack, open_nodes = [wanted], set()
        while stack:
            name = stack[-1]
            if name in self.values:
                stack.pop()
                continue
            if name in self.model.constants:
                self.values[name] = self.model.constant(name)
                self.used.add(name)
                continue
            node = self.makers.get(name)
            if node is None:
                raise FormatError(f"{in_quotes(name)} is neither an input nor computed by a node")
            missing = [inner for inner in node.inputs if inner not in self.values]
            if missing:
                if name in open_nodes:
                    raise FormatError(f"{node.label} lies on a cycle, which no spec can express")
                open_nodes.add(name)
                stack += missing
                continue
            self._run_node(node)
            open_nodes.discard(name)

    def _run_node(self, node: OnnxNode) -> None:
        values = [self.values[name] for name in node.inputs]
        call = Call(
            self.assembly,
            self.report,
            node,
            values,
            node.inputs,
            self.model.opset.get("", 1),
            self.batch,
            tuple(self.makers.get(name) for name in node.inputs),
        )
        for value in values:
            if isinstance(value, FormatError):  # what another output of its maker cannot be
                raise value
        try:
            made = self._operator(call)(call)
        except FormatError as error:
            text = str(error)
            raise FormatError(text if node.label in text else f"{node.label}: {text}") from None
        except (ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError) as error:
            raise FormatError(f"{node.label}: its inputs do not fit it: {error}") from None
        found = made if isinstance(made, list) else [made]
        self.room -= sum(value.size for value in found if isinstance(value, np.ndarray))
        if self.room < 0:
            raise FormatError(
                f"{node.label}: the constants that this file computes have too many entries"
            )
        for name, value in zip(node.outputs, found, strict=False):
            shared = isinstance(value, Pending) and self.uses[name] > 1
            self.values[name] = self.assembly.commit(value) if shared else value
        for name in node.outputs[len(found) :]:
            self.values[name] = FormatError(
                f"{node.label}: its output {in_quotes(name)} is not read"
            )

    def _operator(self, call: Call) -> Any:
        node = call.node
        reason = REASONS.get(node.op)
        if reason is not None:
            raise call.refusal(f"{reason}; no spec can express it")
        if node.domain not in DOMAINS or node.op in self.model.functions:
            raise call.refusal(f"an operator of the domain {in_quotes(node.domain)}, not of ONNX")
        computed = [value for value in call.values if isinstance(value, Nodes | Pending)]
        of_shape = node.op in ("Shape", "Size")
        known = onnx_ops.OPERATORS if computed and not of_shape else onnx_constants.OPERATORS
        operator = known.get(node.op)
        if operator is None and node.op in onnx_ops.OPERATORS and call.values:
            # The values of nodes that only biases feed, as an export of such a network has them.
            call.values = [call.assembly.constant(call.constant(0, "it")), *call.values[1:]]
            return onnx_ops.OPERATORS[node.op]
        if operator is None:
            raise call.refusal("no spec can express this operator")
        return operator

    def _uses(self) -> Counter[str]:
        """How often each value is used by nodes that the outputs need, and as an output."""
        uses: Counter[str] = Counter(axes.name for axes in self.wanted)
        stack, seen = list(uses), set()
        while stack:
            node = self.makers.get(stack.pop())
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            uses.update(name for name in node.inputs if node.op not in ("Shape", "Size"))
            stack += node.inputs
        return uses

    def _single(self, name: str) -> float | None:
        """The number of an initializer or a `Constant`, if it is a single one."""
        if name in self.model.constants:
            array = self.model.constant(name) if self.model.size(name) == 1 else None
        else:
            node = self.alone.get(name)
            value = None if node is None else node.attributes.get("value")
            array = value if isinstance(value, np.ndarray) else None
            if node is not None and "value_float" in node.attributes:
                return float(node.attributes["value_float"])
        if array is None or array.size != 1 or array.dtype.kind not in "fiu":
            return None
        return float(array.reshape(-1)[0])
