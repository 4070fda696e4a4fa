"""What of a script nothing uses any more, once other parts of it are left out.

A declaration of the outermost level goes where all that used its name is gone, and a method of a
class where all that read it is. What the whole script never used stays, since it may be there for
somebody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.live.scopes import CLASS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deepgraph.live.scopes import Script

Part = tuple[str, str, int, int]
"""What may be left out: "variable" or "key", its name, its first token and the one behind it."""


def unused(
    script: Script,
    starts: list[int],
    gone: Collection[int],
    keep: Collection[str],
    keys: Collection[str],
) -> frozenset[int]:
    """The tokens of a script that go, too, when some are gone.

    Args:
        script: the whole one.
        starts: the first token of each statement of the outermost level.
        gone: tokens that are left out.
        keep: names of variables that another script uses.
        keys: names of methods that stand in no text, so that only the script itself reads them.
    """
    parts = [
        part
        for part in (*_declared(script, starts), *_methods(script, keys))
        if part[1] not in keep
    ]
    left, found = set(range(len(script.tokens))), set(gone)
    never = _idle(script, parts, left)
    parts = [part for part in parts if part not in never]
    while True:
        idle = _idle(script, parts, left - found)
        more = {at for _, _, start, end in idle for at in range(start, end)} - found
        if not more:
            return frozenset(found - set(gone))
        found |= more


def _declared(script: Script, starts: list[int]) -> Iterator[Part]:
    """The statements that declare one variable by `const`, or a class or a function."""
    ends = [*starts[1:], len(script.tokens)]
    for start, end in zip(starts, ends, strict=True):
        first, second, third = (token.text for token in script.tokens[start : start + 3])
        is_one = first == "const" and third == "=" and script.behind_value(start + 3) >= end - 1
        if first in ("class", "function") or is_one:
            yield "variable", second, start, end


def _methods(script: Script, keys: Collection[str]) -> Iterator[Part]:
    """The methods of classes whose names stand in no text."""
    for start, kind in script.brace.items():
        at = start + 1
        while kind == CLASS and at < script.partner[start]:
            first, end = script.member_at(at)
            if end > first and script.tokens[at].text in keys:
                yield "key", script.tokens[at].text, first, end
            at = max(end, at + 1)


def _idle(script: Script, parts: list[Part], left: set[int]) -> list[Part]:
    """The parts whose names stand nowhere but in themselves."""
    return [
        (kind, name, start, end)
        for kind, name, start, end in parts
        if all(start <= at < end or at not in left for at in script.places[kind, name])
    ]
