"""What lies below a folder, on this machine or in a store; nothing in it is passed over silently.

A folder that may not be read, and a link that leads nowhere, are errors: a data set without them
would look whole.
"""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from deepgraph.errors import FileError
from deepgraph.files import identity, reason
from deepgraph.scoring import stores
from deepgraph.scoring.stores import Found
from deepgraph.words.urls import is_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def walk(folder: str) -> list[tuple[str, Found]]:
    """All files below a folder, with their names in it, which have slashes; in their order.

    Names that begin with a dot or an underscore are no data, as for Spark and Arrow, and neither is
    what lies in folders of such names.

    Raises:
        FileError: a folder cannot be read, or a link leads nowhere.
    """
    return files_below(folder, _is_data, _is_data)


def files_below(
    folder: str, enters: Callable[[str], bool], takes: Callable[[str], bool]
) -> list[tuple[str, Found]]:
    """The files below a folder that are asked for, with their names in it, in their order.

    Args:
        folder: a path, or a URL.
        enters: true for the name of a folder to look into; it has slashes.
        takes: the same of a file to take.

    Raises:
        FileError: a folder cannot be read, or a link leads nowhere.
    """
    return sorted((_there if is_url(folder) else _here)(folder, enters, takes))


def _is_data(name: str) -> bool:
    return not is_hidden(name.rpartition("/")[2])


def is_hidden(name: str) -> bool:
    """True for a file or a folder that is no data; `_=1` is a partition."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def is_inside(path: str, folder: str) -> bool:
    """True if what lies at a path would be found by `walk` in a folder, or is this folder."""
    if is_url(path) != is_url(folder):
        return False
    if is_url(path):
        inner, outer = (str(stores.same(each)).rstrip("/") + "/" for each in (path, folder))
    else:
        inner, outer = (os.path.join(os.path.realpath(each), "") for each in (path, folder))
    between = inner[len(outer) :].replace(os.sep, "/").split("/")
    return inner.startswith(outer) and not any(map(is_hidden, between))


def _there(
    folder: str, enters: Callable[[str], bool], takes: Callable[[str], bool]
) -> Iterator[tuple[str, Found]]:
    from pyarrow.fs import FileSelector, FileType

    files, place = stores.system(folder)
    with stores.errors(folder, "cannot be read"):
        infos = files.get_file_info(FileSelector(place, recursive=True, allow_not_found=True))
    for info in infos:
        if info.type == FileType.File:
            name = info.path[len(place) :].lstrip("/")
            parts = name.split("/")
            above = ("/".join(parts[:end]) for end in range(1, len(parts)))
            if takes(name) and all(map(enters, above)):
                yield name, Found(stores.join(folder, name), info.size, info.mtime_ns or 0)


def _here(
    folder: str, enters: Callable[[str], bool], takes: Callable[[str], bool]
) -> Iterator[tuple[str, Found]]:
    """The files below a folder of this machine.

    Links to folders are followed when all folders proper were seen, in the order of their names: so
    a folder that a link leads to keeps its own name, in whatever order the system lists them.
    """
    seen = {identity(folder or ".")}
    proper, links = deque([""]), deque[str]()
    while proper or links:
        inside = proper.popleft() if proper else links.popleft()
        place = os.path.join(folder, inside) if inside else folder
        if inside and not os.path.islink(place):
            seen.add(identity(place))
        elif inside:
            if (own := identity(place)) in seen:
                continue
            seen.add(own)
        for name in _names(place):
            path, known = os.path.join(place, name), f"{inside}/{name}" if inside else name
            if os.path.isdir(path):
                if enters(known):
                    (links if os.path.islink(path) else proper).append(known)
            elif not takes(known):
                continue
            elif (there := stores.found(path)) is not None:
                yield known, there
            elif os.path.islink(path):
                raise FileError(f"{path}: this link leads to no file; mend it, or take it away")
        links = deque(sorted(links))


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder or "."))
    except OSError as error:
        raise FileError(f"{folder}: this folder cannot be read: {reason(error)}") from None
