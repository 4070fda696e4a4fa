"""Tells Sphinx which files a notebook depends on, for myst-nb, alone or beside our extension.

myst-nb reads a page again when the notebook changes, and knows nothing of the files that its cells
read. It offers every output to the renderers that packages register, and so to this one, which
renders nothing: it makes a page depend on the files that its cells name, warns of a picture whose
spec has changed since its cell ran, as happens where myst-nb keeps outputs, and tells what is wrong
where a mistake ended the cells; such a page is read again until it is mended.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Sequence

LOADED = "deepgraph"
"""In the metadata of an output: what `notebook.origin` says of the file of its network."""
FAILED = "failed"
"""There, instead: the message of the error that ended a cell."""

_NAMED = re.compile(r"""["']([^"'\\\n]+\.(?:json|csv|tsv|ssv|parquet|arrow|npz))["']""")
_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The files that a warning has named, by the renderer of their page."""


class Dependencies:
    """A renderer of outputs, registered in `myst_nb.mime_renderers`; it renders none."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = ()

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[Any] | None:
        """Look at an output, and leave it to myst-nb.

        Args:
            renderer: the `NbElementRenderer` of the page.
            data: the `MimeData` of the output.
            inline: True in a line of text.

        Returns:
            `None`: myst-nb renders it; no nodes for an output that only tells of an error.
        """
        env = getattr(renderer.renderer, "sphinx_env", None)
        loaded = (data.output_metadata or {}).get(LOADED) or {}
        failed = loaded.get(FAILED)
        if env is None:  # docutils alone
            return [] if failed else None
        folder = Path(env.doc2path(env.docname)).parent
        for file in named(renderer.renderer.nb_client.notebook["cells"]):
            if os.path.isfile(folder / file):
                env.note_dependency(str((folder / file).resolve()))
        place = env.docname, data.line
        if failed:
            # An author may show an error on purpose, which myst-nb then does not count as one.
            if (renderer.renderer.nb_client.exec_metadata or {}).get("traceback"):
                _warn(failed, place)
                env.note_reread()
            return []
        spec, told = loaded.get("file"), _told.setdefault(renderer, set())
        if spec and spec not in told:
            told.add(spec)
            if _warn_of_old(folder / spec, loaded, place):
                env.note_reread()  # else a second build would not tell it
        return None


def named(cells: Sequence[Any]) -> list[str]:
    """The paths in quotes in the code of a notebook, if it has to do with deepgraph.

    >>> cell = {"cell_type": "code", "source": "import deepgraph; deepgraph.load('a.json')"}
    >>> named([cell]), named([cell | {"cell_type": "markdown"}])
    (['a.json'], [])
    """
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return list(dict.fromkeys(_NAMED.findall(code))) if "deepgraph" in code else []


def _warn_of_old(path: Path, loaded: dict[str, str], location: tuple[str, int | None]) -> bool:
    """Warn if a spec is not what a picture was made from any more, or of its mistakes.

    Args:
        path: of the spec.
        loaded: its path and its checksum as the output has them.
        location: the page, and the line as myst-nb counts it.

    Returns:
        True if there was a warning.
    """
    from deepgraph.files import checksum
    from deepgraph.loading import diagnose

    try:
        content = path.read_bytes()
    except OSError:  # the notebook ran elsewhere
        return False
    if checksum(content) == loaded.get("checksum"):
        return False
    found = diagnose(content, path.name, path.parent, warn=False)
    said = [f":{problem}" for problem in found.problems]
    for message in said or [" has changed since this cell ran; run the notebook again"]:
        _warn(f"{loaded['file']}{message}", location)
    return True


def _warn(message: str, location: tuple[str, int | None]) -> None:
    from sphinx.util import logging

    said = f"deepgraph: {message}"
    logging.getLogger(__name__).warning(said, location=location, type="deepgraph")
