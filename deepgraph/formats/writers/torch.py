"""PyTorch: the text of a module. Its numbers are a state dict, which `safetensors` writes.

A dense layer is an `nn.Linear`; every other parameter is an `nn.Parameter` of its own, called as in
the spec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from deepgraph.formats.writers.names import Identifiers
from deepgraph.formats.writers.program import Layer, Softmax
from deepgraph.formats.writers.python import Python
from deepgraph.formats.writers.spelling import Spelling
from deepgraph.formats.writers.texts import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from deepgraph.functions.node_function import NodeFunction
    from deepgraph.graph.graph import Graph
    from deepgraph.graph.parameters import ParameterBlock

_OWN: dict[str, Callable[..., str]] = {
    "relu": lambda: "torch.relu(z)",
    "leaky_relu": lambda alpha: f"F.leaky_relu(z, {alpha!r})",
    "elu": lambda alpha: f"F.elu(z, {alpha!r})",
    "celu": lambda alpha: f"F.celu(z, {alpha!r})",
    "gelu": lambda: "F.gelu(z)",
    "gelu_tanh": lambda: 'F.gelu(z, approximate="tanh")',
    "silu": lambda: "F.silu(z)",
    "softsign": lambda: "F.softsign(z)",
    "softplus": lambda: "torch.logaddexp(torch.zeros_like(z), z)",
    "sigmoid": lambda: "torch.sigmoid(z)",
    "hard_swish": lambda: "F.hardswish(z)",
    "hard_tanh": lambda min, max: f"F.hardtanh(z, {min!r}, {max!r})",
    "hard_sigmoid": lambda alpha, beta: f"torch.clamp({alpha!r} * z + {beta!r}, 0.0, 1.0)",
}
"""Activations as PyTorch calls them; all others are written operation by operation."""

_CALLS = {
    **{name: name for name in ("maximum", "minimum")},
    **{name: f"torch.{name}" for name in ("exp", "expm1", "log", "log1p", "tanh", "sin", "cos")},
    **{name: f"torch.{name}" for name in ("sqrt", "floor", "isnan", "sign")},
    **{"absolute": "torch.abs", "rint": "torch.round"},
}


_MODULE = """
self forward False None True and as assert async await break class continue def del elif else
except finally for from global if import in is lambda nonlocal not or pass raise return try while
with yield T_destination add_module apply bfloat16 buffers call_super_init children compile cpu
cuda double dump_patches eval extra_repr float get_buffer get_extra_state get_parameter
get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
named_parameters parameters register_backward_hook register_buffer register_forward_hook
register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""
"""Names that a module of PyTorch has already, and keywords."""


class Torch(Python):
    """A network as a module of PyTorch."""

    reserved = Python.reserved | {"F", "forward", "Network", "values"}
    helpers: ClassVar[Mapping[str, str]] = {
        name: f"def {name}(a, b):\n    return torch.where((a {sign} b) | (a != a), a, b)"
        for name, sign in (("maximum", ">"), ("minimum", "<"))
    }
    names_unlabelled = True

    def _make_spelling(self) -> Spelling:
        return Spelling(_CALLS, "torch.where({0}, {1}, {2})", choice_call=True)

    def _name_values(self) -> None:
        names, self.names = self.names, Identifiers(_MODULE.split())
        self._name_parameters()
        self._own = self.parameters
        self.parameters = {number: f"self.{name}" for number, name in self._own.items()}
        self._linear: dict[str, str] = {}
        self._alone = dict(self.blocks)
        self.blocks = {block: f"self.{name}" for block, name in self.blocks.items()}
        for layer in self.program.steps:
            if isinstance(layer, Layer):
                own = self._linear[layer.id] = self.names.new(layer.id)
                for part, block in (("weight", layer.weights), ("bias", layer.bias)):
                    if block is not None:
                        self.blocks[block.name] = f"self.{own}.{part}"
                        del self._alone[block.name]
        self.names = names
        self._name_nodes()

    # --- the state dict -------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[np.float64]]:
        """The numbers of the module by the names that PyTorch gives them."""
        found = {
            self.blocks[block.name].removeprefix("self."): self.block_values(block.name)
            for block in self.graph.parameters.blocks
            if block.name in self.blocks
        }
        values = self.graph.parameters.values
        return found | {name: np.array(values[number]) for number, name in self._own.items()}

    def _definitions(self) -> list[str]:
        """The statements of `__init__`."""
        lines = []
        for step in self.program.steps:
            if isinstance(step, Layer):
                name, columns = self._linear[step.id], sum(map(len, step.sources))
                bias = "" if step.bias is not None else ", bias=False"
                lines.append(f"self.{name} = nn.Linear({columns}, {len(step.nodes)}{bias})")
                for part, block in (("weight", step.weights), ("bias", step.bias)):
                    if block is not None and self._is_frozen(block):
                        lines.append(f"self.{name}.{part}.requires_grad_(False)")
        for array, name in self._alone.items():
            shape = ", ".join(map(str, self.block_values(array).shape))
            lines.append(f"self.{name} = nn.Parameter(torch.zeros({shape}))")
        for number, name in self._own.items():
            free = "" if self.graph.parameters.trainable[number] else ", requires_grad=False"
            lines.append(f"self.{name} = nn.Parameter(torch.zeros(()){free})")
        return lines

    def _is_frozen(self, block: ParameterBlock) -> bool:
        trainable = self.graph.parameters.trainable[block.offset : block.offset + block.size]
        return not trainable.any()

    # --- the text -------------------------------------------------------------------------

    def text(self) -> str:
        """The whole file."""
        body = self.statements()
        outputs = self.graph.outputs.tolist()
        layer = self.program.layer_of(outputs[0])
        if layer is not None and outputs == list(layer.nodes):
            body.append(f"return {self.arrays[layer.nodes.start]}")
        else:
            values = ", ".join(map(self.value, outputs))
            body.append(f"values = [{values}]")
            body.append("return torch.stack([a.expand(len(inputs)) for a in values], dim=1)")
        definitions = self.with_helpers(body)
        functional = any("F." in text for text in [*definitions, *body])
        parts = [
            self._head() + "\n#\n" + _USE,
            "import torch\n"
            + ("import torch.nn.functional as F\n" if functional else "")
            + "from torch import nn",
            self.ids_text().rstrip(),
            *("\n" + text for text in definitions),
            _CLASS,
            "    def __init__(self):\n        super().__init__()\n"
            + "".join(f"        {line}\n" for line in self._definitions()).rstrip(),
            "    def forward(self, inputs):\n"
            + "".join(f"        {line}\n" for line in body).rstrip(),
        ]
        return "\n\n".join(parts) + "\n"

    def _text_of(self, function: NodeFunction) -> tuple[list[tuple[str, str]], str]:
        write = _OWN.get(function.name)
        if write is None:
            return super()._text_of(function)
        parts = [] if function.gain == 1.0 else [("z", f"{function.gain!r} * z")]
        return parts, write(**function.settings)

    def _entry(self, array: str, *index: int) -> str:
        if array.startswith("self."):
            return f"{array}[{', '.join(map(str, index))}]"
        return f"{array}[:, {index[0]}]"

    def _declare_array(self, name: str, count: int) -> str:
        return f"{name} = torch.empty_like(inputs)"

    def _layer(self, layer: Layer, z: str, sources: list[tuple[str, int, int]]) -> list[str]:
        parts = [
            array if length == self._length(array) else f"{array}[:, {first}:{first + length}]"
            for array, first, length in sources
        ]
        fed = parts[0] if len(parts) == 1 else f"torch.cat([{filled(parts, '    ')}], dim=1)"
        text = f"self.{self._linear[layer.id]}({fed})"
        function = "" if layer.further else self.activation_of(layer)
        return [f"{z} = {f'{function}({text})' if function else text}"]

    def _length(self, array: str) -> int:
        for start, name in self.arrays.items():
            if name == array:
                return len(self.program.layers[start].nodes)
        return len(self.graph.inputs)

    def _activate(self, layer: Layer, array: str) -> list[str]:
        function = self.activation_of(layer)
        return [f"{array} = {function}({array})"] if function else []

    def _softmax_of_array(self, array: str, count: int) -> list[str]:
        return [f"{array} = torch.softmax({array}, dim=1)"]

    def _softmax_of_values(self, step: Softmax) -> list[str]:
        names = ", ".join(self.value(node) for node in step.members)
        z = f"torch.stack(torch.broadcast_tensors({names}), dim=-1)"
        comma = "," * (len(step.members) == 1)
        return [f"{names}{comma} = torch.softmax({z}, dim=-1).unbind(-1)"]


_CLASS = '''
class Network(nn.Module):
    """From inputs, (rows, inputs), to outputs, (rows, outputs)."""'''

_USE = """\
# The numbers are apart: deepgraph export SPEC -o network.safetensors, then
#     network = Network()
#     network.load_state_dict(safetensors.torch.load_file("network.safetensors"))"""


def write(graph: Graph, dtype: str) -> bytes:
    """The text of a module of PyTorch."""
    return Torch(graph, dtype).text().encode()
