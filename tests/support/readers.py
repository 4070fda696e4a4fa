"""What a reader finds wrong with the diagrams of a page, in Chromium.

A page is opened from a server of its own folder at several widths, light and dark, by the reader's
system and by the site's own switch, and for print. Colours are those that the browser computes:
under every text all that is painted at its place is laid over each other, from the ground of the
page to the box of the node.

    with readers.Reader() as reader:
        found = reader.judge(folder, "index.html", switch=["[data-theme-switch]"])
    found.faults()
"""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal

from tests.support import browser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page, Route

WIDTHS = (1200, 688, 608, 400)
"""px: a screen, the columns of Material and of the book theme, a phone."""
A4 = 794 - 2 * 38
"""px: the width of the text on a sheet of A4 with margins of 1 cm."""
HEIGHT = 1000
LEAST_CONTRAST = 4.5
"""WCAG 2, level AA, for texts of this size."""
LEAST_SIZE = 9.0
"""px."""

SCRIPT = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const read = new Map();
  function rgba(colour) {  // of any spelling, light-dark() and oklch() included
    if (!read.has(colour)) {
      canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = '#000'; canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      read.set(colour, [r, g, b, a / 255]);
    }
    return read.get(colour);
  }
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.background = 'Canvas';  // what the browser itself paints, by the page's color-scheme
  const canvasColour = rgba(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const over = (top, below, more = 1) => {
    const a = top[3] * more;
    return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(1);
  };
  const luminance = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  function ground(e) {  // what is painted behind an element by it and the elements around it
    const found = [];
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) found.push(c);
    }
    return found.reduceRight((below, c) => over(c, below), canvasColour);
  }
  function stands(text, svg, paper) {  // the colour under a text
    const box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const below = document.elementsFromPoint(x, y);
    const at = below.findIndex(e => e === text || text.contains(e));
    let colour = paper ? rgba('#fff') : ground(svg.parentElement);
    for (const e of below.slice(at + 1).reverse()) {
      if (!svg.contains(e) || e === svg || e.closest('text')) continue;
      const style = getComputedStyle(e);
      if (style.fill !== 'none' && !['path', 'polyline', 'polygon'].includes(e.tagName))
        colour = over(rgba(style.fill), colour, parseFloat(style.fillOpacity));
    }
    return colour;
  }
  const luminous = luminance(ground(document.body));
  return {
    ground: luminous,
    twice: [...document.querySelectorAll('[id]')].map(e => e.id)
      .filter((id, i, all) => id && all.indexOf(id) !== i),
    overflows: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    diagrams: [...document.querySelectorAll('svg.deepgraph, svg[class*="dg-"]')].filter(
      svg => svg.getClientRects().length).map(svg => {
      const texts = [];
      const box = svg.getBoundingClientRect();
      const scale = Math.min(box.width / svg.viewBox.baseVal.width,
                             box.height / svg.viewBox.baseVal.height);
      for (const text of svg.querySelectorAll('text')) {
        text.scrollIntoView({block: 'center', inline: 'center'});
        const under = stands(text, svg, PAPER);
        for (const run of [text, ...text.querySelectorAll('tspan')]) {
          const style = getComputedStyle(run);
          texts.push({
            text: run.textContent, size: parseFloat(style.fontSize) * scale,
            contrast: contrast(over(rgba(style.fill), under), under),
          });
        }
      }
      let clipped = 0, reach = null;
      const shown = svg.getBoundingClientRect();
      for (let e = svg.parentElement; e; e = e.parentElement) {
        const style = getComputedStyle(e), room = e.getBoundingClientRect();
        if (style.overflowX === 'visible') continue;
        if (e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(style.overflowX))
          reach = reach || {key: e.tabIndex === 0};
        clipped = Math.max(clipped, shown.right - room.right, room.left - shown.left);
      }
      // A theme of fixed width is scaled to the paper as a whole: what leaves its column counts.
      const column = svg.parentElement.parentElement.getBoundingClientRect().right;
      const edge = Math.max(document.documentElement.clientWidth, column);
      clipped = Math.max(clipped, shown.right - edge);
      const worst = texts.reduce((a, b) => a.contrast < b.contrast ? a : b);
      return {
        worst: worst.contrast, text: worst.text, smallest: Math.min(...texts.map(t => t.size)),
        clipped, reach, height: box.height, role: svg.getAttribute('role'),
      };
    }),
    shown: [...document.images].filter(
      e => e.naturalWidth && e.getClientRects().length && /svg/.test(e.currentSrc)).length,
    images: [...document.images].filter(e => e.complete && !e.naturalWidth).map(
      e => e.getAttribute('src')),
  };
}
"""

By = Literal["system", "switch", "print"]


@dataclass(frozen=True)
class State:
    """A page as one reader sees it.

    Attributes:
        width: px of the window.
        dark: True if the reader's system, or the switch of the site, is dark.
        by: what makes it so.
        seen: what the script found.
    """

    width: int
    dark: bool
    by: By
    seen: dict[str, Any]

    @property
    def name(self) -> str:
        """As in `400 px, dark by switch`."""
        return f"{self.width} px, {'dark' if self.dark else 'light'} by {self.by}"

    def faults(self) -> Iterator[str]:
        """What a reader in this state would complain about."""
        for name in dict.fromkeys(self.seen["twice"]):
            yield f"id {name} twice"
        for address in self.seen["images"]:
            yield f"image {address} is missing"
        for number, one in enumerate(self.seen["diagrams"], 1):
            for fault in self._of_diagram(one):
                yield f"diagram {number}: {fault}"

    def _of_diagram(self, one: dict[str, Any]) -> Iterator[str]:
        if one["worst"] < LEAST_CONTRAST - 0.005:
            yield f"contrast {one['worst']:.2f} of {one['text']!r}"
        if self.by == "print":
            if one["clipped"] > 1:
                yield f"{one['clipped']:.0f} px cut off"
            return
        if one["smallest"] < LEAST_SIZE - 0.01:
            yield f"a text of {one['smallest']:.2f} px"
        if one["clipped"] > 1 and one["reach"] is None:
            yield f"{one['clipped']:.0f} px out of reach"
        if one["reach"] is not None and not one["reach"]["key"]:
            yield "scrolls, but not by keyboard"


@dataclass
class Judged:
    """A page in all states.

    Attributes:
        states: in order.
        elsewhere: the hosts, other than the page's own, that it asks for something.
        errors: what the page says in the console as an error.
    """

    states: list[State] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    @property
    def diagrams(self) -> int:
        """The number of diagrams that are seen."""
        return min(len(state.seen["diagrams"]) for state in self.states)

    @property
    def images(self) -> int:
        """The number of images that are shown."""
        return min(state.seen["shown"] for state in self.states)

    @property
    def contrast(self) -> float:
        """The lowest contrast of any text."""
        seen = (one["worst"] for state in self.states for one in state.seen["diagrams"])
        return min(seen, default=21.0)

    @property
    def scrolls(self) -> dict[int, int]:
        """By width, how many diagrams scroll."""
        return {
            state.width: sum(one["reach"] is not None for one in state.seen["diagrams"])
            for state in self.states
            if state.by == "system" and not state.dark
        }

    @property
    def twice(self) -> set[str]:
        """The ids that the page has more than once."""
        return {name for state in self.states for name in state.seen["twice"]}

    @property
    def cut(self) -> bool:
        """True if print loses a part of a diagram."""
        return any(
            "cut off" in fault
            for state in self.states
            if state.by == "print"
            for fault in state.faults()
        )

    def faults(self) -> list[str]:
        """All faults, each with the first state in which it is seen."""
        found: dict[str, str] = {}
        for state in self.states:
            for fault in state.faults():
                found.setdefault(fault, state.name)
        told = [f"{fault} ({name})" for fault, name in found.items()]
        return told + [f"asks {host}" for host in sorted(self.elsewhere)]


class Reader:
    """A browser that judges pages; use it in a `with` statement."""

    def __enter__(self) -> Reader:
        from playwright.sync_api import sync_playwright

        browser.needed()
        self._play = sync_playwright().start()
        self._browser = self._play.chromium.launch(
            executable_path=browser.chromium(), args=["--no-sandbox"]
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._play.stop()

    def judge(
        self,
        folder: Path,
        page: str,
        *,
        switch: Sequence[str] = (),
        widths: Sequence[int] = WIDTHS,
        picture: Path | None = None,
    ) -> Judged:
        """Judge one page of a built site.

        Args:
            folder: the site; it is served at the root of a host.
            page: the address of the page in it.
            switch: selectors of the buttons that switch light and dark; the first that is seen is
                clicked, or set if it is a list, until the ground of the page is right. `{mode}` in
                them is the wanted one. Without them the system alone decides.
            widths: px.
            picture: a folder for a picture of each state.
        """
        found = Judged()
        handler = functools.partial(_Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            for dark in (False, True):
                self._by_system(found, address, page, dark, widths, picture)
                if switch:
                    self._by_switch(found, address, page, dark, widths, switch, picture)
        finally:
            server.shutdown()
            server.server_close()
        return found

    def _open(self, found: Judged, address: str, page: str, dark: bool) -> Page:
        context = self._browser.new_context(
            color_scheme="dark" if dark else "light", viewport={"width": 1440, "height": HEIGHT}
        )

        def route(route: Route) -> None:
            url = route.request.url
            if url.startswith((address, "data:", "blob:")):
                route.continue_()
            else:
                found.elsewhere.add(url.split("/")[2])
                route.abort()

        context.route("**/*", route)
        opened = context.new_page()
        opened.on(
            "console",
            lambda said: found.errors.append(said.text) if said.type == "error" else None,
        )
        opened.goto(f"{address}/{page}", wait_until="load")
        opened.wait_for_timeout(400)
        return opened

    def _states(
        self,
        found: Judged,
        opened: Page,
        dark: bool,
        by: By,
        widths: Sequence[int],
        to: Path | None,
    ) -> None:
        for width in widths:
            opened.set_viewport_size({"width": width, "height": HEIGHT})
            opened.wait_for_timeout(100)
            script = SCRIPT.replace("PAPER", "false")
            found.states.append(State(width, dark, by, opened.evaluate(script)))
            if to is not None:
                name = f"{by}-{'dark' if dark else 'light'}-{width}.png"
                opened.screenshot(path=to / name, full_page=True)
        opened.emulate_media(media="print")
        opened.set_viewport_size({"width": A4, "height": HEIGHT})
        opened.wait_for_timeout(100)
        found.states.append(
            State(A4, dark, "print", opened.evaluate(SCRIPT.replace("PAPER", "true")))
        )
        opened.emulate_media(media="screen")

    def _by_system(
        self,
        found: Judged,
        address: str,
        page: str,
        dark: bool,
        widths: Sequence[int],
        to: Path | None,
    ) -> None:
        opened = self._open(found, address, page, dark)
        self._states(found, opened, dark, "system", widths, to)
        opened.context.close()

    def _by_switch(
        self,
        found: Judged,
        address: str,
        page: str,
        dark: bool,
        widths: Sequence[int],
        switch: Sequence[str],
        to: Path | None,
    ) -> None:
        opened = self._open(found, address, page, not dark)  # the switch overrules the system
        for _ in range(6):
            seen = opened.evaluate(SCRIPT.replace("PAPER", "false"))["ground"]
            if (seen < 0.3) == dark:
                break
            for selector in switch:
                mode = "dark" if dark else "light"
                named = selector.replace("{mode}", mode)
                button = next((b for b in opened.query_selector_all(named) if b.is_visible()), None)
                if button:
                    if button.evaluate("e => e.tagName") == "SELECT":
                        button.select_option(mode)
                    else:
                        button.click()
                    opened.wait_for_timeout(400)
                    break
        else:
            raise AssertionError(f"the switch does not make the page {'dark' if dark else 'light'}")
        self._states(found, opened, dark, "switch", widths, to)
        opened.context.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
