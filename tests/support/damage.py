"""Specs with parts replaced, dropped or moved at random."""

from __future__ import annotations

import copy

JUNK = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    "x",
    "W[1,1]",
    "1/0",
    "\0",
    [],
    [[]],
    {},
    {"name": "relu"},
]


def _places(content, path=()):
    yield path
    items = content.items() if isinstance(content, dict) else ()
    items = enumerate(content) if isinstance(content, list) else items
    for key, inner in items:
        yield from _places(inner, (*path, key))


def damaged(content, rng):
    """The content with one place replaced, removed, doubled or swapped with another."""
    content = copy.deepcopy(content)
    paths = [path for path in _places(content) if path and path != ("deepgraph",)]
    if not paths:
        return content
    path = rng.choice(paths)
    other = rng.choice([path for path in _places(content) if path])

    def at(place):
        found = content
        for key in place:
            found = found[key]
        return found

    parent, key = at(path[:-1]), path[-1]
    action = rng.randrange(4)
    if action == 0:
        parent[key] = rng.choice(JUNK)
    elif action == 1:
        del parent[key]
    elif action == 2 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    else:
        parent[key] = copy.deepcopy(at(other))
    return content
