"""Live pages in other pages: Sphinx, MkDocs, a notebook; each is opened, and its page answers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import deepgraph
from tests.support.live_page import opened
from tests.support.sphinx_project import project

SPECS = Path(deepgraph.__file__).parents[1] / "specs"
RST = """
Page
====

.. deepgraph:: deep_state.json
   :live:
   :over: x=0:2
   :height: 900px
   :caption: Touch it
"""


def answers(live):
    """The page in the frame takes a number and gives its value."""
    inside = live.page.frame_locator("iframe")
    field = inside.get_by_role("textbox", name="x", exact=True)
    field.fill("1")
    field.press("Enter")
    live.settle(400)
    network = deepgraph.load(SPECS / "deep_state.json")
    assert f"y = {float(network({'x': 1.0})[0, 0]):.4g}" in inside.locator(".outputs").inner_text()


def opened_site(browser, file):
    """A built page, whose own scripts may say what they like."""
    page = browser.new_page()
    page.goto(file.resolve().as_uri())
    page.wait_for_timeout(500)
    return page


class _Live:
    def __init__(self, page):
        self.page, self.settle = page, page.wait_for_timeout


def test_a_page_of_sphinx(browser, tmp_path):
    build = project(tmp_path, index=RST)
    built = build()
    assert built.code == 0, built.told
    html = (built.folder / "index.html").read_text(encoding="utf-8")
    (source,) = re.findall(r'<iframe [^>]*src="([^"]+)"', html)
    assert (built.folder / source).is_file()
    page = opened_site(browser, built.folder / "index.html")
    answers(_Live(page))
    page.close()
    text = build("text")
    assert text.code == 0, text.told
    assert "1 input, a hidden layer of 2 ReLU nodes" in " ".join(text.text("index.txt").split())


def test_mistakes_of_a_live_directive_are_told(tmp_path):
    wrong = RST.replace("x=0:2", "q=0:2")
    built = project(tmp_path, index=wrong)()
    assert built.code == 1
    assert 'no input is named "q"' in built.told


def test_a_page_of_mkdocs(browser, tmp_path, monkeypatch):
    pytest.importorskip("mkdocs")
    monkeypatch.chdir(tmp_path)
    Path("docs/guide").mkdir(parents=True)
    text = (SPECS / "deep_state.json").read_text(encoding="utf-8")
    Path("docs/net.json").write_text(text, encoding="utf-8")
    fence = '# Start\n\n```deepgraph spec="net.json" kind="live" height="900" over="x=0:2"\n```\n'
    Path("docs/index.md").write_text(fence, encoding="utf-8")
    Path("docs/guide/deep.md").write_text(fence, encoding="utf-8")
    Path("mkdocs.yml").write_text(
        "site_name: Networks\nuse_directory_urls: true\nmarkdown_extensions:\n"
        "  - pymdownx.superfences:\n      custom_fences:\n        - name: deepgraph\n"
        "          class: deepgraph\n"
        "          format: !!python/name:deepgraph.embed.superfences.formatter\n"
        "          validator: !!python/name:deepgraph.embed.superfences.validator\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for file in ("site/index.html", "site/guide/deep/index.html"):
        html = Path(file).read_text(encoding="utf-8")
        (source,) = re.findall(r'<iframe [^>]*src="([^"]+)"', html)
        assert (Path(file).parent / source).is_file()
        page = opened_site(browser, Path(file))
        answers(_Live(page))
        page.close()


def test_a_notebook_shows_it_and_keeps_it(browser, tmp_path):
    network = deepgraph.load(SPECS / "deep_state.json")
    shown = network.live({"x": 0.5}, over={"x": (0, 2)}, height="900px")
    assert network.name in repr(shown) or "LivePage" in repr(shown)
    html = f"<!DOCTYPE html><title>cell</title>{shown._repr_html_()}"
    with opened(browser, html, tmp_path) as live:
        answers(live)
    saved = shown.save(tmp_path / "own.html")
    assert saved.read_text(encoding="utf-8") == shown.html
