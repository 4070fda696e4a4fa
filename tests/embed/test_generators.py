"""What the site generator of a page does with its images, as it was tried with each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepgraph.embed import generators

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("setting", "page", "picture", "image"),
    [
        ("docusaurus.config.ts", "docs/a.md", "Docusaurus takes no file", ""),
        ("astro.config.mjs", "src/pages/a.md", "Astro loses", ""),
        ("astro.config.mjs", "README.md", "", ""),
        ("hugo.toml", "content/a/index.md", "Hugo drops HTML", ""),
        ("hugo.toml", "content/a.md", "make it a/index.md", "make it a/index.md"),
        ("mkdocs.yml", "docs/a.md", "MkDocs does not follow", ""),
        ("mkdocs.yml", "README.md", "", ""),
        ("zensical.toml", "docs/a.md", "Zensical does not follow", ""),
        ("conf.py", "a.md", "Sphinx loses", ""),
        ("_config.yml: title: a", "a.md", "", ""),
        ("_config.yml: permalink: pretty", "a.md", "permalink: /a.html", "permalink: /a.html"),
        ("_config.yml: permalink: pretty", "index.md", "", ""),
        ("_config.yml: title: a", "_posts/2026-01-01-a.md", "no image of _posts", "_posts"),
        (".vitepress/config.mjs", "a.md", "", ""),
        ("myst.yml", "a.md", "", ""),
        ("book.toml", "src/a.md", "", ""),
    ],
)
def test_what_is_lost(tmp_path: Path, setting: str, page: str, picture: str, image: str) -> None:
    name, _, content = setting.partition(": ")
    for path in (tmp_path / name, tmp_path / page):
        path.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(content)
    for both, told in ((True, picture), (False, image)):
        found = generators.lost(tmp_path / page, picture=both)
        assert told in found
        assert bool(found) == bool(told)
        assert ("--theme auto" in found) == ((both and "<picture>" in found) or "HTML" in found)


def test_a_configuration_above_the_repository_is_none(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text("")
    (tmp_path / "net/.git").mkdir(parents=True)
    assert generators.lost(tmp_path / "net/README.md", picture=True) == ""
