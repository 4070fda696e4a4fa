"""The lines of inline specs in the files that they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepgraph.embed.sphinx_places import placed
from tests.support.sphinx_project import project

SPEC = ['{"deepgraph": 1,', ' "nodes": []', "}"]


@pytest.mark.parametrize(
    ("page", "line", "place"),
    [
        ("```{deepgraph}\n{}\n```", 1, (1, 0)),
        ("# A\n\n```{deepgraph}\n---\nset: x=1\n---\n{}\n```", 3, (6, 0)),
        ("- a list\n\n  ```{deepgraph}\n  {}\n  ```", 3, (3, 2)),
        ("> ```{deepgraph}\n> {}\n> ```", 1, (1, 2)),
        ("{}\n\n.. deepgraph::\n\n   {}", 5, (6, 3)),  # not the one above
        ("nothing", 1, None),
        ("", 1, None),
    ],
)
def test_where_a_content_stands(
    tmp_path: Path, page: str, line: int, place: tuple[int, int] | None
) -> None:
    lines = []
    for text in page.splitlines():
        before, brace, _ = text.partition("{}")
        lines += [before + spec for spec in SPEC] if brace else [text]
    (tmp_path / "a.md").write_text("\n".join(lines))
    assert placed(SPEC, str(tmp_path / "a.md"), line) == place


def test_a_docstring_is_no_file(tmp_path: Path) -> None:
    assert placed(SPEC, str(tmp_path / "a.py:docstring of a.f"), 1) is None


WRONG = """{"deepgraph": 1, "edges": [{"source": "x", "target": "y"}], "nodes": [
 {"id": "x", "kind": "inptu"}, {"id": "y", "kind": "output"}]}"""
RST = "\n".join(f"   {line}" for line in WRONG.splitlines())
INDEX = f"""Title
=====

.. include:: part.txt

.. deepgraph::

{RST}

.. deepgraph-diff:: xor.json nets/broken.json

.. deepgraph:: xo.json

.. deepgraph-eval:: xor.json
   :input: xo.csv

.. deepgraph:: xor.json
   :live:
   :height: 50%

.. toctree::

   page
"""
TOLD = (
    'part.txt:5: ERROR: deepgraph: part.txt:8:25: $.nodes[0].kind: expected "input"',
    'index.rst:6: ERROR: deepgraph: index.rst:9:25: $.nodes[0].kind: expected "input"',
    "index.rst:11: ERROR: deepgraph: nets/broken.json:2:22: ",
    'index.rst:13: ERROR: deepgraph: xo.json: no such file; did you mean "xor.json"?',
    'index.rst:15: ERROR: deepgraph: xo.csv: no such file; did you mean "xor.csv"?',
    "index.rst:18: ERROR: deepgraph: height: not a positive ",
    'page.md:3: ERROR: deepgraph: page.md:6:22: $.nodes[0].kind: expected "input"',
)


def test_mistakes_name_the_file_and_the_line_that_hold_them(tmp_path: Path) -> None:
    page = f"# Page\n\n```{{deepgraph}}\n:theme: dark\n{WRONG}\n```\n"
    part = f"Included\n\nLines\n\n.. deepgraph::\n\n{RST}\n"
    files = {"index": INDEX, "page.md": page, "part.txt": part}
    build = project(tmp_path, 'html_theme = "basic"', **files)
    Path(tmp_path, "nets").mkdir()
    Path(tmp_path, "nets/broken.json").write_text(WRONG)
    built = build()
    for line in TOLD:
        assert line in built.told, built.told
    assert "7 mistakes in index, page" in built.told
    assert f": {tmp_path}" not in built.told
