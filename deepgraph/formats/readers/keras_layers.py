"""The layers of Keras: what each makes of tensors, by its configuration and its weights.

Tensors have the channels last, and a first axis of one row. Names of Keras 1 and 2 are read, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.formats.readers import spatial
from deepgraph.formats.readers.banks import spelled
from deepgraph.formats.readers.keras_activations import ACTIVATIONS, activated
from deepgraph.formats.readers.onnx_forms import entries, reduced
from deepgraph.formats.readers.state_dict import batch_norm
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.keras_layer import Layer


def _with_bias(layer: Layer, tensor: Tensor, place: int) -> Tensor:
    """A tensor with the channels last plus its biases, in the form and behind the activation."""
    if layer.get("use_bias", True):
        shift = layer.weight(place)
        tensor = layer.assembly.affine(tensor, shift=shift, name=layer.named("bias"))
    if _channels_first(layer):
        tensor = layer.assembly.picked(tensor, np.moveaxis(entries(tensor), -1, 1))
    return activated(layer, tensor, layer.get("activation"))


def _dense(layer: Layer, tensors: list[Tensor]) -> Tensor:
    kernel = layer.weight(0)
    name = f'{layer.kind} "{layer.name}"'
    made = layer.assembly.linear(tensors[0], kernel.T, layer.named("kernel"), name)
    return _with_bias(layer, made, 1)


def _windows(layer: Layer, space: Sequence[int], size: list[int], dilation: int = 1) -> Any:
    axes = len(space)
    stride = layer.pair("strides", axes, size if "pool" in layer.kind.lower() else 1)
    rates = layer.pair("dilation_rate", axes) if dilation else [1] * axes
    padding = layer.get("padding", "valid")
    if padding == "same":
        return spatial.Windows.same(space, size, stride, rates)
    if padding != "valid":
        raise layer.refusal(f'the padding "{padding}", which no spec can express')
    return spatial.Windows(size, stride, rates, [0] * axes, [0] * axes)


def _channels_first(layer: Layer) -> bool:
    return bool(layer.get("data_format", "channels_last") != "channels_last")


def _first(layer: Layer, tensor: Tensor) -> Tensor:
    """A tensor with its channels in front, as `spatial` takes them."""
    if layer.get("dim_ordering") == "th":
        raise layer.refusal("the order of axes of Theano; no spec can express this layer")
    if _channels_first(layer):
        return tensor
    return layer.assembly.picked(tensor, np.moveaxis(entries(tensor), -1, 1))


def _last(layer: Layer, tensor: Tensor) -> Tensor:
    """A tensor with its channels in front in the form of the layer."""
    if _channels_first(layer):
        return tensor
    return layer.assembly.picked(tensor, np.moveaxis(entries(tensor), 1, -1))


def _convolved(
    layer: Layer, tensor: Tensor, kernel: NDArray[Any], groups: int, name: str
) -> Tensor:
    """A convolution by a kernel of (…, inputs, outputs); its channels are last in any form."""
    front = _first(layer, tensor)
    turned = np.moveaxis(kernel, (-1, -2), (0, 1))
    windows = _windows(layer, front.shape[2:], list(kernel.shape[:-2]))
    at = f'{layer.kind} "{layer.name}"'
    made = spatial.convolution(
        layer.assembly, front, turned, windows, groups=groups, name=layer.named(name), at=at
    )
    return layer.assembly.picked(made, np.moveaxis(entries(made), 1, -1))


def _conv(layer: Layer, tensors: list[Tensor]) -> Tensor:
    groups = int(layer.get("groups", 1))
    made = _convolved(layer, tensors[0], layer.weight(0), groups, "kernel")
    return _with_bias(layer, made, 1)


def _depthwise_kernel(kernel: NDArray[Any]) -> NDArray[Any]:
    """(…, channels, multiplier) as (…, 1, channels·multiplier): one group for each channel."""
    return kernel.reshape(*kernel.shape[:-2], 1, -1)


def _depthwise(layer: Layer, tensors: list[Tensor]) -> Tensor:
    kernel = layer.weight(0)
    made = _convolved(
        layer, tensors[0], _depthwise_kernel(kernel), kernel.shape[-2], "depthwise_kernel"
    )
    return _with_bias(layer, made, 1)


def _separable(layer: Layer, tensors: list[Tensor]) -> Tensor:
    depthwise, pointwise = layer.weight(0), layer.weight(1)
    channels = depthwise.shape[-2]
    made = _convolved(layer, tensors[0], _depthwise_kernel(depthwise), channels, "depthwise_kernel")
    matrix = pointwise.reshape(pointwise.shape[-2:]).T
    made = layer.assembly.linear(made, matrix, layer.named("pointwise_kernel"), layer.name)
    return _with_bias(layer, made, 2)


def _batch_norm(layer: Layer, tensors: list[Tensor]) -> Tensor:
    tensor, weights = tensors[0], list(layer.weights)
    axis = layer.get("axis", -1)
    axis = (axis[0] if isinstance(axis, list) else axis) % len(tensor.shape)
    count = 2 + bool(layer.get("scale", True)) + bool(layer.get("center", True))
    if len(weights) != count:
        raise layer.refusal(f"the file holds {counted(len(weights), 'array')} for it")
    gamma = weights.pop(0) if layer.get("scale", True) else None
    beta = weights.pop(0) if layer.get("center", True) else None
    epsilon = float(layer.get("epsilon", 1e-3))
    scale, shift = batch_norm(weights[0], weights[1], gamma, beta, epsilon)
    form = [-1 if place == axis else 1 for place in range(len(tensor.shape))]
    layer.report.merged.append(f'batch norm "{layer.name}" into the weights beside it')
    return layer.assembly.affine(tensor, scale.reshape(form), shift.reshape(form))


def _normalisation(layer: Layer, tensors: list[Tensor]) -> Tensor:
    """`Normalization`: (x − mean)/max(√variance, 1e-7), numbers in the file or its settings."""
    told = layer.weights or [layer.get("mean"), layer.get("variance")]
    if told[0] is None or told[1] is None:
        raise layer.refusal("it was never adapted to data")
    if layer.get("invert", False):
        raise layer.refusal("it is inverted")
    shape = tensors[0].shape
    axes = layer.config.get("axis", -1)  # those whose places have statistics of their own
    axes = [] if axes is None else axes if isinstance(axes, list | tuple) else [axes]
    own = {int(axis) % len(shape) for axis in axes}
    form = [size if axis in own else 1 for axis, size in enumerate(shape)]
    arrays = [np.asarray(part, float) for part in told[:2]]
    if any(array.size not in (1, math.prod(form)) for array in arrays):
        raise layer.refusal(f"statistics of shape {spelled(arrays[0].shape)} for {spelled(shape)}")
    mean, variance = (a.reshape(form if a.size > 1 else (1,)) for a in arrays)
    scale = np.maximum(np.sqrt(variance), 1e-7)
    layer.report.merged.append(f'the normalisation "{layer.name}" into the numbers beside it')
    return layer.assembly.affine(tensors[0], 1 / scale, -mean / scale)


def _rescaling(layer: Layer, tensors: list[Tensor]) -> Tensor:
    scale, offset = np.asarray(layer.get("scale", 1.0)), np.asarray(layer.get("offset", 0.0))
    return layer.assembly.affine(tensors[0], scale, offset)


def _pool(aggregation: str, axes: int) -> Any:
    def make(layer: Layer, tensors: list[Tensor]) -> Tensor:
        front = _first(layer, tensors[0])
        size = layer.pair("pool_size", axes, 2)
        windows = _windows(layer, front.shape[2:], size, 0)
        pooled = spatial.pooling(layer.assembly, front, windows, aggregation, name=layer.name)
        return _last(layer, pooled)

    return make


def _global_pool(aggregation: str) -> Any:
    def make(layer: Layer, tensors: list[Tensor]) -> Tensor:
        front = _first(layer, tensors[0])
        axes = list(range(2, len(front.shape)))
        keep = bool(layer.get("keepdims", False))
        made = reduced(layer.assembly, front, axes, aggregation, keep=keep)
        return _last(layer, made) if keep else made

    return make


def _same(layer: Layer, tensors: list[Tensor]) -> Tensor:
    return tensors[0]


def _dropout(layer: Layer, tensors: list[Tensor]) -> Tensor:
    layer.report.merged.append(f'{layer.kind} "{layer.name}" does nothing outside of training')
    return tensors[0]


def _flatten(layer: Layer, tensors: list[Tensor]) -> Tensor:
    tensor = tensors[0]
    if _channels_first(layer):  # it flattens them last all the same
        tensor = layer.assembly.picked(tensor, np.moveaxis(entries(tensor), 1, -1))
    return layer.assembly.reshaped(tensor, (1, math.prod(tensor.shape)))


def _reshape(layer: Layer, tensors: list[Tensor]) -> Tensor:
    wanted, size = [int(n) for n in layer.get("target_shape")], math.prod(tensors[0].shape)
    fixed = math.prod(n for n in wanted if n != -1)
    wanted = [size // max(fixed, 1) if n == -1 else n for n in wanted]
    if math.prod(wanted) != size:
        raise layer.refusal(f"{size:,} entries cannot have the shape {spelled(wanted)}")
    return layer.assembly.reshaped(tensors[0], (1, *wanted))


def _permute(layer: Layer, tensors: list[Tensor]) -> Tensor:
    order = [0, *(int(n) for n in layer.get("dims"))]
    return layer.assembly.picked(tensors[0], entries(tensors[0]).transpose(order))


def _repeat(layer: Layer, tensors: list[Tensor]) -> Tensor:
    count = int(layer.get("n"))
    layer.assembly.check_edges(count * math.prod(tensors[0].shape))
    return layer.assembly.picked(tensors[0], np.repeat(entries(tensors[0])[:, None], count, 1))


def _padding(layer: Layer, tensors: list[Tensor]) -> Tensor:
    axes = len(tensors[0].shape) - 2
    told = layer.get("padding", 1)
    pairs = [told] * axes if isinstance(told, int) else list(told)
    if axes == 1 and not isinstance(pairs[0], list):
        pairs = [pairs]
    both = [[pair, pair] if isinstance(pair, int) else pair for pair in pairs]
    before, after = ([0, 0, *(int(pair[n]) for pair in both)] for n in (0, 1))
    return _last(layer, spatial.padded(layer.assembly, _first(layer, tensors[0]), before, after))


def _cropping(layer: Layer, tensors: list[Tensor]) -> Tensor:
    axes = len(tensors[0].shape) - 2
    told = layer.get("cropping", 1)
    pairs = [told] * axes if isinstance(told, int) else list(told)
    if axes == 1 and not isinstance(pairs[0], list):
        pairs = [pairs]
    where = [slice(int(p), -int(p) or None) if isinstance(p, int) else slice(p[0], -p[1] or None)
             for p in pairs]  # fmt: skip
    front = _first(layer, tensors[0])
    kept = entries(front)[(slice(None), slice(None), *where)]
    return _last(layer, layer.assembly.picked(front, kept))


def _concatenate(layer: Layer, tensors: list[Tensor]) -> Tensor:
    return layer.assembly.concatenated(
        tensors, int(layer.get("axis", layer.get("concat_axis", -1)))
    )


def _add(layer: Layer, tensors: list[Tensor]) -> Tensor:
    made = tensors[0]
    for other in tensors[1:]:
        made = layer.assembly.add(made, other)
    return made


def _subtract(layer: Layer, tensors: list[Tensor]) -> Tensor:
    return layer.assembly.add(tensors[0], layer.assembly.affine(tensors[1], -1.0))


def _joined(aggregation: str) -> Any:
    return lambda layer, tensors: layer.assembly.joined(tensors, aggregation, layer.name)


def _merge(layer: Layer, tensors: list[Tensor]) -> Tensor:
    """`Merge` of Keras 1."""
    kinds = {
        "sum": "Add",
        "concat": "Concatenate",
        "mul": "Multiply",
        "ave": "Average",
        "max": "Maximum",
    }
    mode = kinds.get(str(layer.get("mode")))
    if mode is None:
        raise layer.refusal(f'the mode "{layer.get("mode")}", which no spec can express')
    return LAYERS[mode](layer, tensors)


LAYERS: dict[str, Callable[[Layer, list[Tensor]], Tensor]] = {
    **ACTIVATIONS,
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "Normalization": _normalisation,
    "Rescaling": _rescaling,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D"), _conv),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **{f"MaxPooling{n}D": _pool("max", n) for n in (1, 2, 3)},
    **{f"AveragePooling{n}D": _pool("mean", n) for n in (1, 2, 3)},
    **{f"GlobalMaxPooling{n}D": _global_pool("max") for n in (1, 2, 3)},
    **{f"GlobalAveragePooling{n}D": _global_pool("mean") for n in (1, 2, 3)},
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    **{f"ZeroPadding{n}D": _padding for n in (1, 2, 3)},
    **{f"Cropping{n}D": _cropping for n in (1, 2, 3)},
    "Concatenate": _concatenate,
    "Add": _add,
    "Subtract": _subtract,
    "Multiply": _joined("product"),
    "Average": _joined("mean"),
    "Maximum": _joined("max"),
    "Minimum": _joined("min"),
    "Merge": _merge,
    **dict.fromkeys(("InputLayer", "Identity"), _same),
    **dict.fromkeys(
        ("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
         "SpatialDropout2D", "SpatialDropout3D", "ActivityRegularization"),
        _dropout,
    ),
}  # fmt: skip
"""What each layer makes of the tensors that come in."""

REASONS = {
    "Lambda": "it is code, which is never run",
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D"),
                    "it is recurrent, which no spec can express"),
    **dict.fromkeys(("LayerNormalization", "GroupNormalization", "UnitNormalization"),
                    "it normalises by what the row itself holds"),
    **dict.fromkeys(("MultiHeadAttention", "Attention", "AdditiveAttention", "Dot"),
                    "it multiplies two computed tensors"),
    "Masking": "it hides rows of its tensor from the layers behind it",
    "Embedding": "it looks up rows by whole numbers",
    "TFOpLambda": "it is an operation of TensorFlow, not a layer",
}  # fmt: skip
"""Why some layers cannot be expressed."""
