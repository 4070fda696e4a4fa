"""Reads pickles, of scikit-learn or neat-python: their content says whose they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers import neat, pytorch, sklearn
from deepgraph.formats.readers.archives import ZIP
from deepgraph.formats.readers.pickle_machine import Instance
from deepgraph.formats.readers.pickled_arrays import unpickled
from deepgraph.formats.readers.record import Source
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Imported, Options

PYTORCH_BEFORE_16 = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
"""The first number in a file of PyTorch before 1.6, behind the protocol."""


def read(source: Source, options: Options) -> Imported:
    """The network of a pickle."""
    if source.content.startswith(ZIP) or source.content[2:14] == PYTORCH_BEFORE_16:
        return pytorch.read(source, options)
    tree = model_of(source)
    if tree.kind.module.startswith("neat."):
        return neat.read_pickled(tree, source, options)
    return sklearn.read(tree, source.name, options)


def model_of(source: Source) -> Instance:
    """The estimator or genome in a pickle, as data."""
    tree = _model(unpickled(source.content, (*sklearn.NAMES, *neat.NAMES)))
    if not isinstance(tree, Instance):
        raise FormatError("this pickle holds no estimator of scikit-learn and no genome")
    return tree


def _model(tree: Any) -> Any:
    """The one model of a pickle, which may lie in a dictionary or tuple with other things."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list | tuple):
        found = [value for value in tree if isinstance(value, Instance)]
        models = [
            value
            for value in found
            if value.name in {*sklearn.NETWORKS, *sklearn.MODELS, *sklearn.AROUND}
        ]
        return models[0] if len(models) == 1 else next(iter(found), None)
    return tree


def with_scale(options: Options) -> Options:
    """The options with what their scaler does, if they name one.

    Raises:
        FormatError: the file holds no scaler that a spec can express.
    """
    if options.scaler is None:
        return options
    try:
        return replace(options, scale=sklearn.scale_of(scaler(options.scaler)))
    except FormatError as error:
        text = str(error)
        start = f"{options.scaler}: "
        raise FormatError(text if text.startswith(start) else start + text) from None


def scaler(path: str) -> sklearn.Estimator:
    """The scaler in a file.

    Raises:
        FormatError: there is none.
        FileError: the file cannot be read.
    """
    try:
        tree = unpickled(Source.of(path).content, sklearn.NAMES)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None
    if not isinstance(tree, Instance):
        raise FormatError(f"{path}: this pickle holds no scaler of scikit-learn")
    return sklearn.Estimator.of(tree, in_quotes(PurePath(path).name))
