"""Pages of a built site in Chromium: what a reader sees of their diagrams, and what went wrong.

A page is opened in a window of each width, so that media queries, the site's own scripts and its
light/dark switch work in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.live_page import TWO_FRAMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTHS = (400, 1200)
HEIGHT = 900
FURO = {
    "buttons": (".theme-toggle", ".theme-toggle"),
    "dark": "document.body.dataset.theme === 'dark'",
}
"""The switch of the theme furo, for `inspect`."""
AT_HOME = ("file:", "data:", "blob:")
"""Addresses that ask nothing of another machine."""

SWITCH = """async ([selector, dark, wanted]) => {
  const shown = e => e.getClientRects().length > 0;
  const reached = () => new Function('return ' + dark)() === wanted;
  // A theme may begin in a third state, so the switch is pressed as often as it takes.
  for (let presses = 0; presses < 5 && !reached(); presses++) {
    const buttons = Array.from(document.querySelectorAll(selector));
    (buttons.find(shown) || buttons[0]).click();
    for (let waited = 0; waited < 600 && !reached(); waited += 20)
      await new Promise(done => setTimeout(done, 20));
  }
  // Colours that are on their way are not what a reader sees in the end.
  const moves = document.getAnimations().filter(e => e instanceof CSSTransition);
  await Promise.all(moves.map(e => e.finished.catch(() => 0)));
  return reached();
}"""

SEEN = """() => {
const shown = e => e.getClientRects().length > 0;
// Of a picture that a site has twice, for a screen and for a phone, one is hidden on purpose.
const meant = svg => shown(svg) || !svg.closest('.on-wide, .on-narrow');
function colours(svg) {
  return Array.from(svg.querySelectorAll('text, .node > circle, .node > rect'), e => {
    const style = getComputedStyle(e);
    return e.tagName === 'text' ? style.fill : style.fill + ' ' + style.stroke;
  });
}
function ground(e) {  // the colour behind an element
  for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (colour !== 'rgba(0, 0, 0, 0)') return colour;
  }
  return 'rgb(255, 255, 255)';
}
function diagram(svg) {
  const box = svg.getBoundingClientRect();
  const wrapper = svg.parentElement, room = wrapper.getBoundingClientRect();
  const column = wrapper.parentElement.parentElement.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const sizes = Array.from(svg.querySelectorAll('text, tspan'),
                           t => parseFloat(getComputedStyle(t).fontSize) * scale);
  return {
    width: box.width, room: room.width, column: column.width, left: room.left - column.left,
    scrolls: wrapper.scrollWidth > wrapper.clientWidth,
    scrollable: getComputedStyle(wrapper).overflowX,
    reachable: wrapper.tabIndex === 0,
    smallest: Math.min(...sizes),
    colours: colours(svg), ground: ground(wrapper),
    named: svg.getAttribute('role') + ' ' + svg.getAttribute('aria-label'),
  };
}
const ids = Array.from(document.querySelectorAll('[id]'), e => e.id);
const root = document.documentElement;
return {
  diagrams: Array.from(document.querySelectorAll('svg.deepgraph')).filter(meant).map(diagram),
  twice: ids.filter((id, i) => ids.indexOf(id) !== i),
  overflows: root.scrollWidth > root.clientWidth,
};
}"""


def inspect(
    browser: Any,
    pages: Sequence[Path],
    *,
    buttons: tuple[str, str],
    dark: str,
    widths: Sequence[int] = WIDTHS,
) -> list[dict[str, Any]]:
    """Everything that Chromium finds on pages, once light and once dark, in each of the widths.

    Args:
        browser: of Playwright.
        pages: HTML files.
        buttons: selectors of what the site switches to light by, and to dark; they are clicked as
            often as needed.
        dark: an expression in JavaScript of `document`: whether the page is dark.
        widths: px.
    """
    found = []
    for path in pages:
        for width in widths:
            context = browser.new_context(viewport={"width": width, "height": HEIGHT}, offline=True)
            opened = context.new_page()
            asked, wrong = _overheard(opened)
            opened.goto(path.as_uri())
            modes = {}
            for mode, button in zip(("light", "dark"), buttons, strict=True):
                switched = opened.evaluate(SWITCH, [button, dark, mode == "dark"])
                opened.evaluate(TWO_FRAMES)
                modes[mode] = {"switched": switched, **opened.evaluate(SEEN)}
            context.close()
            found.append(
                {"page": path.as_uri(), "width": width, **modes, "faults": wrong, "asked": asked}
            )
    return found


def _overheard(page: Any) -> tuple[list[str], list[str]]:
    """What a page asks for, and what it complains about, as lists that grow."""
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: wrong.append(f"not loaded: {request.url}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def hear(said: Any) -> None:
        # The console does not name what was not loaded; the failed request does.
        if said.type in ("error", "warning") and not said.text.startswith(
            "Failed to load resource"
        ):
            wrong.append(said.text)

    page.on("console", hear)
    return asked, wrong


def faults(found: dict[str, Any], least: float = 9.0) -> list[str]:
    """The faults of one page that a reader would complain about."""
    wrong = [f"console: {fault}" for fault in found["faults"]]
    wrong += [f"request: {url}" for url in found["asked"] if not url.startswith(AT_HOME)]
    light, dark = found["light"], found["dark"]
    for mode in (light, dark):
        wrong += [f"id {name} twice" for name in mode["twice"]]
        if not mode["switched"]:
            wrong.append("the switch of the site does nothing")
        for number, shown in enumerate(mode["diagrams"]):
            wrong += [f"diagram {number}: {fault}" for fault in _faults(shown, least)]
    for number, (one, other) in enumerate(zip(light["diagrams"], dark["diagrams"], strict=True)):
        if one["colours"] == other["colours"] or one["ground"] == other["ground"]:
            wrong.append(f"diagram {number}: the same colours in light and dark")
    return wrong


def _faults(shown: dict[str, Any], least: float) -> list[str]:
    wrong = []
    if shown["smallest"] < least - 0.01:
        wrong.append(f"a text of {shown['smallest']:.2f} px")
    if shown["room"] > shown["column"] + 0.5 or shown["left"] < -0.5:
        wrong.append(f"{shown['room']} px in a column of {shown['column']}")
    if shown["width"] > shown["room"] + 0.5 and not (
        shown["scrollable"] == "auto" and shown["reachable"]
    ):
        wrong.append("wider than its column, and cannot be scrolled by mouse and keyboard")
    if not shown["width"]:
        wrong.append("not to be seen")
    inks = [_luminance(colour.split(")")[0]) for colour in shown["colours"] if "rgb" in colour]
    ground = _luminance(shown["ground"])
    if max(abs(ink - ground) for ink in inks) < 0.5:
        wrong.append("texts in the colour of the page")
    if not shown["named"].startswith("img ") or len(shown["named"]) < 20:
        wrong.append(f"without words: {shown['named']}")
    return wrong


def _luminance(colour: str) -> float:
    """Roughly, 0 to 1, of `rgb(r, g, b)`."""
    red, green, blue = (float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
