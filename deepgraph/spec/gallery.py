"""The gallery: real and published networks that ship with the package."""

from __future__ import annotations

from pathlib import Path

from deepgraph.errors import InputError, MissingFileError
from deepgraph.spec import reading
from deepgraph.words.messages import Nearest, shown


def folder() -> Path:
    """The folder of the gallery: inside an installed package, or beside the package in a checkout.

    Raises:
        MissingFileError: it is in neither place.
    """
    package = Path(__file__).parents[1]
    for place in (package / "specs", package.parent / "specs"):
        if (place / "deep_state.json").is_file():
            return place
    raise MissingFileError(
        "the gallery is missing from this installation; install deepgraph-nn again"
    )


def names(*, more: bool = True) -> list[str]:
    """The names of the networks, sorted.

    Args:
        more: also those of the folder `more`; without them, the networks that nearly all tests
            of this project run on.
    """
    return sorted(_files() if more else (path.stem for path in folder().glob("*.json")))


def _files() -> dict[str, Path]:
    """The spec files by the names of their networks."""
    places = (folder(), folder() / "more")
    return {path.stem: path for place in places for path in place.glob("*.json")}


def path(name: str) -> Path:
    """The spec file of a network.

    Raises:
        InputError: there is no network of this name.
    """
    known = _files()
    if name not in known:
        near = Nearest(sorted(known))(name)
        held = f"{' It' if near else '; it'} holds {', '.join(sorted(known))}"
        raise InputError(f'no network "{shown(name)}" in the gallery{near}{held}')
    return known[name]


def table(name: str) -> Path | None:
    """The table of inputs beside a network, or `None`; errors as in `path`."""
    found = path(name).with_suffix(".csv")
    return found if found.is_file() else None


def title(name: str) -> str:
    """The title of a network; empty if it has none; errors as in `path`."""
    return reading.load(path(name)).title or ""
