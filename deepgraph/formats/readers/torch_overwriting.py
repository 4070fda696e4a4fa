"""Calls of PyTorch that write into a tensor: a graph without memory has only what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.errors import FormatError
from deepgraph.words.messages import in_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OPERATORS = ("iadd", "isub", "imul", "itruediv", "ifloordiv", "ipow", "imatmul")

VIEWS = (
    "view", "reshape", "flatten", "squeeze", "unsqueeze", "contiguous", "to", "float", "double",
    "detach", "getitem", "chunk", "split", "dropout",
)  # fmt: skip
"""Functions that may give the same memory in another form."""

VIEWING_MODULES = ("Flatten", "Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout")


def require_nothing_overwritten(nodes: Iterable[Any], modules: Mapping[str, Any]) -> None:
    """Check that what a call writes into is used by nobody behind it.

    Args:
        nodes: of a trace, in order.
        modules: by the names that the trace calls them.

    Raises:
        FormatError: it is, so that the result of the call would be lost.
    """
    order = {node: place for place, node in enumerate(nodes)}
    for node, place in order.items():
        if not _writes(node, modules) or not node.args or not hasattr(node.args[0], "users"):
            continue
        memory = _same_memory(node.args[0], node, modules)
        earlier = [one for one in memory if order[one] < place]
        if any(order[user] > place for one in earlier for user in one.users):
            raise FormatError(
                f"{in_quotes(node.name)} writes into {in_quotes(node.args[0].name)}, which is used "
                "behind it; only its result can be followed: y = y + 1 and not y.add_(1)"
            )


def _name(node: Any) -> str:
    return str(node.target if isinstance(node.target, str) else node.target.__name__)


def _writes(node: Any, modules: Mapping[str, Any]) -> bool:
    if node.op == "call_module":
        return bool(getattr(modules[node.target], "inplace", False))
    if node.op not in ("call_function", "call_method"):
        return False
    name = _name(node)
    own = name.endswith("_") and not name.startswith("_")
    return own or name in OPERATORS or bool(node.kwargs.get("inplace", False))


def _same_memory(start: Any, writer: Any, modules: Mapping[str, Any]) -> set[Any]:
    """The traced tensors that may share memory with one."""
    found, stack = set(), [start]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        found.add(node)
        if _is_view(node, modules) or _writes(node, modules):
            stack += [arg for arg in node.args[:1] if hasattr(arg, "users")]
        stack += [
            user
            for user in node.users
            if user is not writer and (_is_view(user, modules) or _writes(user, modules))
        ]
    return found


def _is_view(node: Any, modules: Mapping[str, Any]) -> bool:
    if node.op == "call_module":
        return type(modules[node.target]).__name__ in VIEWING_MODULES
    return node.op in ("call_function", "call_method") and _name(node).strip("_") in VIEWS
