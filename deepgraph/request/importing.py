"""Networks of other tools: from a file, or from the object that lies in memory.

The libraries of those tools are not imported here. An object that is given has brought its library
along, and is asked for its numbers and settings only.

What became of everything in the file or object is the `report` of the network, the text that the
command prints. What was left out, or is in doubt, is also an `ImportedWarning`.
"""

from __future__ import annotations

import warnings
from dataclasses import fields
from os import PathLike
from typing import TYPE_CHECKING, Any

from deepgraph.errors import ImportedWarning, InputError
from deepgraph.formats.readers import emit, table
from deepgraph.formats.readers.record import Options, Report
from deepgraph.network import Network
from deepgraph.request import parsing
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from deepgraph.formats.readers.record import Imported


def from_file(path: str | os.PathLike[str], format: str | None = None, **options: Any) -> Network:
    """The network in a file of another tool; docs/import.md lists the formats.

    Nothing in the file is run, and no other file is opened but those that the options name.

    Args:
        path: the file.
        format: its format; by default its suffix and its content say it.
        options: those of `deepgraph import`: `scaler` (a file, or the fitted scaler),
            `activations`, `output`, `inputs`, `outputs`, `config`, `delimiter`, `names` (a list)
            and `max_edges`.

    Returns:
        The network; its `report` says what was merged, left out and not used.

    Warns:
        ImportedWarning: something was left out, or is in doubt.

    Raises:
        FormatError: the file is of no known format, is damaged, or holds what no spec can.
        FileError: a file cannot be read.
    """
    return _told(table.read(str(path), _given(options), format))


def from_torch(module: Any, shape: Sequence[int] | None = None, **options: Any) -> Network:
    """The network of a module of PyTorch, as it computes in `eval()`.

    Args:
        module: a `torch.nn.Module`, whose forward pass `torch.fx` traces; no number is computed.
        shape: of one row, where the first layer does not say it: `(1, 28, 28)`.
        options: `output`, `names`, `scaler` and `max_edges`, as in `from_file`.

    Raises:
        FormatError: the forward pass cannot be traced, or has what no spec can express.
    """
    _require_object(module, "a module")
    from deepgraph.formats.readers import onnx, torch_live

    model = torch_live.model_of(module, shape)
    name = type(module).__name__
    return _told(onnx.read_model(model, _options(options), name, "PyTorch module"))


def from_onnx(model: Any, **options: Any) -> Network:
    """The network of an `onnx.ModelProto`, or of the bytes of an ONNX file.

    Args:
        model: it holds its own numbers.
        options: `output`, `names`, `scaler` and `max_edges`, as in `from_file`.

    Raises:
        FormatError: it has what no spec can express.
    """
    _require_object(model, "a model")
    from deepgraph.formats.readers import onnx, onnx_file

    content = model if isinstance(model, bytes) else model.SerializeToString()
    parsed = onnx_file.parse(content, None)
    return _told(onnx.read_model(parsed, _options(options), "model"))


def from_keras(model: Any, **options: Any) -> Network:
    """The network of a Keras model.

    Args:
        model: a `Sequential` or functional model.
        options: `output`, `names`, `scaler` and `max_edges`, as in `from_file`.

    Raises:
        FormatError: it has what no spec can express.
    """
    _require_object(model, "a model")
    from deepgraph.formats.readers import keras

    return _told(keras.read_live(model, _options(options)))


def from_sklearn(estimator: Any, **options: Any) -> Network:
    """The network of a fitted estimator of scikit-learn.

    Args:
        estimator: an `MLPClassifier` or `MLPRegressor`, a linear model, or a `Pipeline` that
            begins with scalers.
        options: `names`, `scaler` and `max_edges`, as in `from_file`.

    Raises:
        FormatError: it is not fitted, or has what no spec can express.
    """
    _require_object(estimator, "an estimator")
    from deepgraph.formats.readers import sklearn

    return _told(sklearn.read(estimator, type(estimator).__name__, _options(options)))


def from_neat(genome: Any, config: Any, **options: Any) -> Network:
    """The network of a genome of neat-python.

    Args:
        genome: a `DefaultGenome`.
        config: the `neat.Config` that it was made with.
        options: `inputs` and `outputs` (lists of their names), `names`, `scaler` and `max_edges`,
            as in `from_file`.

    Raises:
        FormatError: it is recurrent, or has what no spec can express.
    """
    _require_object(genome, "a genome")
    from deepgraph.formats.readers import neat

    told = config.genome_config
    sizes = {"inputs": told.num_inputs, "outputs": told.num_outputs}
    given = _options({**sizes, **options})
    for what, count in sizes.items():
        own = getattr(given, what)
        found = own if isinstance(own, int) else len(own)
        if found != count:
            raise InputError(f"num_{what} is {count} in the configuration, and {what} say {found}")
    nodes = {key: vars(gene) for key, gene in genome.nodes.items()}
    links = {key: vars(gene) for key, gene in genome.connections.items()}
    report = Report("neat-python genome")
    return _told(neat.read_genome(nodes, links, given, report, "genome"))


def _options(given: dict[str, Any]) -> Options:
    """The options of a reader, with the scaler that they name."""
    from deepgraph.formats.readers import pickles

    return pickles.with_scale(_given(given))


def _require_object(given: Any, what: str) -> None:
    """Refuse a path where an object belongs.

    Raises:
        TypeError: it is one.
    """
    if isinstance(given, str | PathLike):
        raise TypeError(f"this takes {what}, not the path of a file, which from_file reads")


_LISTS = ("activations", "names")


def _given(options: dict[str, Any]) -> Options:
    """The options of a reader, of arguments.

    Raises:
        TypeError: there is no such option.
        InputError: one text stands where a list belongs.
    """
    known = [field.name for field in fields(Options) if field.name != "scale"]
    for name, value in options.items():
        if name not in known:
            near = Nearest(known)(name) or f"; the options are {', '.join(known)}"
            raise TypeError(f"an import has no option {name!r}{near}")
        if name in _LISTS and isinstance(value, str):
            raise InputError(f"{name} is a list of texts, as [{value[:20]!r}, …], got one text")
    if (sign := options.get("delimiter")) is not None:
        options = {**options, "delimiter": parsing.delimiter(sign, "delimiter")}
    return Options(**options)


def network_of(imported: Imported) -> Network:
    """The network of what a reader gives, with all numbers inside its spec, and its report."""
    spec = emit.with_numbers(imported)
    network = Network(spec, spec.name or "network")
    network.report = imported.report
    return network


def _told(imported: Imported) -> Network:
    """The network of what a reader gives; what a person has to know is warned of.

    What was merged or not used is in the report only: it is the normal case of many formats.
    """
    network = network_of(imported)
    report = imported.report
    lines = [*(f"left out: {line}" for line in report.left_out), *report.notes]
    for line in lines:
        warnings.warn(f"{network.name}: {line}", ImportedWarning, stacklevel=3)
    return network
