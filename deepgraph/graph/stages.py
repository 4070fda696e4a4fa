"""Stages: named vectors of values; a member is a value a by its id, or a pre-activation `z(id)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.words.numbers import z_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.words.messages import Nearest

_BEFORE = re.compile(r"z\((.*)\)", re.DOTALL)
_LIKE_BEFORE = re.compile(r"[zZ]\((.*)\)", re.DOTALL)


class Member(NamedTuple):
    """A value of a node: the number of the node, and whether it is z instead of a."""

    node: int
    is_z: bool


def member(text: str, index: Mapping[str, int]) -> Member | None:
    """What a text such as `h1` or `z(h1)` means; `None` if there is no such node.

    An id may itself look like `z(h1)`; the text then means the value of that node.

    Args:
        text: as it stands in the spec.
        index: node numbers by id.

    >>> member("z(h1)", {"h1": 3})
    Member(node=3, is_z=True)
    """
    if text in index:
        return Member(index[text], False)
    inner = _BEFORE.fullmatch(text)
    if inner is not None and inner[1] in index:
        return Member(index[inner[1]], True)
    return None


def suggestion(text: str, index: Mapping[str, int], nearest: Nearest) -> str:
    """The end of the message about a text that means nothing.

    >>> from deepgraph.words.messages import Nearest
    >>> suggestion("Z(h1)", {"h1": 3}, Nearest(["h1"]))
    '; did you mean "z(h1)"?'
    """
    inner = _LIKE_BEFORE.fullmatch(text)
    if inner is None:
        return nearest(text)
    name = inner[1]
    near = name if name in index else nearest.name(name)
    return nearest(text) if near is None or near not in index else f'; did you mean "{z_of(near)}"?'
