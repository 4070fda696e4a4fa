"""Jupyter Book 2: its engine, mystmd, and the components by which its theme shows a page.

The theme itself is a download that no package index has. The components are packages of npm; what
is around them here is a page with the theme's two grounds and a switch.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.embed.setups import content

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = (
    "mystmd",
    "myst-to-react",
    "@myst-theme/providers",
    "react@18",
    "react-dom@18",
    "esbuild",
)
COMMAND = ("node", "build.mjs", "{bin}/myst")

PLUGIN = f"#!{sys.executable}\nfrom deepgraph.embed.mystmd import main\n\nmain()\n"
CONFIGURATION = """version: 1
project:
  title: nets
  plugins:
    - type: executable
      path: deepgraph-myst.py
site:
  template: ./shell
"""
TEMPLATE = """myst: v1
title: shell
kind: site
version: 1.0.0
build:
  install: node --version
  start: node --version
"""
BUILD = """
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
const said = { stdio: "inherit" };
const made = spawnSync(process.argv[2], ["build", "--site", "--strict"], said);
if (made.status !== 0) process.exit(1);
await build({ entryPoints: ["page.jsx"], bundle: true, platform: "node", format: "cjs",
  outfile: "page.cjs", loader: { ".css": "empty" } });
process.exit(spawnSync("node", ["page.cjs"], said).status);
"""
PAGE = """
import fs from "node:fs";
import React from "react";
import { renderToString } from "react-dom/server";
import { DEFAULT_RENDERERS, MyST } from "myst-to-react";
import { ArticleProvider, ThemeProvider } from "@myst-theme/providers";
const page = JSON.parse(fs.readFileSync("_build/site/content/index.json"));
const body = renderToString(
  <ThemeProvider theme="light" renderers={DEFAULT_RENDERERS}>
    <ArticleProvider references={page.references} frontmatter={page.frontmatter} kind={page.kind}>
      <MyST ast={page.mdast.children} />
    </ArticleProvider>
  </ThemeProvider>);
fs.cpSync("_build/site", "out", { recursive: true });
fs.cpSync("_build/site/public", "out", { recursive: true });
fs.writeFileSync("out/index.html", `<!doctype html><html lang="en"><meta charset="utf-8">
<title>nets</title><style>body { background: white; color: black; max-width: 65ch }
img { max-width: 100% } .dark body { background: #1c1917; color: white }</style>
<button>Theme</button>${body}<script>
const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
root.className = dark ? "dark" : "light";
document.querySelector("button").onclick = () => {
  root.className = root.className === "dark" ? "light" : "dark";
};
</script>`);
"""


def write(folder: Path) -> None:
    """A book of one page, with a number, arithmetic and a table below the diagrams."""
    content.specs(folder)
    more = "\nThe answer is {dg}`xor.json y x1=1 x2=0`.\n"
    more += "\n```{deepgraph-explain} xor.json\n:set: x1=1 x2=0\n```\n"
    more += "\n```{deepgraph-eval} iris.json\n:input: iris.csv\n:rows: 2\n```\n"
    (folder / "index.md").write_text(content.myst() + more)
    plugin = folder / "deepgraph-myst.py"
    plugin.write_text(PLUGIN)
    plugin.chmod(0o755)
    (folder / "shell").mkdir()
    for name, text in (
        ("myst.yml", CONFIGURATION),
        ("shell/template.yml", TEMPLATE),
        ("build.mjs", BUILD),
        ("page.jsx", PAGE),
    ):
        (folder / name).write_text(text)
