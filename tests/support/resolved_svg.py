"""Small SVGs of plain attributes, as PNG and PDF are made from."""

from __future__ import annotations

SPECIAL = "w₁ −0.5 · ∂ Σ ∞ ≈ σ αβγ é"


def picture(body: str, size: str = 'width="300" height="60" viewBox="0 0 300 60"') -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="300" height="60" fill="white"/>{body}</svg>'
    )


def line(text: str, attributes: str = "", family: str = "Helvetica, Arial, sans-serif") -> str:
    return f'<text x="20" y="30" font-size="20" font-family="{family}" {attributes}>{text}</text>'
