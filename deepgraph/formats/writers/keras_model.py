"""A functional model of Keras under construction, and its `.keras` file.

The file is a zip with the configuration as JSON and the weights as HDF5, where a layer is called by
its class and a number: dense, dense_1, …. It counts the layers in an order of its own, by their
distance from the output, so they are written in this order.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepgraph.errors import MissingExtraError
from deepgraph.formats.keras_names import in_file
from deepgraph.formats.writers.names import Identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

VERSION = "3.0.0"
"""The first version of Keras that reads these files."""

_DATE = (2000, 1, 1, 0, 0, 0)
"""Of the files in the zip, so that the same network is the same bytes."""


class Tensor(NamedTuple):
    """The result of a layer, (rows, width)."""

    layer: str
    width: int
    dtype: str


Operand = Tensor | float | list[Tensor]


class KerasModel:
    """A graph of layers; each method appends one and returns its result."""

    def __init__(self, dtype: str, inputs: int) -> None:
        self.dtype = dtype
        self._names = Identifiers()
        self._layers: list[dict[str, Any]] = []
        self._weights: list[list[NDArray[np.float64]]] = []
        self._reads: dict[str, list[str]] = {}
        config = {"batch_shape": [None, inputs], "dtype": dtype, "sparse": False}
        self.inputs = self._append("keras.layers", "InputLayer", "inputs", config, [], inputs)

    def dense(
        self,
        name: str,
        source: Tensor,
        kernel: NDArray[np.float64],
        bias: NDArray[np.float64] | None,
        activation: str = "linear",
    ) -> Tensor:
        """source · kernel + bias, with the kernel (sources, nodes)."""
        units = kernel.shape[1]
        config = {"units": units, "activation": activation, "use_bias": bias is not None}
        weights = [kernel] if bias is None else [kernel, bias]
        build = {"input_shape": [None, source.width]}
        return self._append(
            "keras.layers", "Dense", name, config, [source], units, weights=weights, build=build
        )

    def layer(self, kind: str, operands: Sequence[Operand], width: int, **config: Any) -> Tensor:
        """A layer without weights."""
        return self._append("keras.layers", kind, in_file(kind), config, operands, width)

    def operation(
        self, kind: str, operands: Sequence[Operand], width: int, dtype: str = ""
    ) -> Tensor:
        """A function of `keras.ops.numpy`."""
        module = "keras.src.ops.numpy"
        return self._append(module, kind, in_file(kind), {}, operands, width, dtype=dtype)

    def _append(
        self,
        module: str,
        kind: str,
        name: str,
        config: dict[str, Any],
        operands: Sequence[Operand],
        width: int,
        *,
        dtype: str = "",
        weights: list[NDArray[np.float64]] | None = None,
        build: dict[str, Any] | None = None,
    ) -> Tensor:
        name = self._names.new(name)
        if module == "keras.layers":
            config = {"name": name, "dtype": self.dtype, **config}
        else:
            config = {"name": name}
        called = {"args": [_reference(operand) for operand in operands], "kwargs": {}}
        layer = {
            "module": module,
            "class_name": kind,
            "config": config,
            "registered_name": None if module == "keras.layers" else kind,
            "name": name,
            "inbound_nodes": [called] if operands else [],
        }
        if build is not None:
            layer["build_config"] = build
        self._reads[name] = list(_layers_in(operands))
        self._layers.append(layer)
        self._weights.append(weights or [])
        return Tensor(name, width, dtype or self.dtype)

    # --- the file -------------------------------------------------------------------------

    def content(self, name: str, outputs: Tensor, notes: Mapping[str, str]) -> bytes:
        """The bytes of the file; `notes` are texts for deepgraph's own import."""
        order = self._order(outputs.layer)
        layers = sorted(
            zip(self._layers, self._weights, strict=True), key=lambda pair: order[pair[0]["name"]]
        )
        config = {
            "module": "keras.src.models.functional",
            "class_name": "Functional",
            "config": {
                "name": name,
                "trainable": True,
                "layers": [layer for layer, _ in layers],
                "input_layers": [self.inputs.layer, 0, 0],
                "output_layers": [outputs.layer, 0, 0],
            },
            "registered_name": "Functional",
        }
        files = {
            "metadata.json": json.dumps({"keras_version": VERSION, "deepgraph": notes}).encode(),
            "config.json": json.dumps(config).encode(),
            "model.weights.h5": self._hdf5(layers),
        }
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for file, data in files.items():
                archive.writestr(zipfile.ZipInfo(file, _DATE), data)
        return content.getvalue()

    def _order(self, output: str) -> dict[str, tuple[int, int]]:
        """What Keras sorts layers by: the longest way to the output, then when it meets them.

        It meets them on a search from the output, depth first, operands in their order.
        """
        met: dict[str, int] = {}
        waiting = [output]
        while waiting:
            name = waiting.pop()
            if name not in met:
                met[name] = len(met)
                waiting += reversed(self._reads[name])
        distance = dict.fromkeys(met, 0)
        for layer in reversed(self._layers):  # a layer comes behind all that it reads
            for read in self._reads[layer["name"]]:
                if layer["name"] in met:
                    distance[read] = max(distance[read], distance[layer["name"]] + 1)
        unread = (0, -1)  # inputs that no output needs
        return {
            layer["name"]: (-distance[layer["name"]], met[layer["name"]])
            if layer["name"] in met
            else unread
            for layer in self._layers
        }

    def _hdf5(self, layers: list[tuple[dict[str, Any], list[NDArray[np.float64]]]]) -> bytes:
        try:
            import h5py
        except ImportError:
            raise MissingExtraError("a file of Keras", "keras") from None
        content = io.BytesIO()
        counted: Counter[str] = Counter()
        with h5py.File(content, "w", track_order=False) as file:
            for layer, weights in layers:
                kind = in_file(layer["class_name"])
                number = counted[kind]
                counted[kind] += 1
                group = f"layers/{kind}_{number}" if number else f"layers/{kind}"
                for place, values in enumerate(weights):
                    data = np.asarray(values).astype(self.dtype)
                    file.create_dataset(f"{group}/vars/{place}", data=data, track_times=False)
        return content.getvalue()


def _layers_in(operands: Sequence[Operand]) -> Iterator[str]:
    """The names of the layers that operands come from, in their order."""
    for operand in operands:
        if isinstance(operand, list):
            yield from _layers_in(operand)
        elif isinstance(operand, Tensor):
            yield operand.layer


def _reference(operand: Operand) -> Any:
    """An operand in the configuration of a layer."""
    if isinstance(operand, list):
        return [_reference(part) for part in operand]
    if not isinstance(operand, Tensor):
        return operand
    history = {
        "shape": [None, operand.width],
        "dtype": operand.dtype,
        "keras_history": [operand.layer, 0, 0],
    }
    return {"class_name": "__keras_tensor__", "config": history}
