"""Chooses short names for properties that only the scripts of the live page know.

`python -m tests.live.own_names` writes `deepgraph/live/own_names.json`, which a new script does not
need: names that are not in it stay as they are. What a browser knows, and what stands in a text of
the scripts or of the data of pages keeps its name.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from deepgraph.explain.wording import SENTENCES
from deepgraph.functions.activations import ACTIVATIONS
from deepgraph.functions.losses import LOSSES
from deepgraph.live import scripts
from deepgraph.live.compact import LETTERS
from deepgraph.live.scopes import Script
from deepgraph.live.text_keys import OF_NAMES
from deepgraph.live.tokens import tokens_of
from tests.support.browser import chromium
from tests.support.live_gallery import NAMES, data_of, page_of

LIVE = Path(scripts.__file__).parent
LEAST_LETTERS = 3
KEPT = frozenset(
    (
        *("ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "PageDown", "PageUp"),
        *("attributeFilter", "block", "preventScroll"),
        *("clipboard", "writeText", "lastIndex"),
    )
)
"""What a browser knows and does not list: keys of a keyboard, options of its functions, and what
only secure pages and single objects have. Whoever writes the table anew looks for further ones."""
OURS = frozenset(
    (
        *("curve", "element", "evaluate", "item", "keep", "method", "multiply", "read", "reasons"),
        *("result", "show", "state", "symbol", "trace", "update"),
    )
)
"""What a browser knows, too, but on objects or in uses that the scripts have nothing of."""
BROWSER = """() => {
  const found = new Set(), seen = new Set();
  const visit = (object) => {
    if (!object || seen.has(object)) return;
    seen.add(object);
    for (const name of Object.getOwnPropertyNames(object)) found.add(name);
    visit(Object.getPrototypeOf(object));
  };
  for (const name of Object.getOwnPropertyNames(window)) {
    let value = null;
    try { value = window[name]; } catch { continue; } // storage, in a page without an address
    if (!value || !["object", "function"].includes(typeof value)) continue;
    visit(value);
    visit(value.prototype);
  }
  const others = [[].values(), new Map().values(), "a".matchAll(/a/g), /(?<a>a)/.exec("a")];
  for (const value of others) visit(value);
  for (const name in document.body.style) found.add(name);
  return [...found];
}"""
"""All names of properties that a browser knows, those of styles and of SVG among them."""


def names_of_browser(browser):
    """Names that a browser gives a meaning."""
    page = browser.new_page()
    page.set_content("<p>")
    found = page.evaluate(BROWSER)
    page.close()
    return {name.lower() for name in found}


def names_of_data():
    """Whole texts that the data of a page may hold, keys of its texts, and the words of formulas.

    A word within a sentence is nobody's name, but for the places of values, `{name}`.
    """
    found = set()

    def walk(value):
        if isinstance(value, dict):
            for key, inside in value.items():
                if key in OF_NAMES and isinstance(inside, dict):
                    found.update(inside)
                walk(inside)
        elif isinstance(value, list | tuple):
            for inside in value:
                walk(inside)
        elif isinstance(value, str):
            found.add(value)
            found.update(re.findall(r"\{(\w+)\}", value))

    for name in NAMES:
        walk(data_of(page_of(name)))
    for table in ("interface.json", "sentences.json"):
        texts = json.loads((LIVE / table).read_text(encoding="utf-8"))
        found.update(texts)
        walk(texts)
    found.update(SENTENCES)
    walk(SENTENCES)
    for row in (*ACTIVATIONS.values(), *LOSSES.values()):
        fields = set(type(row).__annotations__)
        found.update({*re.findall(r"\w+", str(row))} - fields)
    return found


def names_of_scripts():
    """How often each name of a property is used, and all texts of the scripts that may be one."""
    tokens = list(tokens_of(scripts.text()))
    roles = Script(tokens).roles
    keys = Counter(
        token.text for token, role in zip(tokens, roles, strict=True) if role in ("key", "short")
    )
    texts = (token.text for token in tokens if token.kind in ("string", "text"))
    return keys, {text.strip("\"'`}${") for text in texts}


def short_names(browser):
    """The short name of each property that is the scripts' own."""
    keys, texts = names_of_scripts()
    known, data = names_of_browser(browser), names_of_data()
    others = {word.lower() for word in texts | data} | (known - OURS)
    own = [name for name, _ in keys.most_common() if name.lower() not in others]
    own = [name for name in own if len(name) >= LEAST_LETTERS and name not in KEPT]
    taken = {name.lower() for name in keys} | others
    letters = ("".join(part) for length in (1, 2) for part in product(LETTERS, repeat=length))
    return dict(zip(own, (name for name in letters if name.lower() not in taken), strict=False))


def main():
    """Write the table."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        names = dict(sorted(short_names(browser).items()))
        browser.close()
    text = json.dumps(names, indent=0).replace("\n", "\n  ").replace("\n  }", "\n}")
    (LIVE / "own_names.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
