"""Reads pickles, of scikit-learn or neat-python: their content says whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.formats.readers import neat, pytorch, sklearn
from deepgraph.formats.readers.archives import ZIP
from deepgraph.formats.readers.pickle_machine import Instance
from deepgraph.formats.readers.pickled_arrays import unpickled
from deepgraph.formats.readers.record import Source
from deepgraph.words.messages import in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Imported, Options

PYTORCH_BEFORE_16 = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
"""The first number in a file of PyTorch before 1.6, behind the protocol."""


def read(source: Source, options: Options) -> Imported:
    """The network of a pickle."""
    if source.content.startswith(ZIP) or source.content[2:14] == PYTORCH_BEFORE_16:
        return pytorch.read(source, options)
    found = content_of(source)
    if found.model.kind.module.startswith("neat."):
        return neat.read_pickled(found.model, source, options)
    scaled, beside = behind_scaler(found, options)
    imported = sklearn.read(scaled, source.name, options)
    for name, estimator in beside.items():
        told = f"{in_quotes(name)}, a {estimator.name} beside the model"
        if estimator.name in sklearn.SCALERS:  # perhaps the targets went through it
            imported.report.notes.append(f"{told}, is not used")
        else:
            imported.report.unused.append(told)
    return imported


@dataclass(frozen=True)
class Content:
    """What a pickle holds: the one model, and by name or number the estimators beside it."""

    model: Instance
    others: dict[str, Instance]


def content_of(source: Source) -> Content:
    """The estimator or genome in a pickle, as data, and what lies beside it.

    Raises:
        FormatError: there is no model, or there are several.
    """
    tree = unpickled(source.content, (*sklearn.NAMES, *neat.NAMES))
    if isinstance(tree, Instance):
        return Content(tree, {})
    named: dict[Any, Any] = {}
    if isinstance(tree, dict):
        named = tree
    elif isinstance(tree, list | tuple):
        named = dict(enumerate(tree))
    found = {str(key): value for key, value in named.items() if isinstance(value, Instance)}
    known = {*sklearn.NETWORKS, *sklearn.MODELS, *sklearn.AROUND}
    models = [key for key, value in found.items() if value.name in known] or list(found)[:1]
    if not models:
        raise FormatError("this pickle holds no estimator of scikit-learn and no genome")
    if len(models) > 1:
        told = listed([f"{key} ({found[key].name})" for key in models])
        raise FormatError(f"this pickle holds several models: {told}; save the one that is meant")
    return Content(found.pop(models[0]), found)


def behind_scaler(
    found: Content, options: Options
) -> tuple[sklearn.Estimator, dict[str, Instance]]:
    """The model behind the one scaler beside it, and what else of the pickle is not used, by name.

    A scaler counts as that of the inputs if the model has none of its own, none is given, and the
    name of neither says that it is one of targets.
    """
    model = sklearn.Estimator.of(found.model)
    scalers = [
        key
        for key, value in found.others.items()
        if value.name in sklearn.SCALERS and not _OF_TARGETS.search(key)
    ]
    alone = model.kind not in sklearn.AROUND and options.scaler is None and len(scalers) == 1
    used = scalers if alone else []
    unused = {key: value for key, value in found.others.items() if key not in used}
    if not used:
        return model, unused
    scaler = sklearn.Estimator.of(found.others[used[0]], in_quotes(used[0]))
    steps = [(used[0], scaler), (model.kind, model)]
    return sklearn.Estimator("Pipeline", {"steps": steps}, model.path), unused


_OF_TARGETS = re.compile("(?i)(^|_)y(_|$)|target|output|label")


def with_scale(options: Options) -> Options:
    """The options with what their scaler does, if they name one or hold one.

    Raises:
        FormatError: it is no scaler that a spec can express, or the file holds none.
    """
    if options.scaler is None:
        return options
    if not isinstance(options.scaler, str | PathLike):
        scale = sklearn.scale_of(sklearn.Estimator.of(options.scaler, "scaler"))
        return replace(options, scale=scale)
    try:
        return replace(options, scale=sklearn.scale_of(scaler(options.scaler)))
    except FormatError as error:
        text = str(error)
        start = f"{options.scaler}: "
        raise FormatError(text if text.startswith(start) else start + text) from None


def scaler(path: str | PathLike[str]) -> sklearn.Estimator:
    """The scaler in a file.

    Raises:
        FormatError: there is none.
        FileError: the file cannot be read.
    """
    try:
        tree = unpickled(Source.of(path).content, sklearn.NAMES)
    except FormatError as error:
        raise FormatError(
            f"{path}: this is not a scaler: {error}; one of scikit-learn is expected, as "
            "joblib.dump(scaler, FILE) or pickle saves it"
        ) from None
    if not isinstance(tree, Instance):
        raise FormatError(f"{path}: this pickle holds no scaler of scikit-learn")
    if tree.name in {*sklearn.NETWORKS, *sklearn.MODELS}:
        given = option("scaler", "FILE")
        raise FormatError(
            f"{path}: {tree.name} is a model and not a scaler; the model comes first, its scaler "
            f"after {given}: are the two swapped?"
        )
    return sklearn.Estimator.of(tree, in_quotes(PurePath(path).name))
