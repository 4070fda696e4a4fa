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
from deepgraph.formats.readers.torch_functions import ARITHMETIC, FUNCTIONS, LAST, SIZES, Made
from deepgraph.formats.readers.torch_modules import MODULES
from deepgraph.formats.readers.torch_overwriting import require_nothing_overwritten
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
        raise FormatError("this is not a module of PyTorch, or that is too old to have torch.fx")
    graph = _traced(fx, module)
    require_nothing_overwritten(graph.nodes, dict(module.named_modules()))
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


def _traced(fx: Any, module: Any) -> Any:
    """The forward pass as it is in `eval()`; the module is left as it was."""
    training = [part for part in module.modules() if part.training]
    try:
        for part in training:
            part.training = False
        return fx.symbolic_trace(module).graph
    except Exception as error:  # whatever the module's own code raises
        kind = type(module).__name__
        raise FormatError(f"{kind}: its forward pass cannot be traced: {error}") from None
    finally:
        for part in training:
            part.training = True


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
        self.sizes: set[Any] = set()
        self._fresh = count(1)

    def take(self, node: Any) -> None:
        """Translate one node of a trace."""
        if node.op == "placeholder":
            self.inputs.append(Axes(node.name, [1, *self._shape_of(node)]))
        elif node.op == "get_attr":
            self.constants[node.name] = _array(self._held(node))
        elif node.op == "call_module":
            self._module(node, self.modules[node.target])
        elif node.op in ("call_function", "call_method"):
            name = node.target if isinstance(node.target, str) else node.target.__name__
            self._function(node, str(name).strip("_"))
        elif node.op == "output":
            made = node.args[0]
            ends = made if isinstance(made, list | tuple) else [made]
            ends = list(made.values()) if isinstance(made, dict) else ends
            if not all(hasattr(end, "name") for end in ends):
                raise FormatError("its output is neither a tensor nor a list or dict of tensors")
            self.outputs = [end.name for end in ends]

    def _held(self, node: Any) -> Any:
        """What a module holds itself: a parameter or a buffer."""
        found = self.whole
        for part in str(node.target).split("."):
            found = getattr(found, part)
        return found

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
            weights = user.args[1:2] if getattr(user.target, "__name__", "") == "linear" else ()
            if weights and getattr(weights[0], "op", "") == "get_attr":  # a layer by itself
                return [int(self._held(weights[0]).shape[-1])]
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

    def _made(self, made: Made) -> str:
        """The name of the output of an operator that is an input of another one."""
        names = [self._name(value) for value in made.inputs]
        name = f"::{next(self._fresh)}"
        self.nodes.append(OnnxNode(made.op, "", name, names, [name], dict(made.attributes)))
        return name

    def _name(self, value: Any) -> str:
        """The name of an input; arrays and numbers become constants."""
        if value is None:
            return ""
        if hasattr(value, "op") and hasattr(value, "name"):
            return str(value.name)
        if isinstance(value, Made):
            return self._made(value)
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
        try:
            made = translate(module)
        except FormatError as error:
            raise FormatError(f"{kind} {in_quotes(str(node.target))}: {error}") from None
        if callable(made):  # a function of the tensor
            made = made(node.args[0])
            self.add(node, made.op, made.inputs, **made.attributes)
            return
        op, constants, attributes = made
        named = [None if value is None else (f"{node.target}.{key}", value)
                 for key, value in constants]  # fmt: skip
        self.add(node, op, [node.args[0], *named], **attributes)

    def _function(self, node: Any, name: str) -> None:
        args, kwargs = list(node.args), dict(node.kwargs)
        if name == "getattr":
            self._attribute(node, *args)
        elif name == "getitem":
            self._entry(node, args[0], args[1])
        elif name in ("chunk", "split"):
            self._parts(node, name, args, kwargs)
        elif name in SIZES and any(arg in self.sizes for arg in args if hasattr(arg, "op")):
            self.sizes.add(node)
            if not all(isinstance(arg, int) or arg in self.sizes for arg in args):
                self.sizes.discard(node)
                if name == "floordiv":
                    raise FormatError(f"{name} {in_quotes(node.name)}: a whole quotient")
            self.add(node, SIZES[name], args)
        elif name in FUNCTIONS:
            try:
                made = FUNCTIONS[name].operator(args, kwargs)
            except FormatError as error:
                raise FormatError(f"{name} {in_quotes(node.name)}: {error}") from None
            if name in ("size", "dim"):
                self.sizes.add(node)
            self.add(node, made.op, made.inputs, **made.attributes)
        else:
            raise FormatError(f"{name} {in_quotes(node.name)}: no spec can express this function")

    def _attribute(self, node: Any, source: Any, name: str) -> None:
        """An attribute of a tensor: its shape; its device says nothing."""
        if name == "shape":
            self.sizes.add(node)
            self.add(node, "Shape", [source])
        elif name != "device":
            raise FormatError(f"{in_quotes(name)} of {in_quotes(str(source))}: it is not read")

    def _parts(self, node: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
        """A tensor cut into parts, which are taken one by one."""
        key = "chunks" if name == "chunk" else "split_size_or_sections"
        names = ["input", key, "dim"]
        given = dict(zip(names, args, strict=False)) | kwargs
        if set(given) - set(names) or key not in given:
            raise FormatError(f"{name} {in_quotes(node.name)}: other arguments than {key} and dim")
        told, axis = given[key], given.get("dim", 0)
        if name == "split" and not isinstance(told, list | tuple):
            raise FormatError(f"split {in_quotes(node.name)}: only a list of sizes is read")
        sizes = list(told) if name == "split" else None
        number = len(sizes) if sizes else int(told)
        self.add(node, "Split", [given["input"]], axis=axis, split=sizes)
        self.parts[node.name] = [f"{node.name}:{place}" for place in range(number)]
        self.nodes[-1].outputs[:] = self.parts[node.name]

    def _entry(self, node: Any, source: Any, place: Any) -> None:
        """One part of a tensor that was cut, a slice of a tensor, or the length of an axis."""
        if source.name in self.parts and isinstance(place, int):
            self.add(node, "Identity", [])
            self.nodes[-1].inputs.append(self.parts[source.name][place])
            return
        if source in self.sizes:
            self.sizes.add(node)
            if isinstance(place, int):
                self.add(node, "Gather", [source, np.array(place)], axis=0)
                return
        axes = list(place) if isinstance(place, tuple) else [place]
        if not all(isinstance(axis, slice) for axis in axes):
            raise FormatError(f"getitem {in_quotes(node.name)}: only slices are read")
        ends = [(axis.start or 0, LAST if axis.stop is None else axis.stop, axis.step or 1)
                for axis in axes]  # fmt: skip
        if not all(isinstance(end, int) for triple in ends for end in triple):
            raise FormatError(f"getitem {in_quotes(node.name)}: only slices by numbers are read")
        starts, stops, steps = (np.array(part) for part in zip(*ends, strict=True))
        self.add(node, "Slice", [source, starts, stops, np.arange(len(axes)), steps])


def _array(value: Any) -> NDArray[Any]:
    """The numbers of a parameter, of a tensor or of a plain number."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        return np.asarray(value.float() if str(value.dtype) == "torch.bfloat16" else value)
    return np.asarray(value)
