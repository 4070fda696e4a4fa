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

from deepgraph.diff.unread import LISTS, Unread
from deepgraph.spec.canonical import Object, Tree, inline, quoted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from deepgraph.diff.unread import Sections

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


def make(a: Sections, b: Sections, new_ids: Mapping[str, str]) -> list[Operation]:
    """The operations that make B of A.

    Args:
        a: the tree of a spec in the canonical layout.
        b: likewise, of what A is to become.
        new_ids: the ids of renamed nodes in B by those in A, so that a renamed node is changed and
            not taken out.
    """
    return list(_Maker(new_ids).of_record((), a, b))


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
            of = self.of_record if _is_record(at) else self._of_names
            yield from of(at, a, b)
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            inside = [op for n, (x, y) in enumerate(zip(a, b, strict=True))
                      for op in self.between((*at, n), x, y)]  # fmt: skip
            yield from _replaced(at, a, b) if len(inside) > WHOLE * _leaves(a) else inside
        else:
            yield from _replaced(at, a, b)

    def _inside_equal(self, at: Parts, a: Tree, b: Tree) -> Iterator[Operation]:
        """Equal trees differ at most in the order of names in an object."""
        if _same_order(a, b):
            return
        pairs = (
            [(key, a[key], b[key]) for key in a]  # type: ignore[index, call-overload]
            if isinstance(a, dict)
            else [(n, x, y) for n, (x, y) in enumerate(zip(a, b, strict=True))]
        )
        for key, mine, yours in pairs:
            yield from self.between((*at, key), mine, yours)

    def of_record(
        self, at: Parts, a: Mapping[str, Tree | Unread], b: Mapping[str, Tree | Unread]
    ) -> Iterator[Operation]:
        """The keys of a record, whose order is always the same."""
        for key in a:
            if key not in b:
                yield from _removed((*at, key), _whole(a[key]))
        for key, after in b.items():
            before = a.get(key)
            if before is None:
                yield Operation("add", pointer((*at, key)), _whole(after))
            elif isinstance(before, Unread) and isinstance(after, Unread):
                yield from self._of_records((*at, key), before, after)
            else:
                yield from self.between((*at, key), _whole(before), _whole(after))

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

    def _of_records(self, at: Parts, a: Unread, b: Unread) -> Iterator[Operation]:
        """A list of records, by what identifies them; those of equal text need not be read."""
        pairs = _aligned(*self._keys(a, b))
        gone = _missing(len(a), (n for n, _ in pairs))
        new = _missing(len(b), (m for _, m in pairs))
        if len(gone) + len(new) > WHOLE * max(len(a), len(b), 8):
            yield from _replaced(at, a.read(), b.read())
            return
        for n, value in reversed(list(zip(gone, a.read(gone), strict=True))):
            yield from _removed((*at, n), value)
        for m, value in zip(new, b.read(new), strict=True):
            yield Operation("add", pointer((*at, m)), value)
        changed = [(n, m) for n, m in pairs if a.texts[n] != b.texts[m]]
        before, after = a.read(n for n, _ in changed), b.read(m for _, m in changed)
        for (_, m), mine, yours in zip(changed, before, after, strict=True):
            yield from self.between((*at, m), mine, yours)

    def _keys(self, a: Unread, b: Unread) -> tuple[list[Hashable], list[Hashable]]:
        """What tells the records apart: their text if both lists have it, else their identity."""
        both = set(map(bytes, a.texts)) & set(map(bytes, b.texts))
        found = []
        for side, new in ((a, self.new_ids), (b, {})):
            keys: list[Hashable] = [
                text if text in both else None for text in map(bytes, side.texts)
            ]
            others = [n for n, key in enumerate(keys) if key is None]
            for n, record in zip(others, side.read(others), strict=True):
                keys[n] = _identity(side.section, record, new)
            found.append(_counted(keys))
        return found[0], found[1]


def _is_record(at: Parts) -> bool:
    """True for an object whose keys are those of a record of the format."""
    if len(at) == 3:
        return at[0] in LISTS and at[2] in RECORDS
    return not at or (len(at) == 2 and at[0] in (*LISTS, "groups"))


def _same_order(a: Tree, b: Tree) -> bool:
    """True if no object of two equal trees has its names in another order."""
    if isinstance(a, str):
        return True
    if isinstance(a, list):
        return all(map(_same_order, a, b))
    assert isinstance(b, dict)
    return list(a) == list(b) and all(map(_same_order, a.values(), b.values()))


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


def _identity(section: str, record: Tree, new: Mapping[str, str]) -> Hashable:
    """What tells a record from the others of its section, with the new ids of renamed nodes."""
    assert isinstance(record, dict)
    if section == "edges":
        ends = (str(record["source"]), str(record["target"]))
        return tuple(new.get(end, end) for end in ends)
    name = str(record.get("name" if section == "examples" else "id", ""))
    return new.get(name, name)


def _counted(keys: list[Hashable]) -> list[Hashable]:
    """The keys of a list, each only once: the same twice is told by its number, too."""
    if len(set(keys)) == len(keys):
        return keys
    seen: Counter[Hashable] = Counter()
    for n, key in enumerate(keys):
        seen[key] += 1
        if seen[key] > 1:
            keys[n] = (key, seen[key])
    return keys


def _missing(count: int, places: Iterable[int]) -> list[int]:
    """The places below a number that are not among some."""
    there = set(places)
    return [n for n in range(count) if n not in there]


def _whole(value: Tree | Unread) -> Tree:
    return value.read() if isinstance(value, Unread) else value


def _aligned(mine: Sequence[Hashable], yours: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest pairing of equal keys, each of which stands once, that keeps both orders."""
    if mine == yours:
        return [(n, n) for n in range(len(mine))]
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
