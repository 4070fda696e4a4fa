"""Drives live pages in Chromium; every request and every message of the console is recorded."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.browser import chromium
from tests.support.needs import need
from tests.support.picture import flattened

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
DRAWN = ("d", "points", "x", "y", "cx", "cy", "r", "width", "height", "font-size", "stroke-width")
TWO_FRAMES = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module."""
    need(chromium(), "Chromium", "Debian: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


class Opened:
    """A live page that is open: `page` of Playwright, with what it asked for and what it said."""

    def __init__(self, page):
        self.page = page
        self.requests, self.messages = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda said: self.messages.append(said.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("dialog", lambda dialog: (self.messages.append("a dialog"), dialog.dismiss()))

    def settle(self, milliseconds=60):
        """Wait until frames are drawn, however busy the machine is."""
        self.page.wait_for_timeout(milliseconds)
        self.page.evaluate(TWO_FRAMES)

    def field(self, name):
        """The number field of an input or a parameter."""
        return self.page.get_by_role("textbox", name=name, exact=True)

    def type(self, name, text):
        """Type a number."""
        self.field(name).fill(text)
        self.field(name).press("Enter")
        self.settle()

    def choose(self, key):
        """Choose an item by its key in the list, `e3` or `n2`."""
        self.page.locator(".chosen select").first.select_option(key)
        self.settle()

    def mode(self, name):
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.settle()

    def go(self, fragment):
        """Give the page another fragment, and wait until it has heard of it."""
        self.page.evaluate(
            """text => new Promise((heard) => {
              addEventListener("hashchange", () => heard(), { once: true });
              setTimeout(heard, 2000);  // the same fragment once more is no event
              location.hash = text;
            })""",
            fragment,
        )
        self.settle()

    def state(self):
        """The fragment by which the page tells its state."""
        self.page.wait_for_timeout(450)
        return self.page.evaluate("location.hash.slice(1)")

    def frame(self):
        """The page in the frame of this one.

        Playwright now and then never hears of a sandboxed frame, which Chromium gives a process
        of its own. It is opened once more then; a page that cannot be read fails here, too.
        """
        from playwright.sync_api import TimeoutError as NothingThere  # one that tests can lack

        inside = self.page.frame_locator("iframe")
        try:
            inside.locator("body").wait_for(timeout=10_000)
        except NothingThere:
            print(f"no frame after 10 s, messages: {self.messages}")
            self.page.reload()
            inside.locator("body").wait_for()
        return inside

    def shapes(self):
        """The elements of the picture; see `shapes`."""
        return shapes(self.page.evaluate("document.querySelector('.picture').outerHTML"))

    def middle_of(self, selector):
        """The middle of an element on the screen."""
        box = self.page.locator(selector).first.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def opened(browser, html, folder, *, width=1200, height=900, scheme="light", fragment="", **more):
    """Open the text of a page from a file, and hold it to silence: no message, no other request."""
    path = Path(folder) / "page.html"
    path.write_bytes(html.encode())
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        accept_downloads=True,
        **more,
    )
    found = Opened(context.new_page())
    found.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
    found.settle(150)
    yield found
    context.close()
    assert found.messages == [], found.messages
    others = [url for url in found.requests if not url.startswith(("data:", "blob:"))]
    assert others == [url for url in others if url.split("#")[0] == path.as_uri()]


def until(page, script, argument=None):
    """Wait until a function of JavaScript is true; playwright's own way needs eval, which the
    Content-Security-Policy of the page forbids."""
    for _ in range(200):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {script}")


def shapes(svg):
    """The elements of a picture: tag, roles of colour, numbers, text; marks are left out.

    A file states the colour of a line once for its group, and the corners of a head from one
    another; the page states both at the element. Here all are as on the page.
    """
    found = []

    def walk(element, derived, stroke):
        tag = element.tag.rpartition("}")[2]
        classes = element.get("class", "").split()
        if "marks" in classes or "unseen" in classes:
            return
        if tag == "text" and ("slope" in classes) != derived:  # one of the two is hidden
            return
        roles = sorted(name for name in classes if re.match("[fs]-", name))
        own = [name for name in roles if name.startswith("s-")]
        if tag == "path" and stroke and not own:
            roles = sorted([*roles, *stroke])
        text = "".join(element.itertext()) if tag == "text" else ""
        drawn = [
            (name, [float(n) for n in NUMBER.findall(element.get(name))])
            for name in DRAWN
            if element.get(name) is not None
        ]
        if tag == "path" and element.get("d", "").endswith("z"):
            corners = [float(n) for n in flattened(element.get("d")).ravel()]
            tag, drawn = "polygon", [("points", corners), *drawn[1:]]
            if stroke and element.get("stroke-width") is None:
                drawn.append(("stroke-width", [1.0]))
        if tag not in ("svg", "g", "tspan"):
            found.append((tag, roles, drawn, text))
        labelled = "derived" in classes and "node" not in classes
        for child in element:
            walk(child, labelled, own if tag == "g" else [])

    markup = svg.replace("\xa0", "&#160;").replace("&nbsp;", "&#160;")
    walk(ElementTree.fromstring(markup), False, [])
    return found


def differences(page, python):
    """What differs between two lists of shapes by more than rounding; see `_slack`."""
    wrong = []
    if len(page) != len(python):
        return f"{len(page)} elements, {len(python)} in Python"
    for mine, other in zip(page, python, strict=True):
        same = mine[0] == other[0] and mine[1] == other[1] and mine[3] == other[3]
        slack = _slack(*mine[:2])
        same = same and [n for n, _ in mine[2]] == [n for n, _ in other[2]]
        same = same and all(
            len(a) == len(b) and all(abs(x - y) <= slack for x, y in zip(a, b, strict=True))
            for (_, a), (_, b) in zip(mine[2], other[2], strict=True)
        )
        if not same:
            wrong.append(f"{mine} is in Python {other}")
    return "\n".join(wrong[:5])


def _slack(tag, roles):
    """By how much the coordinates of an element may differ from those of Python.

    Both write two decimals, each rounded by 0.005. The page begins with the points of a curve to
    one decimal, 0.05 off. The ends of the gap behind a label, the role s-page, are where a slanted
    line leaves a box: there 0.05 across the line and 0.05 along it add up.
    """
    if tag not in ("path", "polygon"):
        return 0.0101
    return 0.1101 if roles == ["s-page"] else 0.0601


def violations(opened_page):
    """What axe-core finds, by rule, with the first element of each."""
    opened_page.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened_page.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]]
