"""Chromium draws pictures, ours or Graphviz's, and says where it put everything, in px of it.

One run draws any number of pictures inline in one page, once in each of the fonts. Nothing here
knows how the layout found its places.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import deepgraph.draw
from tests.support.needs import need

SHIPPED = Path(deepgraph.draw.__file__).parent / "output/fonts"
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
FONTS = {
    "Liberation Sans": {
        ("normal", "normal"): SHIPPED / "LiberationSans-Regular.ttf",
        ("bold", "normal"): SHIPPED / "LiberationSans-Bold.ttf",
        ("normal", "italic"): SHIPPED / "LiberationSans-Italic.ttf",
    },
    "DejaVu Sans": {
        ("normal", "normal"): DEJAVU / "DejaVuSans.ttf",
        ("bold", "normal"): DEJAVU / "DejaVuSans-Bold.ttf",
    },
}
"""By CSS name, and in each by weight and style. DejaVu Sans is 17 % wider; it has no italics in
Debian's smallest package, so Chromium slants it, as it does for readers."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)

SCRIPT = """
const n = v => Math.round(v * 100) / 100;
const pen = document.createElement('canvas').getContext('2d'), inks = new Map();
// How far the ink of a piece of text reaches above and below its baseline.
function ink(style, text) {
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const key = font + text;
  if (!inks.has(key)) {
    pen.font = font;
    const m = pen.measureText(text);
    inks.set(key, [m.actualBoundingBoxAscent, m.actualBoundingBoxDescent]);
  }
  return inks.get(key);
}
function word(text) {
  const box = text.getBBox(), m = text.getCTM();
  let top = Infinity, bottom = -Infinity, smallest = Infinity, at = 0;
  for (const piece of text.childNodes) {
    const style = getComputedStyle(piece.nodeType === 3 ? text : piece);
    const [up, down] = ink(style, piece.textContent);
    smallest = Math.min(smallest, parseFloat(style.fontSize));
    if (text.getNumberOfChars() > at) {
      const base = text.getStartPositionOfChar(at).y;
      top = Math.min(top, base - up);
      bottom = Math.max(bottom, base + down);
    }
    at += piece.textContent.length;
  }
  const node = text.closest('g.node, g.bias'), label = text.closest('g.label');
  // A name that is too long for its node stands outside.
  const own = node && node.querySelector('circle, rect'), around = own && own.getBBox();
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const inside = around && x > around.x && x < around.x + around.width
    && y > around.y && y < around.y + around.height;
  return {
    text: text.textContent,
    owner: node ? nodeKey(node) : label ? label.dataset.edge : '',
    kind: inside || (node && !own) ? 'node' : label ? 'label' : 'free',
    size: smallest,
    line: [box.x, box.y, box.width, box.height].map(n),
    ink: [n(top), n(bottom)],
    matrix: [m.a, m.b, m.c, m.d, m.e, m.f],
  };
}
function shape(e) {
  if (!e) return null;
  const box = e.getBBox(), m = e.getCTM();
  return {round: ['circle', 'ellipse'].includes(e.tagName),
          box: [box.x, box.y, box.width, box.height].map(n),
          matrix: [m.a, m.b, m.c, m.d, m.e, m.f]};
}
function nodeKey(g) {
  return g.dataset.node || 'bias ' + g.dataset.bias;
}
function node(g) {
  const sketch = g.querySelector('polyline');
  return {key: nodeKey(g), kind: g.dataset.kind || 'pill',
          shape: shape(g.querySelector('circle, rect')),
          badge: shape(sketch && sketch.previousElementSibling),
          plot: shape(g.querySelector('g.plot'))};
}
function edge(g) {
  const path = g.querySelector('path'), length = path.getTotalLength(), points = [];
  const pieces = path.getAttribute('d').includes('C') ? Math.max(24, Math.ceil(length / 8)) : 1;
  for (let i = 0; i <= pieces; i++) {
    const p = path.getPointAtLength(length * i / pieces);
    points.push([n(p.x), n(p.y)]);
  }
  const head = g.querySelectorAll('path')[1], point = head && head.getPointAtLength(0);
  if (point) points.push([n(point.x), n(point.y)]);
  return {key: g.dataset.edge, points, tip: (g.querySelector('title') || {}).textContent || ''};
}
// The same of a picture that Graphviz drew: everything is moved, and a line is cut by labels.
function atPlace(e, p) {
  const q = new DOMPoint(p.x, p.y).matrixTransform(e.getCTM());
  return [n(q.x), n(q.y)];
}
function wordByGraphviz(text) {
  const found = word(text), g = text.closest('g.node, g.edge');
  const own = g.classList.contains('node') && outlineOf(g);
  const kind = own ? 'node' : g.classList.contains('edge') ? 'label' : 'free';
  return {...found, owner: g.id, kind};
}
function outlineOf(g) {
  return g.querySelector('ellipse, polygon, path');
}
function nodeByGraphviz(g) {
  const badge = g.id.startsWith('a');
  return {key: badge ? g.id.slice(1) : g.id, kind: g.id.startsWith('be') ? 'pill' : 'node',
          shape: badge ? null : shape(outlineOf(g)), badge: badge ? shape(outlineOf(g)) : null,
          plot: null};
}
function edgeByGraphviz(g) {
  const strokes = Array.from(g.querySelectorAll('path'), path => {
    const length = path.getTotalLength(), pieces = Math.max(24, Math.ceil(length / 8));
    return Array.from({length: pieces + 1}, (_, i) =>
      atPlace(path, path.getPointAtLength(length * i / pieces)));
  });
  const head = g.querySelector('polygon');
  if (head) strokes[strokes.length - 1].push(atPlace(head, head.points[1]));
  return {key: g.id, points: strokes.flat(), strokes,
          tip: (g.querySelector('g > title') || {}).textContent || ''};
}
function byGraphviz(all) {
  const edges = all('g.edge', g => g).filter(g => /^e[0-9]+$/.test(g.id));
  const labels = edges.filter(g => g.querySelector('text'));
  return {words: all('text', wordByGraphviz),
          nodes: all('g.node', g => g).filter(outlineOf).map(nodeByGraphviz),
          edges: edges.map(edgeByGraphviz),
          backs: labels.map(g => ({key: g.id, box: 'the line is cut'}))};
}
document.fonts.load('16px "' + FAMILIES[0] + '"').then(async () => {
  const found = FAMILIES.map(() => []);
  const style = document.head.appendChild(document.createElement('style'));
  for (const [i, family] of FAMILIES.entries()) {
    for (const kind of ['', 'bold ', 'italic '])
      await document.fonts.load(`${kind}16px "${family}"`, 'ab1−');
    style.textContent = `svg{font-family:"${family}"!important}`;
    inks.clear();
    for (const svg of document.querySelectorAll('svg')) {
      const all = (what, how) => Array.from(svg.querySelectorAll(what), how);
      found[i].push({
        width: svg.width.baseVal.value, height: svg.height.baseVal.value,
        ...(svg.querySelector('g.graph') ? byGraphviz(all) : {
          words: all('text', word),
          nodes: all('g.node, g.bias', node),
          edges: all('g.edge', edge),
          backs: all('g.label', g => ({key: g.dataset.edge, ...shape(g.querySelector('rect'))})),
        }),
      });
    }
  }
  const loaded = Array.from(document.fonts).every(face => face.status !== 'error');
  document.body.textContent = loaded ? JSON.stringify(found) : 'a font is missing';
  document.body.id = 'done';
});
"""


def needed() -> None:
    """Skip where there is no Chromium; in CI that is a failure."""
    need(chromium(), "Chromium", "Debian: apt-get install chromium")
    need(DEJAVU.is_dir(), "DejaVu Sans", "Debian: apt-get install fonts-dejavu-core")


def chromium() -> str | None:
    """Where it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def run(page: Path, *flags: str) -> str:
    """The text that Chromium prints about a page, started with a profile of its own."""
    program = chromium()
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="chromium") as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()]
        done = subprocess.run(command, capture_output=True, timeout=240, check=True)
    return done.stdout.decode()


def measure(pictures: list[bytes], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """By font, what Chromium says of each picture."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url("{path.as_uri()}")}}'
        for family, files in FONTS.items()
        for (weight, style), path in files.items()
    )
    script = f"const FAMILIES = {json.dumps(list(FONTS))};{SCRIPT}"
    body = "\n".join(picture.decode() for picture in pictures)
    page = folder / "pictures.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{faces}svg{{display:block}}</style>'
        f"<body>{body}<script>{script}</script></body>",
        encoding="utf-8",
    )
    dom = run(page, "--allow-file-access-from-files", "--virtual-time-budget=600000", "--dump-dom")
    match = re.search(r'<body id="done">(.*)</body>', dom, re.S)
    assert match, dom[-500:]
    found = json.loads(html.unescape(match[1]))
    assert all(len(pages) == len(pictures) for pages in found)
    return dict(zip(FONTS, found, strict=True))
