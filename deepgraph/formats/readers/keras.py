"""Reads models of Keras: `.keras`, and `.h5` of any version, by their configuration.

The configuration is JSON; no class that it names is made. Weights are found by the names of layers
in `.h5`, and in `.keras` by their classes, counted: the second `Dense` is `layers/dense_1`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers import emit
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.banks import Pending
from deepgraph.formats.readers.keras_files import (
    MODELS,
    Path,
    as_json,
    layers_of,
    name_of,
    opened,
    places,
)
from deepgraph.formats.readers.keras_layer import Layer
from deepgraph.formats.readers.keras_layers import LAYERS, REASONS
from deepgraph.formats.readers.noted import NOTHING, Noted
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import in_quotes, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Imported, Options, Source
    from deepgraph.functions.written import Function

DEEPEST = 20


def read(source: Source, options: Options) -> Imported:
    """The network of a `.keras` or `.h5` file."""
    file = opened(source)
    return read_config(
        file.config, file.weights, options, file.report, source.name, file.version, file.noted
    )


def read_live(model: Any, options: Options) -> Imported:
    """The network of a model in memory, by its own description of itself."""
    config = as_json(model.to_json())
    version = str(config.get("keras_version") or "3")
    layers: dict[Path, list[NDArray[Any]]] = {}
    stack: list[tuple[Path, Any]] = [((), model)]
    while stack:
        path, inner = stack.pop()
        for layer in inner.layers:
            at = (*path, str(layer.name))
            if type(layer).__name__ in MODELS:
                stack.append((at, layer))
            else:
                layers[at] = [np.asarray(array) for array in layer.get_weights()]
    report = Report("Keras model", f"Keras {version}")
    name = str(getattr(model, "name", "model"))
    return read_config(config, lambda path, _: layers.get(path, []), options, report, name, version)


def read_config(
    config: dict[str, Any],
    weights: Callable[[Path, str], list[NDArray[Any]]],
    options: Options,
    report: Report,
    name: str,
    version: str,
    noted: Noted = NOTHING,
) -> Imported:
    """The network of a configuration.

    Args:
        config: of the model.
        weights: the arrays of a layer, by the names of models and layers on the way to it, and by
            its place in a `.keras` file.
        options: what a person said beside the file.
        report: gets what was merged.
        name: of the file.
        version: of Keras.
        noted: what deepgraph's own export has noted in the file.
    """
    major = int(version.partition(".")[0]) if version[:1].isdigit() else 2
    reader = _Reader(weights, options, report, major, noted.functions())
    inputs = list(_input_shapes(config))
    for label, shape in inputs:
        if any(type(axis) is not int or axis < 1 for axis in shape):
            raise FormatError(f"the input {in_quotes(label)} has no fixed size: {shape}")
    tensors: list[Tensor] = [reader.assembly.input((1, *shape), label) for label, shape in inputs]
    made = reader.model(config, tensors, (), "", 0)
    for label, tensor in made:
        if options.output in (None, label):
            reader.assembly.output(tensor, label)
    if not reader.assembly.outputs:
        known = listed([label for label, _ in made])
        raise FormatError(f"there is no output {in_quotes(str(options.output))}; known: {known}")
    noted.name(reader.assembly)
    return emit.imported(reader.assembly, report, options, name)


def _input_shapes(config: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Name and shape, without rows, of every input of the model."""
    layers = layers_of(config)
    if config.get("class_name") == "Sequential":
        if not layers:
            raise FormatError("a model without layers")
        first = layers[0]
        name = name_of(first) if first.get("class_name") == "InputLayer" else ""
        yield name, _shape_of(first, config)
        return
    by_name = {name_of(layer): layer for layer in layers}
    for name, *_ in _ends(config["config"].get("input_layers")):
        if name not in by_name:
            raise FormatError(
                f"the model names the layer {in_quotes(name)} as an input, and has no such layer"
            )
        yield name, _shape_of(by_name[name], config)


def _shape_of(layer: dict[str, Any], model: dict[str, Any]) -> list[Any]:
    inner = layer.get("config") or {}
    model_config = model.get("config")
    candidates = [
        inner.get("batch_input_shape"),
        inner.get("batch_shape"),
        (layer.get("build_config") or {}).get("input_shape"),
        (model.get("build_config") or {}).get("input_shape"),
        model_config.get("build_input_shape") if isinstance(model_config, dict) else None,
    ]
    found = next((shape for shape in candidates if isinstance(shape, list)), None)
    if found is None and layer.get("class_name") in MODELS:
        return next(shape for _, shape in _input_shapes(layer))
    if found is None and inner.get("input_dim"):
        found = [None, inner["input_dim"]]
    if found is None:
        raise FormatError(f"the layer {in_quotes(name_of(layer))} does not say what it takes")
    return found[1:] or [1]


def _ends(told: Any) -> list[list[Any]]:
    """Inputs or outputs of a model: one or a list of [layer, node, tensor]."""
    if not isinstance(told, list) or not told:
        raise FormatError("the configuration of the model names no inputs or outputs")
    if isinstance(told[0], str):
        return [told]
    return told


class _Reader:
    """Walks through models and the models within them."""

    def __init__(
        self,
        weights: Any,
        options: Options,
        report: Report,
        version: int,
        functions: Mapping[str, tuple[str, Function]],
    ) -> None:
        self.weights = weights
        self.functions = functions
        self.report = report
        self.version = version
        self.assembly = Assembly(options.max_edges)

    def model(
        self, config: dict[str, Any], tensors: list[Tensor], path: Path, place: str, depth: int
    ) -> list[tuple[str, Tensor]]:
        """The outputs of a model, by name.

        Args:
            config: of the model.
            tensors: that come in.
            path: the names of the models around it.
            place: in a `.keras` file.
            depth: how many models are around it.
        """
        kind, layers = config.get("class_name"), layers_of(config)
        if kind not in MODELS or depth > DEEPEST:
            raise FormatError(
                f"the model is of the class {in_quotes(str(kind))}, whose code is not in the file"
            )
        ats = places(layers, place)
        if kind == "Sequential":
            tensor, name = tensors[0], ""
            for layer, at in zip(layers, ats, strict=True):
                tensor, name = self.layer(layer, [tensor], path, at, depth), name_of(layer)
            return [(name, tensor)]
        return self._functional(config["config"], layers, tensors, path, ats, depth)

    def _functional(
        self,
        config: dict[str, Any],
        layers: list[dict[str, Any]],
        tensors: list[Tensor],
        path: Path,
        ats: list[str],
        depth: int,
    ) -> list[tuple[str, Tensor]]:
        """A graph of layers: each call of one is computed as soon as its inputs are there."""
        inputs = [_end(told) for told in _ends(config.get("input_layers"))]
        made = dict(zip(inputs, tensors, strict=True))
        outputs = [_end(told) for told in _ends(config.get("output_layers"))]
        functions = {} if depth else self.functions
        calls = _calls(layers, ats, outputs, functions)
        uses = Counter([*outputs, *(source for call in calls for source in call[3])])
        waiting = calls
        while waiting:
            later = []
            for layer, at, node, sources in waiting:
                if any(source not in made for source in sources):
                    later.append((layer, at, node, sources))
                    continue
                key = (name_of(layer), node, 0)
                given = [made[source] for source in sources]
                if key[0] in functions:
                    tensor: Tensor = self.assembly.commit(given[0], functions[key[0]][1])
                else:
                    tensor = self.layer(layer, given, path, at, depth)
                shared = isinstance(tensor, Pending) and uses[key] > 1
                made[key] = self.assembly.commit(tensor, name=key[0]) if shared else tensor
            if len(later) == len(waiting):
                stuck = listed(sorted({name_of(layer) for layer, *_ in later}))
                raise FormatError(f"layers whose inputs are never computed: {stuck}")
            waiting = later
        missing = [end for end in outputs if end not in made]
        if missing:
            raise FormatError(f"there is no output of {in_quotes(missing[0][0])}")
        return [(end[0], made[end]) for end in outputs]

    def layer(
        self, told: dict[str, Any], tensors: list[Tensor], path: Path, place: str, depth: int
    ) -> Tensor:
        """What a layer makes of tensors."""
        kind, name = str(told.get("class_name")), name_of(told)
        if kind in MODELS:
            outputs = self.model(told, tensors, (*path, name), place, depth + 1)
            if len(outputs) != 1:
                raise FormatError(f"the model {in_quotes(name)} within has several outputs")
            return outputs[0][1]
        layer = Layer(
            self.assembly, self.report, kind, name, dict(told.get("config") or {}), [], self.version
        )
        make = LAYERS.get(kind)
        if make is None or kind in REASONS:
            raise layer.refusal(f"{REASONS.get(kind, 'a layer that is not known')}; refused")
        layer.weights = self.weights((*path, name), place)
        try:
            return make(layer, tensors)
        except FormatError as error:
            text = str(error)
            raise layer.refusal(text) if f'"{name}"' not in text else error from None
        except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
            raise layer.refusal(f"its settings or weights do not fit it: {error}") from None


End = tuple[str, int, int]
"""A tensor: a layer, the number of its call, and the number of the output."""

Call = tuple[dict[str, Any], str, int, list[End]]
"""A layer, its place in the file, the number of the call, and what it takes."""


def _calls(
    layers: list[dict[str, Any]],
    ats: list[str],
    outputs: list[End],
    functions: Mapping[str, tuple[str, Function]],
) -> list[Call]:
    """The calls of layers that the outputs need, in the order of the file.

    Operations that are noted as one function are one call: it takes what their first takes.
    """
    by_name = {name_of(layer): (layer, at) for layer, at in zip(layers, ats, strict=True)}
    found: dict[str, list[Call]] = {}
    stack = [name for name, *_ in outputs]
    while stack:
        name = stack.pop()
        if name in found or name not in by_name:
            continue
        layer, at = by_name[name]
        if name in functions:
            found[name] = [(layer, at, 0, [(functions[name][0], 0, 0)])]
        else:
            inbound = enumerate(layer.get("inbound_nodes") or [])
            found[name] = [(layer, at, node, _sources(told, name)) for node, told in inbound]
        stack += [source for *_, sources in found[name] for source, *_ in sources]
    return [call for name in by_name for call in found.get(name, ())]


def _end(told: Any) -> End:
    if not isinstance(told, list | tuple) or len(told) < 3:
        raise FormatError("a connection does not say from which layer it comes")
    return str(told[0]), int(told[1]), int(told[2])


def _sources(inbound: Any, name: str) -> list[End]:
    """What a call of a layer takes, as Keras 3 or as earlier versions write it."""
    if isinstance(inbound, dict):
        stack, found = [inbound.get("args"), inbound.get("kwargs")], []
        while stack:
            item = stack.pop(0)
            if isinstance(item, dict) and item.get("class_name") == "__keras_tensor__":
                found.append(_end(item["config"]["keras_history"]))
            elif isinstance(item, list):
                stack = [*item, *stack]
            elif isinstance(item, dict):
                stack = [*item.values(), *stack]
            elif isinstance(item, int | float) and not isinstance(item, bool):
                raise FormatError(
                    f"the layer {in_quotes(name)} takes a constant beside its tensors"
                )
        return found
    if not isinstance(inbound, list):
        raise FormatError(f"the layer {in_quotes(name)} is connected in an unknown way")
    return [_end(item) for item in inbound]
