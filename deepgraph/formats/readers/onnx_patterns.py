"""Several nodes of an ONNX graph that stand for one activation, since older versions lack it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.formats.readers.onnx_file import OnnxNode


def with_activations(
    nodes: list[OnnxNode], constant: Callable[[str], float | None]
) -> list[OnnxNode]:
    """The nodes, where the last one of each pattern is the activation that it computes.

    The others stay and are no longer asked for.

    Args:
        nodes: of the graph.
        constant: the number of a name, if it is a single constant.
    """
    makers = {name: node for node in nodes for name in node.outputs}
    found = []
    for node in nodes:
        function, source = _gate(node, makers, constant)
        if function is None:
            function, source = _softplus(node, makers, constant)
        if function is None:
            found.append(node)
        else:
            found.append(replace(node, op=function, domain="", inputs=[source], attributes={}))
    return found


def _gate(node: OnnxNode, makers: dict[str, OnnxNode], constant: Any) -> tuple[str | None, str]:
    """The activation that a product computes, and the name of its input."""
    if node.op != "Mul" or len(node.inputs) != 2:
        return None, ""
    for one, other in (node.inputs, node.inputs[::-1]):
        gate = makers.get(other)
        if gate is not None and gate.inputs:
            if gate.op == "Sigmoid" and gate.inputs[0] == one:
                return "SiLU", one
            inner = makers.get(gate.inputs[0])
            soft = gate.op == "Tanh" and inner is not None and inner.op == "Softplus"
            if soft and inner is not None and inner.inputs[0] == one:
                return "Mish", one
            if gate.op == "HardSigmoid" and gate.inputs[0] == one and _is_hard_swish(gate):
                return "HardSwish", one
        found = _gelu(one, other, makers, constant)
        if found:
            return "GELU", found
    return None, ""


def _softplus(node: OnnxNode, makers: dict[str, OnnxNode], constant: Any) -> tuple[str | None, str]:
    """Softplus as PyTorch has it since 2.5: z itself where z > 20, whose softplus is z + 2e-9."""
    if node.op != "Where" or len(node.inputs) != 3:
        return None, ""
    test, z, other = makers.get(node.inputs[0]), node.inputs[1], makers.get(node.inputs[2])
    while other is not None and other.op in ("Div", "Mul") and _is(constant(other.inputs[1]), 1.0):
        other = makers.get(other.inputs[0])
    if test is None or test.op != "Greater" or other is None or other.op != "Softplus":
        return None, ""
    ends = [_behind_ones(name, makers, constant) for name in (test.inputs[0], other.inputs[0], z)]
    is_far = (constant(test.inputs[1]) or 0.0) >= 20.0
    return ("Softplus", z) if is_far and len(set(ends)) == 1 else (None, "")


def _behind_ones(name: str, makers: dict[str, OnnxNode], constant: Any) -> str:
    """The tensor that was multiplied by one."""
    node = makers.get(name)
    if node is not None and node.op == "Mul" and _is(constant(node.inputs[1]), 1.0):
        return node.inputs[0]
    return name


def _is_hard_swish(gate: OnnxNode) -> bool:
    slope, shift = gate.attributes.get("alpha", 0.2), gate.attributes.get("beta", 0.5)
    return bool(abs(slope - 1 / 6) < 1e-6 and shift == 0.5)


def _gelu(one: str, other: str, makers: dict[str, OnnxNode], constant: Any) -> str:
    """The input z of z/2·(1 + erf(z/√2)), whichever factor comes last; empty if it is none.

    The factors are `half` times (z times sum), or (half times z) times sum, or z times (half times
    sum).
    """
    factors: list[str] = []
    stack = [one, other]
    while stack:
        name = stack.pop()
        maker = makers.get(name)
        if maker is not None and maker.op == "Mul" and len(factors) + len(stack) < 3:
            stack += maker.inputs
        else:
            factors.append(name)
    if len(factors) != 3:
        return ""
    for half in factors:
        if not _is(constant(half), 0.5):
            continue
        rest = [name for name in factors if name != half]
        for z, term in (rest, rest[::-1]):
            if len(rest) == 2 and _is_erf_sum(term, z, makers, constant):
                return z
    return ""


def _is_erf_sum(name: str, z: str, makers: dict[str, OnnxNode], constant: Any) -> bool:
    """True for 1 + erf(z/√2)."""
    total = makers.get(name)
    if total is None or total.op != "Add":
        return False
    for one, term in (total.inputs, total.inputs[::-1]):
        erf = makers.get(term)
        if not _is(constant(one), 1.0) or erf is None or erf.op != "Erf":
            continue
        scaled = makers.get(erf.inputs[0])
        if scaled is None or scaled.op not in ("Div", "Mul") or z not in scaled.inputs:
            return False
        factor = constant(next((n for n in scaled.inputs if n != z), ""))
        wanted = np.sqrt(2.0) if scaled.op == "Div" else 1 / np.sqrt(2.0)
        return _is(factor, wanted)
    return False


def _is(found: float | None, wanted: float) -> bool:
    return found is not None and abs(found - wanted) <= 1e-6 * abs(wanted)
