"""Makes a network of a state dict: the parameters of a chain of layers, by their names in PyTorch.

A state dict holds no structure. Its order is that of the layers, and each layer says by its shapes
what it takes and gives; the activations are for the person to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.assembly import Assembly
from deepgraph.formats.readers.banks import spelled
from deepgraph.formats.readers.names import layer_of, readable
from deepgraph.rules.activations import function_problems
from deepgraph.words.messages import counted, in_quotes, listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.banks import Tensor
    from deepgraph.formats.readers.record import Options, Report
    from deepgraph.functions.written import Function


EPSILON = 1e-5
"""What PyTorch's batch normalisation adds to the variance unless it is told otherwise."""

MOST_TRIALS = 10_000
"""How many beginnings of an order of layers are tried."""

RECURRENT = ("weight_ih_l", "weight_hh_l", "weight_ih", "weight_hh")


@dataclass
class Module:
    """The arrays of one layer by their last names."""

    name: str
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`linear`, `batch norm`, or what it is that a chain cannot hold."""
        keys, weight = set(self.arrays), self.arrays.get("weight")
        if any(key.startswith(RECURRENT) for key in keys):
            return "a recurrent layer"
        if "running_mean" in keys:
            return "batch norm"
        if weight is not None and keys <= {"weight", "bias"}:
            kinds = {1: "a layer norm", 2: "linear"}
            return kinds.get(weight.ndim, "a convolution, whose input size no state dict holds")
        if "in_proj_weight" in keys:
            return "an attention layer"
        return f"no linear layer and no batch norm: it holds {listed(sorted(keys))}"


def assembled(modules: list[Module], options: Options, report: Report) -> Assembly:
    """The network of the layers of a state dict.

    Args:
        modules: in the order in which they compute.
        options: what a person said beside the file.
        report: gets what was merged.

    Raises:
        FormatError: it is no chain of linear layers and batch norms, or activations are missing.
    """
    layers = [module for module in modules if module.kind == "linear"]
    if not layers:
        raise FormatError("this state dict has no linear layer")
    _require_chain(layers)
    functions = iter(_activations(layers, options))
    assembly = Assembly(options.max_edges)
    tensor: Tensor = assembly.input((layers[0].arrays["weight"].shape[1],))
    pending, label = None, ""
    for module in modules:
        if module.kind == "linear":
            if pending is not None:
                tensor = assembly.commit(tensor, pending, label)
            label = layer_of(f"{module.name}.weight") or ""
            weight, bias = module.arrays["weight"], module.arrays.get("bias")
            tensor = assembly.linear(tensor, weight, _named(module, "weight"), module.name)
            if bias is not None:
                tensor = assembly.affine(tensor, shift=bias, name=_named(module, "bias") or "")
            pending = next(functions)
        else:
            tensor = _normalised(assembly, tensor, module, report)
    assembly.output(assembly.commit(tensor, pending or "identity", label))
    return assembly


def layers_of(
    arrays: dict[str, NDArray[Any]], report: Report, *, in_order: bool, sure: bool = False
) -> list[Module]:
    """The layers of a state dict, in the order in which they compute.

    Args:
        arrays: by name.
        report: gets the order, where it is in doubt.
        in_order: true if the arrays stand in the order of the layers; a `.safetensors` file has
            them in that of their names.
        sure: true if it is known that they are one chain in this order.

    Raises:
        FormatError: one of them is neither linear nor a batch norm, or no order can be found.
    """
    modules = _modules(arrays)
    wrong = [m for m in modules if m.kind not in ("linear", "batch norm")]
    if wrong:
        told = "; ".join(f"{in_quotes(m.name)} is {m.kind}" for m in wrong[:5])
        raise FormatError(
            f"{told}. A state dict is read if it is a chain of linear layers and batch norms; "
            "export the whole model to ONNX instead, which holds its structure"
        )
    if not in_order:
        return _ordered(modules, report)
    linear = [module for module in modules if module.kind == "linear"]
    plain = len({_NUMBER.sub("", module.name) for module in linear}) == 1  # 0, 2 and 4 say it
    if not sure and len(linear) > 1 and not plain and len(_chains(linear)) != 1:
        report.notes.append(
            f"the order of the layers, as the file has it: {listed([m.name for m in linear])}; "
            "their sizes allow others, and heads side by side too"
        )
    return modules


def _modules(arrays: dict[str, NDArray[Any]]) -> list[Module]:
    """The arrays by layer, in the order of the file."""
    found: dict[str, Module] = {}
    for key, array in arrays.items():
        owner, _, last = key.rpartition(".")
        found.setdefault(owner, Module(owner)).arrays[last] = array
    for module in found.values():
        module.arrays.pop("num_batches_tracked", None)
    shared = _shared_start(list(found))
    for module in found.values():
        module.name = module.name[len(shared) :]
    return list(found.values())


def _ordered(modules: list[Module], report: Report) -> list[Module]:
    """Layers in the order of the numbers in their names, or else of their sizes.

    Raises:
        FormatError: several orders are possible.
    """
    layers = [module for module in modules if module.kind == "linear"]
    others = [module for module in modules if module.kind != "linear"]
    if len({_NUMBER.sub("", module.name) for module in modules}) == 1:
        return sorted(modules, key=_natural)
    chains = _chains(layers)
    if len(chains) != 1 and len({_NUMBER.sub("", module.name) for module in layers}) == 1:
        chains = [sorted(layers, key=_natural)]
    if len(chains) != 1:
        raise FormatError(
            "a .safetensors file has its arrays in the order of their names, and their sizes allow "
            "several orders of the layers; torch.save(model.state_dict(), FILE) keeps the order"
        )
    report.notes.append(f"the order of the layers: {listed([m.name for m in chains[0]])}")
    found = list(chains[0])
    for norm in others:
        found.insert(_place_of(norm, found), norm)
    return found


_NUMBER = re.compile(r"\d+")


def _natural(module: Module) -> list[int]:
    return [int(text) for text in _NUMBER.findall(module.name)[:9] if len(text) < 9]


def _chains(layers: list[Module]) -> list[list[Module]]:
    """The orders in which each layer takes what the one before it gives; at most two of them."""
    found: list[list[Module]] = []
    stack = [[layer] for layer in layers]
    for _ in range(MOST_TRIALS):
        if not stack or len(found) == 2:
            return found
        chain = stack.pop()
        if len(chain) == len(layers):
            found.append(chain)
        gives = chain[-1].arrays["weight"].shape[0]
        stack += [
            [*chain, layer]
            for layer in layers
            if layer.arrays["weight"].shape[1] == gives and not any(layer is m for m in chain)
        ]
    return []


def _place_of(norm: Module, chain: list[Module]) -> int:
    """The place behind the one layer that a batch norm fits by size and by number."""
    size = len(norm.arrays.get("running_mean", ()))
    fits = [
        n for n, m in enumerate(chain) if m.kind == "linear" and len(m.arrays["weight"]) == size
    ]
    same = [n for n in fits if _natural(chain[n]) == _natural(norm)]
    fits = fits if len(fits) == 1 else same
    if len(fits) != 1:
        raise FormatError(
            f"{in_quotes(norm.name)}: a .safetensors file does not say behind which layer it "
            "stands; torch.save(model.state_dict(), FILE) keeps the order"
        )
    return fits[0] + 1


def _shared_start(names: Sequence[str]) -> str:
    """The packages that all names lie in, as in `module.fc1`, `module.fc2`."""
    start = ""
    while True:
        heads = {name[len(start) :].partition(".")[0] for name in names}
        inner = all("." in name[len(start) :] for name in names)
        if len(heads) != 1 or not inner:
            return start
        start += f"{heads.pop()}."


def _named(module: Module, last: str) -> str | None:
    """The name of an array, if a person gave its layer one."""
    return f"{module.name}.{last}" if readable(module.name) else None


def _require_chain(layers: list[Module]) -> None:
    for one, other in pairwise(layers):
        gives, takes = one.arrays["weight"].shape[0], other.arrays["weight"].shape[1]
        if gives != takes:
            raise FormatError(
                f"{in_quotes(one.name)} gives {gives:,} numbers and {in_quotes(other.name)} takes "
                f"{takes:,}: these layers are not a chain. Export the whole model to ONNX instead, "
                "which holds its structure"
            )


def _activations(layers: list[Module], options: Options) -> Sequence[Function]:
    """One activation for each layer, as a person gave them."""
    told = listed(
        [
            f"{m.name or 'a layer'} {'→'.join(map(str, m.arrays['weight'].shape[::-1]))}"
            for m in layers
        ]
    )
    given = options.activations
    if given is None or len(given) != len(layers):
        shown = ",".join(["relu"] * (len(layers) - 1) + ["identity"])
        what = "none" if given is None else f"{counted(len(given), 'activation')}"
        raise FormatError(
            f"a state dict holds no activations, and {what} given for "
            f"{counted(len(layers), 'layer')} ({told}): name one for each, the output's last, as "
            f"in {option('activations', shown)}"
        )
    for function in given:
        for problem in function_problems(function):
            raise FormatError(f"{option('activations')}: {problem}")
    return given


def _normalised(assembly: Assembly, tensor: Tensor, module: Module, report: Report) -> Tensor:
    """Batch normalisation with the statistics that training has left."""
    mean, variance = module.arrays["running_mean"], module.arrays.get("running_var")
    size = tensor.shape[-1]
    if variance is None or mean.shape != (size,) or variance.shape != (size,):
        raise FormatError(
            f"{in_quotes(module.name)}: statistics of shape {spelled(mean.shape)} for "
            f"{counted(size, 'node')}"
        )
    scale, shift = batch_norm(
        mean, variance, module.arrays.get("weight"), module.arrays.get("bias"), EPSILON
    )
    report.merged.append(
        f"batch norm {in_quotes(module.name)} into the layer before it, in front of its "
        f"activation, with PyTorch's epsilon {EPSILON:g}: a state dict holds neither its place nor "
        "its epsilon"
    )
    return assembly.affine(tensor, scale, shift)


def batch_norm(
    mean: NDArray[Any],
    variance: NDArray[Any],
    gamma: NDArray[Any] | None,
    beta: NDArray[Any] | None,
    epsilon: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factor and summand of gamma·(z − mean)/√(variance + epsilon) + beta."""
    scale = 1.0 / np.sqrt(variance.astype(np.float64) + epsilon)
    if gamma is not None:
        scale = gamma.astype(np.float64) * scale
    shift = -mean.astype(np.float64) * scale
    return scale, shift if beta is None else beta.astype(np.float64) + shift
