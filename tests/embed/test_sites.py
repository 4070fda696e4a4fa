from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown import Markdown

from deepgraph.embed.sites import Site, find_fence
from deepgraph.errors import MissingFileError


def rendering(where: str, name: str, processor: Any) -> Markdown:
    """A page as a site generator leaves it in the object that renders it."""
    md = Markdown()
    getattr(md, where).register(processor, name, 0)
    return md


def of_mkdocs_markdown(folder: Path) -> Markdown:
    config = SimpleNamespace(
        docs_dir=str(folder / "docs"), config_file_path=str(folder / "mkdocs.yml")
    )
    file = SimpleNamespace(src_uri="guide/index.md")
    return rendering("treeprocessors", "relpath", SimpleNamespace(config=config, file=file))


def of_mkdocs(folder: Path) -> Site:
    return Site.of(of_mkdocs_markdown(folder))


def of_zensical(folder: Path, **more: Any) -> Site:
    config = {"root_dir": str(folder), "docs_dir": "docs", **more}
    page = SimpleNamespace(path="guide/index.md")
    context = SimpleNamespace(config=config, page=page)
    return Site.of(rendering("preprocessors", "rendering_context", context))


def test_plain_markdown_is_served_from_the_current_folder() -> None:
    site = Site.of(Markdown())
    assert site == Site(None, (Path.cwd(),))
    assert site.name == "page"
    assert site.lines() == []


def test_a_site_that_hides_its_page_is_served_from_the_current_folder() -> None:
    assert Site.of(rendering("treeprocessors", "relpath", object())) == Site(None, (Path.cwd(),))


@pytest.mark.parametrize("made", [of_mkdocs, of_zensical])
def test_both_tools_say_page_and_folders(tmp_path: Path, made: Any) -> None:
    site = made(tmp_path)
    docs = tmp_path / "docs"
    assert site.page == docs / "guide" / "index.md"
    assert site.folders == (docs / "guide", docs, tmp_path)
    assert site.name == str(Path("docs", "guide", "index.md"))
    assert not site.fails


def test_zensical_is_strict_by_an_exception_and_watches_files(tmp_path: Path) -> None:
    site = of_zensical(tmp_path, strict=True, watched_files=[("a.json", 1)])
    assert site.fails
    assert site.watched == {Path("a.json")}
    assert of_mkdocs(tmp_path).watched is None


def test_a_page_is_read_as_its_author_wrote_it(tmp_path: Path) -> None:
    site = of_mkdocs(tmp_path)
    assert site.lines() == []
    assert site.page is not None
    site.page.parent.mkdir(parents=True)
    site.page.write_text("\ufeff---\n---\n# A\n", encoding="utf-8")
    assert site.lines() == ["---", "---", "# A"]
    site.page.write_bytes(b"\xff")
    assert site.lines() == []


def test_a_file_is_looked_for_beside_the_page_first(tmp_path: Path) -> None:
    site = of_mkdocs(tmp_path)
    (tmp_path / "docs" / "guide").mkdir(parents=True)
    with pytest.raises(MissingFileError) as caught:
        site.find("a.json")
    looked = [Path("docs", "guide", "a.json"), Path("docs", "a.json"), Path("a.json")]
    message = f"a.json: no such file; looked for {', '.join(map(str, looked))}"
    assert str(caught.value) == message
    for place in reversed(looked):
        (tmp_path / place).touch()
        assert site.find("a.json") == tmp_path / place


def test_a_slash_leads_to_the_folder_of_all_pages(tmp_path: Path) -> None:
    for made in (of_mkdocs, of_zensical):
        site = made(tmp_path)
        (tmp_path / "docs/guide/nets").mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs/nets").mkdir(exist_ok=True)
        for folder in ("docs/nets", "docs/guide/nets"):
            (tmp_path / folder / "a.json").touch()
        assert site.find("/nets/a.json") == tmp_path / "docs/nets/a.json"
        absolute = tmp_path / "docs/guide/nets/a.json"
        assert site.find(str(absolute)) == absolute
        with pytest.raises(MissingFileError, match=r"looked for docs/nets/b\.json, nets/b\.json"):
            site.find("/nets/b.json")


def test_serving_watches_some_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("docs", "specs", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.json").touch()
    (tmp_path / "specs/link.json").symlink_to(tmp_path / "other/a.json")

    def watched() -> dict[str, bool]:
        md = of_mkdocs_markdown(tmp_path)
        processor: Any = md.treeprocessors["relpath"]
        processor.config.watch = [str(tmp_path / "specs")]
        site = Site.of(md)
        names = ("docs/a.json", "specs/a.json", "specs/link.json", "other/a.json")
        return {name: site.watches(tmp_path / name) for name in names}

    assert all(watched().values())  # a build renders all pages
    monkeypatch.setattr("sys.argv", ["mkdocs", "serve"])
    assert [name for name, is_so in watched().items() if not is_so] == ["other/a.json"]
    files = [(str(tmp_path / "specs/link.json"), 1)]
    assert of_zensical(tmp_path, watched_files=files).watches(tmp_path / "docs/../specs/link.json")


# --- the line of a fence -------------------------------------------------------------------------

PAGE = """# Title

````markdown
```deepgraph spec="a.json"
```
````

> ```deepgraph spec="a.json" collapse
> ```

~~~ {{ .deepgraph spec=b.json }}
~~~

```deepgraph-not spec="a.json"
```

```deepgraph
{{"deepgraph": 1}}
```

```deepgraph
{{"deepgraph": 2}}
```

```deepgraph spec=c.json theme=dark
```
""".format().splitlines()
"""Fences start in the lines 8, 11, 17, 21 and 25; that of line 4 is an example."""


@pytest.mark.parametrize(
    ("after", "source", "options", "line"),
    [
        (0, "", ["a.json", ""], 8),  # an example and a quotation
        (8, "", ["a.json"], None),
        (0, "", ["b.json"], 11),  # options in braces
        (0, '{"deepgraph": 1}', [], 17),
        (0, '{"deepgraph": 2}', [], 21),
        (17, '{"deepgraph": 1}', [], None),
        (0, '{"deepgraph": 3}', [], None),
    ],
)
def test_a_fence_by_its_options_and_its_content(
    after: int, source: str, options: list[str], line: int | None
) -> None:
    assert find_fence(PAGE, after, "deepgraph", source, options) == (line, "")


def test_options_that_superfences_cannot_read() -> None:
    assert find_fence(PAGE, 21, "deepgraph", "", []) == (25, "spec=c.json theme=dark")


def test_the_language_is_a_whole_word() -> None:
    assert find_fence(PAGE, 0, "deepgraph-not", "", ["a.json"]) == (14, "")
    assert find_fence(PAGE, 0, "deep", "", ["a.json"]) == (None, "")


def test_a_docstring_is_named_by_its_object(tmp_path: Path) -> None:
    prefix = SimpleNamespace(id_prefix="pkg.mod.f--")
    for md in (Markdown(), of_mkdocs_markdown(tmp_path)):
        md.treeprocessors.register(prefix, "mkdocstrings_ids", 0)
        site = Site.of(md)
        assert (site.name, site.lines()) == ("pkg.mod.f", [])
    assert site.folders[-1] == tmp_path


@pytest.mark.parametrize(
    ("words", "strict", "fails"),
    [
        (["zensical", "build"], True, True),
        (["zensical", "build", "--strict"], False, True),
        (["zensical", "build", "-s"], False, True),
        (["zensical", "build"], False, False),
        (["zensical", "serve"], True, False),  # the box is enough, and serving goes on
    ],
)
def test_only_a_strict_build_of_zensical_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], strict: bool, fails: bool
) -> None:
    monkeypatch.setattr("sys.argv", words)
    assert of_zensical(tmp_path, strict=strict).fails == fails


def test_the_folders_of_a_relative_configuration_are_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path(), Path("site")):  # -f mkdocs.yml, and -f site/mkdocs.yml from above
        docs = tmp_path / folder / "docs"
        site = of_mkdocs(folder)
        assert site.folders == (docs / "guide", docs, tmp_path / folder)
        (folder / "specs").mkdir(parents=True)
        (folder / "specs/a.json").touch()
        assert site.find("specs/a.json") == tmp_path / folder / "specs/a.json"


def test_a_missing_file_has_a_suggestion_beside_the_places(tmp_path: Path) -> None:
    site = of_mkdocs(tmp_path)
    (tmp_path / "docs/specs").mkdir(parents=True)
    for name in ("xor.json", "xor.csv"):
        (tmp_path / "docs/specs" / name).write_text("{}")
    with pytest.raises(MissingFileError) as caught:
        site.find("specs/xo.json")
    looked = "docs/guide/specs/xo.json, docs/specs/xo.json, specs/xo.json"
    told = f'specs/xo.json: no such file; did you mean "specs/xor.json"?; looked for {looked}'
    assert str(caught.value) == told
