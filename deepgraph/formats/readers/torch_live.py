"""Takes a live module of PyTorch: its forward pass, traced by PyTorch itself, as a graph of ONNX.

PyTorch is not imported here: a module that exists has brought it along. `torch.fx` runs the forward
pass of the module once with stand-ins for tensors, and lists what it calls.
"""

from __future__ import annotations

import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.onnx_file import Axes, OnnxModel, OnnxNode
from deepgraph.formats.readers.torch_functions import ARITHMETIC, FUNCTIONS, Arguments, pair
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

LAST = 1 << 40
"""Stands for the end of an axis."""

OPSET = 20
"""The version of ONNX whose meaning the operators have."""


def model_of(module: Any, shape: Sequence[int] | None) -> OnnxModel:
    """The forward pass of a module as a graph of ONNX.

    Args:
        module: of `torch.nn`; it is read as it is in `eval()`.
        shape: of one row; needed where the first layer does not say it.

    Raises:
        FormatError: its forward pass cannot be traced, or calls what no spec expresses.
    """
    fx = sys.modules.get("torch.fx")
    if fx is None:
        raise FormatError("this is no module of PyTorch, or of a version without torch.fx")
    try:
        graph = fx.symbolic_trace(module).graph
    except Exception as error:  # whatever the module's own code raises
        raise FormatError(f"its forward pass cannot be traced: {error}") from None
    translator = _Translator(dict(module.named_modules()), module, shape)
    for node in graph.nodes:
        translator.take(node)
    torch = sys.modules["torch"]
    producer = f"PyTorch {torch.__version__}"
    return OnnxModel(
        producer,
        {"": OPSET},
        translator.nodes,
        translator.constants,
        translator.inputs,
        [Axes(name, None) for name in translator.outputs],
    )


class _Translator:
    """Turns the nodes of a trace into those of ONNX, one by one."""

    def __init__(self, modules: dict[str, Any], whole: Any, shape: Sequence[int] | None) -> None:
        self.modules = modules
        self.whole = whole
        self.shape = shape
        self.nodes: list[OnnxNode] = []
        self.constants: dict[str, Any] = {}
        self.inputs: list[Axes] = []
        self.outputs: list[str] = []
        self.parts: dict[str, list[str]] = {}
        self._fresh = count(1)

    def take(self, node: Any) -> None:
        """Translate one node of a trace."""
        if node.op == "placeholder":
            self.inputs.append(Axes(node.name, [1, *self._shape_of(node)]))
        elif node.op == "get_attr":
            found = self.whole
            for part in str(node.target).split("."):
                found = getattr(found, part)
            self.constants[node.name] = _array(found)
        elif node.op == "call_module":
            self._module(node, self.modules[node.target])
        elif node.op in ("call_function", "call_method"):
            name = node.target if isinstance(node.target, str) else node.target.__name__
            self._function(node, str(name).strip("_"))
        elif node.op == "output":
            made = node.args[0]
            ends = made if isinstance(made, list | tuple) else [made]
            ends = list(made.values()) if isinstance(made, dict) else ends
            self.outputs = [end.name for end in ends]

    def _shape_of(self, node: Any) -> list[int]:
        """The shape of one row of an input."""
        if self.shape is not None:
            return list(self.shape)
        waiting, seen = list(node.users), set()
        while waiting:
            user = waiting.pop(0)
            module = self.modules.get(user.target) if user.op == "call_module" else None
            for key in ("in_features", "num_features"):
                if hasattr(module, key) and "2d" not in type(module).__name__:
                    return [int(getattr(module, key))]
            if (
                str(getattr(user.target, "__name__", "")).strip("_") in ARITHMETIC
                and user not in seen
            ):
                seen.add(user)  # arithmetic in front of the first layer keeps the shape
                waiting += user.users
        raise FormatError(
            f"the module does not say the shape of {in_quotes(node.name)}; give it: "
            "from_torch(module, shape=(1, 28, 28)) for one row"
        )

    def add(self, node: Any, op: str, inputs: Sequence[Any], **attributes: Any) -> None:
        """Add an operator whose output has the name of a traced node."""
        names = [self._name(value) for value in inputs]
        label = str(node.target) if node.op == "call_module" else node.name
        self.nodes.append(OnnxNode(op, "", label, names, [node.name], attributes))

    def _name(self, value: Any) -> str:
        """The name of an input; arrays and numbers become constants."""
        if value is None:
            return ""
        if hasattr(value, "op") and hasattr(value, "name"):
            return str(value.name)
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            name, value = value
        else:
            name = f"::{next(self._fresh)}"
        self.constants[name] = _array(value)
        return str(name)

    def _module(self, node: Any, module: Any) -> None:
        kind = type(module).__name__
        translate = MODULES.get(kind)
        if translate is None or not type(module).__module__.startswith("torch.nn"):
            raise FormatError(
                f"{kind} {in_quotes(str(node.target))}: no spec can express this module"
            )
        op, constants, attributes = translate(module)
        named = [None if value is None else (f"{node.target}.{key}", value)
                 for key, value in constants]  # fmt: skip
        self.add(node, op, [node.args[0], *named], **attributes)

    def _function(self, node: Any, name: str) -> None:
        args, kwargs = list(node.args), dict(node.kwargs)
        if name in ("size", "dim") or (name == "getattr" and args[1] in ("shape", "device")):
            return  # the number of rows, which is one here
        if name == "getitem":
            self._entry(node, args[0], args[1])
        elif name in ("chunk", "split"):
            self._parts(node, name, args, kwargs)
        elif name in FUNCTIONS:
            try:
                op, inputs, attributes = FUNCTIONS[name](Arguments(args, kwargs))
            except FormatError as error:
                raise FormatError(f"{name} {in_quotes(node.name)}: {error}") from None
            self.add(node, op, inputs, **attributes)
        else:
            raise FormatError(f"{name} {in_quotes(node.name)}: no spec can express this function")

    def _parts(self, node: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
        """A tensor cut into parts, which are taken one by one."""
        axis = args[2] if len(args) > 2 else kwargs.get("dim", 0)
        if name == "split" and not isinstance(args[1], list | tuple):
            raise FormatError(f"split {in_quotes(node.name)}: only a list of sizes is read")
        sizes = list(args[1]) if name == "split" else None
        number = len(sizes) if sizes else int(args[1])
        self.add(node, "Split", args[:1], axis=axis, split=sizes)
        self.parts[node.name] = [f"{node.name}:{place}" for place in range(number)]
        self.nodes[-1].outputs[:] = self.parts[node.name]

    def _entry(self, node: Any, source: Any, place: Any) -> None:
        """One part of a tensor that was cut, or a slice of a tensor."""
        if _is_shape(source):
            return
        if source.name in self.parts and isinstance(place, int):
            self.add(node, "Identity", [])
            self.nodes[-1].inputs.append(self.parts[source.name][place])
            return
        axes = list(place) if isinstance(place, tuple) else [place]
        if not all(isinstance(axis, slice) for axis in axes):
            raise FormatError(f"getitem {in_quotes(node.name)}: only slices are read")
        ends = [(axis.start or 0, LAST if axis.stop is None else axis.stop, axis.step or 1)
                for axis in axes]  # fmt: skip
        starts, stops, steps = (np.array(part) for part in zip(*ends, strict=True))
        self.add(node, "Slice", [source, starts, stops, np.arange(len(axes)), steps])


def _is_shape(value: Any) -> bool:
    name = getattr(value, "target", None)
    return name == "size" or getattr(name, "__name__", "") == "getattr"


def _array(value: Any) -> NDArray[Any]:
    """The numbers of a parameter, of a tensor or of a plain number."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        return np.asarray(value.float() if str(value.dtype) == "torch.bfloat16" else value)
    return np.asarray(value)


def _linear(module: Any) -> Any:
    return "Gemm", [("weight", module.weight), ("bias", module.bias)], {"transB": 1}


def _conv(axes: int) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        if module.padding_mode != "zeros":
            raise FormatError(f"a convolution with {module.padding_mode} around its input")
        attributes: dict[str, Any] = {
            "kernel_shape": pair(module.kernel_size, axes),
            "strides": pair(module.stride, axes),
            "dilations": pair(module.dilation, axes),
            "group": module.groups,
        }
        if module.padding == "same":
            attributes["auto_pad"] = "SAME_UPPER"
        elif module.padding != "valid":
            attributes["pads"] = pair(module.padding, axes) * 2
        return "Conv", [("weight", module.weight), ("bias", module.bias)], attributes

    return translate


def _norm(module: Any) -> Any:
    if module.running_mean is None:
        raise FormatError("a batch norm without statistics, which normalises by its own rows")
    size = len(module.running_mean)
    one = np.ones(size) if module.weight is None else module.weight
    zero = np.zeros(size) if module.bias is None else module.bias
    constants = [("weight", one), ("bias", zero), ("running_mean", module.running_mean)]
    constants.append(("running_var", module.running_var))
    return "BatchNormalization", constants, {"epsilon": module.eps}


def _pool(op: str, axes: int) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        stride = module.kernel_size if module.stride is None else module.stride
        attributes = {
            "kernel_shape": pair(module.kernel_size, axes),
            "strides": pair(stride, axes),
            "pads": pair(module.padding, axes) * 2,
            "dilations": pair(getattr(module, "dilation", 1), axes),
            "ceil_mode": int(module.ceil_mode),
            "count_include_pad": int(getattr(module, "count_include_pad", False)),
        }
        return op, [], attributes

    return translate


def _global(op: str) -> Callable[[Any], Any]:
    def translate(module: Any) -> Any:
        size = module.output_size
        if {size} != {1} if isinstance(size, int) else set(size) != {1}:
            raise FormatError("an adaptive pooling to more than one entry")
        return op, [], {}

    return translate


def _plain(op: str, **names: str) -> Callable[[Any], Any]:
    """An operator without constants; `names` are attributes of ONNX by those of the module."""
    return lambda module: (op, [], {new: getattr(module, old) for old, new in names.items()})


def _zero_pad(module: Any) -> Any:
    """PyTorch gives the last axis first."""
    pairs = list(zip(module.padding[::2], module.padding[1::2], strict=True))[::-1]
    before, after = ([0, 0, *(pair[n] for pair in pairs)] for n in (0, 1))
    return "Pad", [], {"pads": [*before, *after]}


def _prelu(module: Any) -> Any:
    return "PRelu", [("weight", module.weight)], {}


def _selu(_: Any) -> Any:
    numbers = {
        "alpha": 1.6732632423543772848170429916717,
        "gamma": 1.0507009873554804934193349852946,
    }
    return "Selu", [], numbers


def _bounded(module: Any) -> Any:
    return "Clip", [], {"min": module.min_val, "max": module.max_val}


MODULES: dict[str, Callable[[Any], Any]] = {
    "Linear": _linear,
    **{f"Conv{n}d": _conv(n) for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _norm for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _pool("MaxPool", n) for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _pool("AveragePool", n) for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _global("GlobalAveragePool") for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": _global("GlobalMaxPool") for n in (1, 2, 3)},
    **{f"ZeroPad{n}d": _zero_pad for n in (1, 2, 3)},
    "ReLU": _plain("Relu"),
    "Sigmoid": _plain("Sigmoid"),
    "Tanh": _plain("Tanh"),
    "SiLU": _plain("SiLU"),
    "Mish": _plain("Mish"),
    "GELU": _plain("Gelu", approximate="approximate"),
    "Softsign": _plain("Softsign"),
    "Softplus": lambda module: ("Softplus", [], {}) if module.beta == 1 else _refused(module),
    "Hardswish": _plain("HardSwish"),
    "Hardsigmoid": lambda _: ("HardSigmoid", [], {"alpha": 1 / 6, "beta": 0.5}),
    "Hardtanh": _bounded,
    "ReLU6": lambda _: ("Clip", [], {"min": 0.0, "max": 6.0}),
    "LeakyReLU": _plain("LeakyRelu", negative_slope="alpha"),
    "ELU": _plain("Elu", alpha="alpha"),
    "CELU": _plain("Celu", alpha="alpha"),
    "SELU": _selu,
    "PReLU": _prelu,
    "Softmax": _plain("Softmax", dim="axis"),
    "LogSoftmax": _plain("LogSoftmax", dim="axis"),
    "Flatten": _plain("Flatten", start_dim="axis"),
    **dict.fromkeys(
        ("Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"), _plain("Identity")
    ),
}
"""What each module is in ONNX: its operator, its constants by name, and its attributes."""


def _refused(module: Any) -> Any:
    raise FormatError(f"{type(module).__name__} with settings that no spec can express")
