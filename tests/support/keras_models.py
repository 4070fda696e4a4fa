"""Models of Keras by their configuration, for tests without Keras."""

from __future__ import annotations

import json
from types import SimpleNamespace

import h5py
import numpy as np


def layer(kind, name, *arrays, **settings):
    """A layer with its weights."""
    return kind, {"name": name, **settings}, arrays


def sequential(shape, *layers):
    """A live model, as far as `from_keras` asks for it."""
    layers = [layer("InputLayer", "in", batch_shape=[None, *shape]), *layers]
    told = [{"class_name": kind, "config": settings} for kind, settings, _ in layers]
    config = {"name": "s", "layers": told}
    text = {"class_name": "Sequential", "config": config, "keras_version": "3.0"}
    live = []
    for kind, settings, arrays in layers:
        made = type(kind, (), {})()
        made.name = settings["name"]
        made.get_weights = lambda arrays=arrays: [np.array(array) for array in arrays]
        live.append(made)
    return SimpleNamespace(name="s", layers=live, to_json=lambda: json.dumps(text))


def nested(name, *inner):
    """The configuration of a model within a model."""
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(inner)}}


def dense(name, units):
    """The configuration of a dense layer."""
    return {"class_name": "Dense", "config": {"name": name, "units": units}}


def write_hdf5(path, config, weights):
    """A `.h5` file; `weights` has arrays by name for each layer of the outer model."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "3.0"
        groups = file.create_group("model_weights")
        for name, arrays in weights.items():
            group = groups.create_group(name)
            group.attrs["weight_names"] = [key.encode() for key in arrays]
            for key, array in arrays.items():
                group[key] = array
