"""Knows the mistakes and the diagrams of each page of a Sphinx site, from build to build."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from deepgraph.embed import sphinx_pictures as pictures
from deepgraph.words.messages import counted

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from deepgraph.errors import DeepgraphError

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    """Register the handlers."""
    app.connect("env-get-outdated", _read_again)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _fail)
    app.connect("env-updated", _remove_old)
    app.connect("build-finished", _prune)


def of_pages(env: BuildEnvironment, what: str) -> dict[str, list[str]]:
    """The "failures" or diagram "keys" by page, kept since a build reads only changed pages."""
    kept: dict[str, dict[str, list[str]]] = env.__dict__.setdefault("deepgraph_pages", {})
    return kept.setdefault(what, {})


def said(env: BuildEnvironment, error: DeepgraphError) -> str:
    """The message of a mistake, with the paths of files as they are in the source folder."""
    return str(error).replace(f"{env.srcdir}{os.sep}", "")


def report(env: BuildEnvironment, message: str, location: str) -> None:
    """Log a mistake; it fails the build in the end, unless the site asked for placeholders."""
    if env.config.deepgraph_on_error == "placeholder":
        logger.warning(f"deepgraph: {message}", location=location, type="deepgraph")
        return
    logger.error(f"deepgraph: {message}", location=location, type="deepgraph")
    of_pages(env, "failures").setdefault(env.docname, []).append(message)


def failed(env: BuildEnvironment, message: str, location: str) -> Node:
    """Log a mistake, and return a node that shows it on the page."""
    report(env, message, location)
    lines = [nodes.line(line, line) for line in ("deepgraph:", *message.splitlines())]
    block = nodes.line_block("", *lines, support_smartquotes=False)
    return nodes.error("", block, classes=["deepgraph-error"])


def _read_again(_: Sphinx, env: BuildEnvironment, *__: object) -> list[str]:
    """The pages with mistakes, which every build reads until they are mended.

    Notebooks in which a cell failed are among them, since what mends them may be a spec.
    """
    ran: dict[str, dict[str, Any]] = getattr(env, "nb_metadata", {})  # of myst-nb
    failed = [page for page, of in ran.items() if (of.get("exec_data") or {}).get("traceback")]
    return [*of_pages(env, "failures"), *failed]


def _forget(_: Sphinx, env: BuildEnvironment, page: str) -> None:
    for what in ("failures", "keys"):
        of_pages(env, what).pop(page, None)


def _merge(_: Sphinx, env: BuildEnvironment, __: object, other: BuildEnvironment) -> None:
    for what in ("failures", "keys"):
        of_pages(env, what).update(of_pages(other, what))


def _fail(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Fail a build with mistakes, whether or not warnings are errors."""
    failures = of_pages(env, "failures")
    if failures:
        count = sum(map(len, failures.values()))
        logger.error(
            f"deepgraph: {counted(count, 'mistake')} in {', '.join(sorted(failures))}; "
            'mend them, or set deepgraph_on_error = "placeholder" in conf.py',
            type="deepgraph",
        )
        app.statuscode = 1
    return []


def _remove_old(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Remove the pictures of earlier builds from the output, before a book is packed with them."""
    pictures.prune_output(app, chain.from_iterable(of_pages(env, "keys").values()))
    return []


def _prune(app: Sphinx, error: Exception | None) -> None:
    """Remove the diagrams of earlier builds that no page shows any more."""
    if error is None:
        pictures.cache(app).prune(chain.from_iterable(of_pages(app.env, "keys").values()))
