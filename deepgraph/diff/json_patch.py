"""JSON patches (RFC 6902) of spec files, made of two trees; `patching` applies them.

Values keep their text: a patch that writes `1.30` makes the file say `1.30`. Before an operation
that takes something away stands a `test` of what is there, so that a patch of another file is
refused and changes nothing. The objects of RFC 6902 have no order; where the order of names shows
in a file (parameters, groups, the inputs of an example), what has to stand later is moved there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.spec.canonical import Object, Tree, inline, quoted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

LISTS = ("layers", "nodes", "edges", "examples")
"""The sections that are lists of records."""
RECORDS = ("loss", "normalise", "rescale")
"""Keys of records whose own keys have an order of their own in every file."""
WHOLE = 0.5
"""If more than this share of a list would change, the list is replaced as a whole."""


class Operation(NamedTuple):
    """One operation: "test", "remove", "add", "replace", "move" or "copy".

    Attributes:
        op: its name.
        path: the JSON pointer of what it changes.
        value: for "test", "add" and "replace".
        origin: the pointer `from` of "move" and "copy".
    """

    op: str
    path: str
    value: Tree | None = None
    origin: str = ""

    def text(self) -> str:
        """The operation as JSON on one line."""
        parts: Object = {"op": quoted(self.op)}
        if self.origin:
            parts["from"] = quoted(self.origin)
        parts["path"] = quoted(self.path)
        if self.value is not None:
            parts["value"] = self.value
        return inline(parts)


Parts = tuple["str | int", ...]


def pointer(parts: Parts) -> str:
    """A JSON pointer (RFC 6901).

    >>> pointer(("parameters", "a/b", 3))
    '/parameters/a~1b/3'
    """
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def make(a: Object, b: Object, new_ids: Mapping[str, str]) -> list[Operation]:
    """The operations that make B of A.

    Args:
        a: the tree of a spec in the canonical layout.
        b: likewise, of what A is to become.
        new_ids: the ids of renamed nodes in B by those in A, so that a renamed node is changed and
            not taken out.
    """
    return list(_Maker(new_ids).between((), a, b))


class _Maker:
    def __init__(self, new_ids: Mapping[str, str]) -> None:
        self.new_ids = {quoted(old): quoted(new) for old, new in new_ids.items()}

    def between(self, at: Parts, a: Tree, b: Tree) -> Iterator[Operation]:
        if a == b:
            if isinstance(a, dict) and isinstance(b, dict) and not _is_record(at):
                yield from self._of_names(at, a, b)  # equal dicts may differ in their order
            elif isinstance(a, dict | list):
                yield from self._inside_equal(at, a, b)
            return
        if isinstance(a, dict) and isinstance(b, dict):
            of = self._of_record if _is_record(at) else self._of_names
            yield from of(at, a, b)
        elif isinstance(a, list) and isinstance(b, list) and _is_section(at):
            yield from self._of_records(at, a, b)
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            inside = [op for n, (x, y) in enumerate(zip(a, b, strict=True))
                      for op in self.between((*at, n), x, y)]  # fmt: skip
            yield from _replaced(at, a, b) if len(inside) > WHOLE * _leaves(a) else inside
        else:
            yield from _replaced(at, a, b)

    def _inside_equal(self, at: Parts, a: Tree, b: Tree) -> Iterator[Operation]:
        """Equal trees differ at most in the order of names in an object."""
        if inline(a) == inline(b):
            return
        pairs = (
            [(key, a[key], b[key]) for key in a]  # type: ignore[index, call-overload]
            if isinstance(a, dict)
            else [(n, x, y) for n, (x, y) in enumerate(zip(a, b, strict=True))]
        )
        for key, mine, yours in pairs:
            yield from self.between((*at, key), mine, yours)

    def _of_record(self, at: Parts, a: Object, b: Object) -> Iterator[Operation]:
        """The keys of a record, whose order is always the same."""
        for key in a:
            if key not in b:
                yield from _removed((*at, key), a[key])
        for key, value in b.items():
            if key not in a:
                yield Operation("add", pointer((*at, key)), value)
            else:
                yield from self.between((*at, key), a[key], value)

    def _of_names(self, at: Parts, a: Object, b: Object) -> Iterator[Operation]:
        """The names of an object in their order: what stays in place, then the rest, one by one."""
        names = [name for name in a if name in b]
        stays = 0
        places = {name: n for n, name in enumerate(names)}
        last = -1
        for name in b:
            if name not in places or places[name] < last:
                break
            last, stays = places[name], stays + 1
        kept = list(b)[:stays]
        for name in a:
            if name not in b:
                yield from _removed((*at, name), a[name])
        for name in kept:
            yield from self.between((*at, name), a[name], b[name])
        for name in list(b)[stays:]:
            path = pointer((*at, name))
            if name not in a:
                yield Operation("add", path, b[name])
            else:
                yield Operation("move", path, origin=path)
                yield from self.between((*at, name), a[name], b[name])

    def _of_records(self, at: Parts, a: list[Tree], b: list[Tree]) -> Iterator[Operation]:
        """A list of records, by what identifies them."""
        keys = _identities(at[-1], a, self.new_ids), _identities(at[-1], b, {})
        same = keys[0] == keys[1]
        pairs = [(n, n) for n in range(len(a))] if same else _aligned(*keys)
        if len(a) + len(b) - 2 * len(pairs) > WHOLE * max(len(a), len(b), 8):
            yield from _replaced(at, a, b)
            return
        kept, there = {n for n, _ in pairs}, {m for _, m in pairs}
        for n in reversed(range(len(a))):
            if n not in kept:
                yield from _removed((*at, n), a[n])
        for m, value in enumerate(b):
            if m not in there:
                yield Operation("add", pointer((*at, m)), value)
        for n, m in pairs:
            if a[n] is not b[m]:
                yield from self.between((*at, m), a[n], b[m])


def _is_section(at: Parts) -> bool:
    """True for a list of records; a stage or a matrix that is named "nodes" is none."""
    return len(at) == 1 and at[0] in LISTS


def _is_record(at: Parts) -> bool:
    """True for an object whose keys are those of a record of the format."""
    if len(at) == 3:
        return at[0] in LISTS and at[2] in RECORDS
    return not at or (len(at) == 2 and at[0] in (*LISTS, "groups"))


def _leaves(tree: Tree) -> int:
    if isinstance(tree, str):
        return 1
    return sum(map(_leaves, tree.values() if isinstance(tree, dict) else tree))


def _removed(at: Parts, value: Tree) -> Iterator[Operation]:
    yield Operation("test", pointer(at), value)
    yield Operation("remove", pointer(at))


def _replaced(at: Parts, before: Tree, after: Tree) -> Iterator[Operation]:
    yield Operation("test", pointer(at), before)
    yield Operation("replace", pointer(at), after)


def _identities(section: object, records: list[Tree], new: Mapping[str, str]) -> list[Hashable]:
    """What tells the records of a section apart; the same twice is told by its number, too."""
    found: list[Hashable] = []
    seen: Counter[Hashable] = Counter()
    for record in records:
        assert isinstance(record, dict)
        if section == "edges":
            ends = (str(record["source"]), str(record["target"]))
            key: Hashable = tuple(new.get(end, end) for end in ends)
        else:
            name = str(record.get("name" if section == "examples" else "id", ""))
            key = new.get(name, name)
        seen[key] += 1
        found.append((key, seen[key]) if seen[key] > 1 else key)
    return found


def _aligned(mine: Sequence[Hashable], yours: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest pairing of equal keys, each of which stands once, that keeps both orders."""
    places = {key: m for m, key in enumerate(yours)}
    found = [(n, places[key]) for n, key in enumerate(mine) if key in places]
    ends: list[int] = []  # the least last place of a rising row of each length
    tails: list[int] = []
    before = [-1] * len(found)
    for at, (_, place) in enumerate(found):
        length = bisect_left(ends, place)
        if length == len(ends):
            ends.append(place)
            tails.append(at)
        else:
            ends[length], tails[length] = place, at
        before[at] = tails[length - 1] if length else -1
    row, at = [], tails[-1] if tails else -1
    while at >= 0:
        row.append(found[at])
        at = before[at]
    return row[::-1]
