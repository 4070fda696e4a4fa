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
        ("mkdocs.yml: docs_dir: pages", "pages/a.md", "MkDocs does not follow", ""),
        ("mkdocs.yml: docs_dir: pages", "docs/a.md", "", ""),
        ("mkdocs.yml: use_directory_urls: false", "docs/a.md", "", ""),
        ("mkdocs.yml", "docs/sub/index.md", "", ""),  # it becomes no folder
        ("mkdocs.yml", "docs/README.md", "", ""),
        ("zensical.toml: docs_dir = 'pages' # here", "pages/a.md", "Zensical does not follow", ""),
        ("docusaurus.config.js", "README.md", "", ""),
        ("hugo.toml: [markup.goldmark.renderer]\nunsafe = true", "content/a/index.md", "", ""),
        ('hugo.json: {"unsafe": true}', "content/a/index.md", "", ""),
        ('hugo.json: {"goldmark": {"unsafe": true}}', "content/a/index.md", "", ""),
        ("mkdocs.yml: docs_dir: 'my pages'", "my pages/a.md", "MkDocs does not follow", ""),
        ("hugo.toml: # unsafe = true", "content/a/index.md", "Hugo drops HTML", ""),
        ("hugo.toml: contentDir = 'pages'", "pages/a/index.md", "Hugo drops HTML", ""),
        ("config.toml: baseURL = 'https://a.b'", "content/a/index.md", "Hugo drops HTML", ""),
        ("config.toml: base_url = 'https://a.b'", "content/a/index.md", "", ""),  # Zola's
        ("config/_default/hugo.toml", "content/a/index.md", "Hugo drops HTML", ""),
        ("_toc.yml", "a.md", "Sphinx loses", ""),
        ("conf.py: extensions = ['myst_parser']", "a.md", "Sphinx loses", ""),
        ("conf.py: extensions = []", "a.md", "", ""),  # it reads no Markdown
        ("conf.py: ['myst_parser']\nexclude_patterns = ['README.md']", "README.md", "", ""),
        ("_config.yml: title: a", "a.md", "", ""),
        ("_config.yml: permalink: pretty", "a.md", "permalink: /a.html", "permalink: /a.html"),
        ("_config.yml: permalink: pretty", "b/a.md", "permalink: /b/a.html", "/b/a.html"),
        ("_config.yml: permalink: /:title/", "a.md", "permalink: /a.html", "permalink: /a.html"),
        ("_config.yml: # permalink: pretty", "a.md", "", ""),
        ("_config.yml: permalink: pretty", "index.md", "", ""),
        ("_config.yml: permalink: pretty", "README.md", "", ""),
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


@pytest.mark.parametrize(
    ("permalink", "told"),
    [
        ("/a.html", ""),
        ('"/b.html"', ""),
        ("/b/", "the permalink /b/ moves the page"),
        ("/b/a.html", "the permalink /b/a.html moves the page"),
    ],
)
def test_a_page_that_says_where_it_goes(tmp_path: Path, permalink: str, told: str) -> None:
    (tmp_path / "_config.yml").write_text("permalink: pretty\n")
    page = tmp_path / "a.md"
    page.write_text(f"---\ntitle: A\npermalink: {permalink}\n---\n# A\n")
    found = generators.lost(page, picture=True)
    assert found.startswith(told)
    assert bool(found) == bool(told)


def test_a_book_has_a_configuration_like_that_of_jekyll(tmp_path: Path) -> None:
    for name in ("_config.yml", "_toc.yml"):
        (tmp_path / name).write_text("title: a\n")
    assert generators.lost(tmp_path / "a.md", picture=True).startswith("Sphinx loses")
    assert generators.lost(tmp_path / "a.md", picture=False) == ""


def test_a_folder_with_the_name_of_a_configuration_is_none(tmp_path: Path) -> None:
    (tmp_path / "conf.py").mkdir()
    assert generators.lost(tmp_path / "a.md", picture=True) == ""
