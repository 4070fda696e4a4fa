"""Stages: named vectors of values; a member is a value a by its id, or a pre-activation `z(id)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEFORE = re.compile(r"z\((.*)\)", re.DOTALL)


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
