"""Pages of a built site in Chromium: what a reader sees of their diagrams, and what went wrong.

A page is opened in frames of several widths. A frame is what a window is: media queries, the
site's own scripts and its light/dark switch work in it.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from tests.support import browser

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTHS = (400, 1200)
TRIES = 5
"""Chromium now and then prints a page of many frames before its script has come to its end."""
FURO = {
    "buttons": (".theme-toggle", ".theme-toggle"),
    "dark": "document.body.dataset.theme === 'dark'",
}
"""The switch of the theme furo, for `inspect`."""

# Runs in every page before anything else.
SPY = """<script>
window.faults = [];
for (const kind of ['error', 'warn']) {
  const old = console[kind];
  console[kind] = (...words) => { faults.push(kind + ': ' + words.join(' ')); old(...words); };
}
addEventListener('error', e => faults.push(
  e.message || 'not loaded: ' + (e.target.src || e.target.href)), true);
addEventListener('unhandledrejection', e => faults.push('rejected: ' + e.reason));
addEventListener('securitypolicyviolation', e => faults.push('policy: ' + e.blockedURI));
</script>"""

SCRIPT = """
const pause = ms => new Promise(done => setTimeout(done, ms));
const shown = e => e.getClientRects().length > 0;
// Of a picture that a site has twice, for a screen and for a phone, one is hidden on purpose.
const meant = svg => shown(svg) || !svg.closest('.on-wide, .on-narrow');
function colours(svg) {
  const win = svg.ownerDocument.defaultView;
  return Array.from(svg.querySelectorAll('text, .node > circle, .node > rect'), e => {
    const style = win.getComputedStyle(e);
    return e.tagName === 'text' ? style.fill : style.fill + ' ' + style.stroke;
  });
}
function ground(e) {  // the colour behind an element
  const win = e.ownerDocument.defaultView;
  for (; e; e = e.parentElement) {
    const colour = win.getComputedStyle(e).backgroundColor;
    if (colour !== 'rgba(0, 0, 0, 0)') return colour;
  }
  return 'rgb(255, 255, 255)';
}
function diagram(svg) {
  const win = svg.ownerDocument.defaultView, box = svg.getBoundingClientRect();
  const wrapper = svg.parentElement, room = wrapper.getBoundingClientRect();
  const column = wrapper.parentElement.parentElement.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const sizes = Array.from(svg.querySelectorAll('text, tspan'),
                           t => parseFloat(win.getComputedStyle(t).fontSize) * scale);
  return {
    width: box.width, room: room.width, column: column.width, left: room.left - column.left,
    scrolls: wrapper.scrollWidth > wrapper.clientWidth,
    scrollable: win.getComputedStyle(wrapper).overflowX,
    reachable: wrapper.tabIndex === 0,
    smallest: Math.min(...sizes),
    colours: colours(svg), ground: ground(wrapper),
    named: svg.getAttribute('role') + ' ' + svg.getAttribute('aria-label'),
  };
}
function page(doc) {
  const ids = Array.from(doc.querySelectorAll('[id]'), e => e.id);
  return {
    diagrams: Array.from(doc.querySelectorAll('svg.deepgraph')).filter(meant).map(diagram),
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    overflows: doc.documentElement.scrollWidth > doc.documentElement.clientWidth,
  };
}
(async () => {
  const found = [];
  for (const [i, frame] of Array.from(document.querySelectorAll('iframe')).entries()) {
    await new Promise(done => { frame.onload = done; frame.src = FRAMES[i].page; });
    await pause(600);
    const win = frame.contentWindow, doc = frame.contentDocument, modes = {};
    const darkness = () => (new Function('document', 'return ' + FRAMES[i].dark))(doc);
    for (const wanted of [false, true]) {
      for (let n = 0; n < 5 && darkness() !== wanted; n++) {
        const buttons = Array.from(doc.querySelectorAll(FRAMES[i].buttons[wanted ? 1 : 0]));
        (buttons.find(shown) || buttons[0]).click();
        await pause(600);
      }
      modes[wanted ? 'dark' : 'light'] = {switched: darkness() === wanted, ...page(doc)};
    }
    const asked = win.performance.getEntriesByType('resource').map(e => e.name);
    found.push({page: FRAMES[i].page, width: FRAMES[i].width, ...modes, faults: win.faults, asked});
  }
  document.body.textContent = JSON.stringify(found);
  document.body.id = 'done';
})().catch(e => { document.body.textContent = JSON.stringify([String(e.stack)]);
                  document.body.id = 'done'; });
"""


def inspect(
    pages: Sequence[Path],
    folder: Path,
    *,
    buttons: tuple[str, str],
    dark: str,
    widths: Sequence[int] = WIDTHS,
) -> list[dict[str, Any]]:
    """Everything that Chromium finds on pages, once light and once dark, in each of the widths.

    Args:
        pages: HTML files; what spies on them is written into them.
        folder: for the page with the frames.
        buttons: selectors of what the site switches to light by, and to dark; they are clicked as
            often as needed.
        dark: an expression in JavaScript of `document`: whether the page is dark.
        widths: px.
    """
    for path in pages:
        text = path.read_text(encoding="utf-8")
        if SPY not in text:
            spied = re.sub(r"<head[^>]*>", lambda match: match[0] + SPY, text, count=1)
            path.write_text(spied, encoding="utf-8")
    frames = [
        {"page": path.as_uri(), "width": width, "buttons": buttons, "dark": dark}
        for path in pages
        for width in widths
    ]
    inside = "".join(
        f'<iframe style="border:0" width="{frame["width"]}" height="900"></iframe>'
        for frame in frames
    )
    harness = folder / "frames.html"
    harness.write_text(
        f'<!doctype html><meta charset="utf-8"><body>{inside}'
        f"<script>const FRAMES = {json.dumps(frames)};{SCRIPT}</script></body>",
        encoding="utf-8",
    )
    # Chromium's own clock runs ahead while a busy machine still loads the frames of live pages.
    flags = ("--allow-file-access-from-files", "--virtual-time-budget=9000000", "--dump-dom")
    for _ in range(TRIES):
        dom = browser.run(harness, *flags, "--host-resolver-rules=MAP * ~NOTFOUND")
        match = re.search(r'<body id="done">(.*)</body>', dom, re.S)
        if match:
            break
    assert match, dom[-500:]
    found: list[dict[str, Any]] = json.loads(html.unescape(match[1]))
    assert all(isinstance(entry, dict) for entry in found), found
    return found


def faults(found: dict[str, Any], least: float = 9.0) -> list[str]:
    """The faults of one page that a reader would complain about."""
    wrong = [f"console: {fault}" for fault in found["faults"]]
    wrong += [f"request: {url}" for url in found["asked"] if not url.startswith("file:")]
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
