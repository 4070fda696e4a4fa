"""The page around an inline SVG: its marks for light and dark, and the rules that follow them."""

from __future__ import annotations

import re

from deepgraph.draw.output.look import DARK, LIGHT

PAGE_COLORS = (
    "--color-background-primary",
    "--pst-color-background",
    "--md-default-bg-color",
    "--jp-layout-color0",
    "--vscode-notebook-editorBackground",
)
"""Variables that hold the colour of a page's ground: furo, pydata, Material, Jupyter, VS Code."""
DARK_PAGES = (
    '[data-theme="dark"]',
    '[data-bs-theme="dark"]',
    '[data-md-color-scheme="slate"]',
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".dark",
)
LIGHT_PAGES = (
    '[data-theme="light"]',
    '[data-bs-theme="light"]',
    '[data-md-color-scheme="default"]',
    '[data-jp-theme-light="true"]',
    ".vscode-light",
    ".light",
)
"""Marks of the theme that a reader chose: furo and pydata, Bootstrap, Material, Jupyter, VS Code,
others (marimo among them)."""

_SYSTEM = re.compile(r"@media \(prefers-color-scheme:dark\)\{#[^{}]*\{[^{}]*\}\}")
"""The rule by which a picture is dark on a dark system."""


def rules(root: str) -> list[str]:
    """Colours as CSS variables that follow the switch of the page, or else of the system.

    A page may set `--deepgraph-ink` and the like itself. Paper is white, whatever the screen is.
    """
    light, dark = LIGHT.items(), DARK.items()

    def variables(colors: list[tuple[str, str]]) -> str:
        return "".join(f"--dg-{role}:{color};" for role, color in colors)

    dark_pages = ",".join(f"{page} #{root}" for page in DARK_PAGES)
    light_pages = ",".join(f"{page} #{root}" for page in LIGHT_PAGES)
    found = [
        f"#{root}{{{variables(light)}}}",
        f"@media (prefers-color-scheme:dark){{#{root}{{{variables(dark)}}}}}",
        f"{light_pages}{{{variables(light)}}}",
        f"{dark_pages}{{{variables(dark)}}}",
        f"@media print{{:root #{root}{{{variables(light)}}}}}",
    ]
    for role, _ in light:
        color = f"var(--dg-{role})"
        if role == "page":  # behind labels, so that lines under them do not show
            for name in reversed(PAGE_COLORS):
                color = f"var({name},{color})"
        color = f"var(--deepgraph-{role},{color})"
        found.append(f"#{root} .f-{role}{{fill:{color}}}#{root} .s-{role}{{stroke:{color}}}")
    return found


def without_system(svg: str) -> str:
    """An inline SVG that is dark only on pages with a mark of a dark theme, whatever the system."""
    return _SYSTEM.sub("", svg)
