"""The Sphinx extension, in whole builds: what a page shows, what fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.sphinx_project import INLINE, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sphinx_project import Build, Built


def test_what_the_pages_say(furo: tuple[Build, Built, Path]) -> None:
    built = furo[1]
    page = built.text("index.html")
    assert page.count('<div class="deepgraph-diagram"') == 4
    assert page.count('XOR = 1">') == 2
    assert '<span class="deepgraph-value">1</span>' in page
    assert re.search(r'<figure class="deepgraph[^>]* id="worked">', page)
    assert "XOR <em>by hand</em>" in page
    assert 'aria-label="Iris and its three species."' in page
    assert re.search(r'<figure class="[^"]*align-left[^"]*mine|mine[^"]*align-left', page)
    assert "−1.275" in built.text("markdown.html")


# --- mistakes ------------------------------------------------------------------------------------

BROKEN = """
Broken
======

.. deepgraph:: broken.json

.. deepgraph:: xor.json
   :them: dark

Text with :dg:`xor.json nope x1=1 x2=0` in it.

.. deepgraph::

   {"deepgraph": 1,
    "nodes": [{"id": "x", "kind": "inptu"}]}

.. deepgraph-eval:: gone.json
   :set: x=1

.. deepgraph:: xor.json
   :align: middle

.. deepgraph:: xor.json
   :width:

.. deepgraph:: xor.json
   set: x1=1

.. deepgraph::

.. deepgraph:: xor.json

   set: x1=1

.. deepgraph:: xor.json

   {"deepgraph": 1}
"""
TOLD = (
    "index.rst:5: ERROR: deepgraph: broken.json:2:28: $.nodes[0].kind: ",
    'index.rst:7: ERROR: deepgraph: no option "them" here; did you mean "theme"?',
    'index.rst:10: ERROR: deepgraph: no node or parameter is named "nope"',
    "index.rst:12: ERROR: deepgraph: index.rst:14:4: $.edges: there are no edges",
    "index.rst:17: ERROR: deepgraph: ",
    'index.rst:20: ERROR: deepgraph: align: "middle" unknown; choose from ',
    "index.rst:23: ERROR: deepgraph: width needs a value",
    'index.rst:26: ERROR: deepgraph: below xor.json: an option stands between colons, got "set: x',
    "index.rst:29: ERROR: deepgraph: name the path of a spec, or write one below as JSON",
    'index.rst:31: ERROR: deepgraph: below xor.json: an option stands between colons, got "set: x',
    "index.rst:35: ERROR: deepgraph: a path and an inline spec: keep one",
)


def test_a_mistake_fails_the_build_with_its_line(tmp_path: Path) -> None:
    others = {f"page{i}": f"Page {i}\n======\n" for i in range(8)}  # fewer are read by one
    build = project(tmp_path, 'html_theme = "basic"', index=BROKEN, **others)
    (tmp_path / "broken.json").write_text(
        '{"deepgraph": 1, "nodes": [\n {"id": "x", "kind":       "inptu"}], "edges": []}',
        encoding="utf-8",
    )
    for _ in range(2):  # a second build does not forget
        built = build("html", "-j", "2")
        assert built.code == 1, built.told
        for line in TOLD:
            assert line in built.told
        assert "ERROR: deepgraph: 11 mistakes in index; mend them, or set" in built.told
        assert "Traceback" not in built.told


def test_a_placeholder_instead(tmp_path: Path) -> None:
    build = project(
        tmp_path,
        'html_theme = "basic"\ndeepgraph_on_error = "placeholder"',
        index=BROKEN,
    )
    built = build()
    assert built.code == 0, built.told
    assert built.told.count("WARNING: deepgraph: ") == 11
    page = built.text("index.html")
    assert page.count("deepgraph-error") == 10
    assert "did you mean &quot;theme&quot;?" in page  # quotes as in a spec


def test_a_name_that_stands_twice_is_told_where(tmp_path: Path) -> None:
    named = ".. deepgraph:: xor.json\n   :name: twice\n\n"
    built = project(tmp_path, 'html_theme = "basic"', index=f"Title\n=====\n\n{named}{named}")()
    assert 'index.rst:7: WARNING: Duplicate explicit target name: "twice"' in built.told


def test_a_site_may_forbid_to_read_files(tmp_path: Path) -> None:
    (tmp_path / "docutils.conf").write_text("[general]\nfile_insertion_enabled: no\n")
    index = f"Title\n=====\n\n:dg:`xor.json w1`\n\n{INLINE}"
    built = project(tmp_path, 'html_theme = "basic"', index=index)()
    assert built.told.count("ERROR: deepgraph: this site lets no page read files; ") == 1
    assert built.text("index.html").count("<svg") == 1
