"""The files of Keras: the configuration of a model, and where the weights of its layers lie."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.keras_names import in_file
from deepgraph.formats.readers.archives import ZIP, Archive
from deepgraph.formats.readers.hdf5 import Tree
from deepgraph.formats.readers.noted import NOTHING, Noted
from deepgraph.formats.readers.record import Report
from deepgraph.words.messages import counted, in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from deepgraph.formats.readers.record import Source

MODELS = ("Sequential", "Functional", "Model")
"""Classes of models, which hold layers."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class File:
    """What a file holds: its configuration, the arrays of each layer, what our export has noted."""

    config: dict[str, Any]
    weights: Callable[[Path, str], list[NDArray[Any]]]
    report: Report
    version: str
    noted: Noted = NOTHING


def opened(source: Source) -> File:
    """What a `.keras` or `.h5` file holds.

    Raises:
        FormatError: it is no model of Keras.
    """
    return _archive(source) if source.content.startswith(ZIP) else _hdf5(source)


def _hdf5(source: Source) -> File:
    tree = Tree(source.content)
    told = tree.attribute("/", "model_config")
    if told is None:
        raise FormatError(
            "this file holds weights only and no layers; save the whole model: model.save(FILE)"
        )
    version = tree.attribute("/", "keras_version") or ""
    report = Report("Keras HDF5", f"Keras {version}".strip())

    def weights(path: Path, _: str) -> list[NDArray[Any]]:
        return [tree.array(name) for name in _weight_names(tree, path)]

    _unused_groups(tree, ("optimizer_weights",), report)
    return File(as_json(told), weights, report, version)


def _archive(source: Source) -> File:
    """The content of a `.keras` file: an archive of JSON and HDF5."""
    archive = Archive(source.content)
    if "config.json" not in archive.names:
        raise FormatError("this zip archive has no config.json, as that of a .keras file has")
    metadata = {}
    if "metadata.json" in archive.names:
        metadata = as_json(archive.read("metadata.json").decode("utf-8", "replace"))
    version = str(metadata.get("keras_version", "3"))
    report = Report("Keras", f"Keras {version}")
    config = as_json(archive.read("config.json").decode("utf-8", "replace"))
    tree = Tree(archive.read("model.weights.h5"))
    _unused_groups(tree, ("optimizer",), report)

    def weights(_: Path, place: str) -> list[NDArray[Any]]:
        count = len(tree.names(f"{place}/vars"))
        return [tree.array(f"{place}/vars/{number}") for number in range(count)]

    notes = metadata.get("deepgraph")
    given = notes.items() if isinstance(notes, dict) else ()
    own = {key: text for key, text in given if isinstance(text, str)}
    return File(config, weights, report, version, Noted(own))


def parts(source: Source) -> tuple[dict[str, Any], dict[Path, list[NDArray[Any]]]]:
    """The configuration of a file, and the arrays of every layer that has some."""
    file = opened(source)
    found: dict[Path, list[NDArray[Any]]] = {}
    stack: list[tuple[dict[str, Any], Path, str]] = [(file.config, (), "")]
    while stack:
        config, path, place = stack.pop()
        layers = layers_of(config)
        for layer, at in zip(layers, places(layers, place), strict=True):
            inner = (*path, name_of(layer))
            if layer.get("class_name") in MODELS:
                stack.append((layer, inner, at))
            else:
                found[inner] = file.weights(inner, at)
    return file.config, found


def fill(model: Any, weights: dict[Path, list[NDArray[Any]]]) -> None:
    """Give the layers of a live model their arrays."""
    stack: list[tuple[Path, Any]] = [((), model)]
    while stack:
        path, inner = stack.pop()
        for layer in inner.layers:
            at = (*path, str(layer.name))
            if type(layer).__name__ in MODELS:
                stack.append((at, layer))
            elif weights.get(at):
                layer.set_weights(weights[at])


def as_json(text: str) -> Any:
    """The object of a JSON text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError("the configuration of the model is not JSON") from None
    if not isinstance(found, dict):
        raise FormatError("the configuration of the model is not an object")
    return found


def _weight_names(tree: Tree, path: Path) -> list[str]:
    """The arrays of a layer of a `.h5` file; those of a model within have its name in theirs."""
    group = f"model_weights/{path[0]}"
    if path[0] not in tree.names("model_weights"):  # as of an input layer
        return []
    names = tree.attribute(group, "weight_names") or []
    if len(path) > 1:
        names = _names_within(names, path[1:])
    return [f"{group}/{name}" for name in names]


def _names_within(names: list[str], path: Path) -> list[str]:
    """The names of arrays that have those of models and layers in theirs, as far as they have."""
    parts = {name: tuple(name.split("/")[:-1]) for name in names}
    ways: tuple[Callable[[Path], bool], ...] = (
        lambda own: own == path,
        lambda own: _in_order(path, own),
        lambda own: path[-1] in own,  # TensorFlow leaves out the models around a layer
    )
    for fits in ways:
        found = [name for name in names if fits(parts[name])]
        if len({name.rpartition("/")[2] for name in found}) < len(found):
            raise FormatError(
                f"several layers within are called {in_quotes(path[-1])}, and the file does not "
                "say whose weights are whose; save it as a .keras file"
            )
        if found:
            return found
    return []


def _in_order(path: Path, own: Path) -> bool:
    """True if all of a path is found in another one, in order."""
    rest = iter(own)
    return all(part in rest for part in path)


def _unused_groups(tree: Tree, groups: tuple[str, ...], report: Report) -> None:
    for group in groups:
        found = list(tree.arrays(group))
        size = sum(math.prod(shape) for _, shape in found)
        if found:
            report.unused.append(
                f"{group}: {counted(len(found), 'array')} with {counted(size, 'number')}, which "
                "only training needs"
            )


def layers_of(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of a model; in Keras 1 a list is all of a `Sequential`'s configuration."""
    inner = config.get("config")
    found = inner if isinstance(inner, list) else (inner or {}).get("layers")
    if not isinstance(found, list) or not all(isinstance(layer, dict) for layer in found):
        raise FormatError("the configuration of the model has no layers")
    return found


def name_of(layer: dict[str, Any]) -> str:
    """The name of a layer in a configuration."""
    inner = layer.get("config")
    return str(layer.get("name") or (inner.get("name") if isinstance(inner, dict) else "") or "?")


def places(layers: list[dict[str, Any]], place: str) -> list[str]:
    """Where the weights of layers lie in a `.keras` file: by class, counted."""
    counts: Counter[str] = Counter()
    found = []
    for layer in layers:
        base = in_file(str(layer.get("class_name")))
        number = counts[base]
        counts[base] += 1
        start = f"{place}/layers" if place else "layers"
        found.append(f"{start}/{base}_{number}" if number else f"{start}/{base}")
    return found
