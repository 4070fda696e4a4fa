"""Texts that break a careless drawing: markup, escapes, other scripts, odd characters."""

from __future__ import annotations

from hypothesis import strategies as st

from deepgraph.words.notation import runs

HOSTILE = [
    "<b>",
    "<b>bold</b>",
    "< i >",
    '"',
    "'",
    'say "hi"',
    '\\"',
    '\\\\"',
    "&",
    "&amp;",
    "&lt;b&gt;",
    "&#65;&#x42;",
    "&nosuch;",
    "\\",
    "\\\\",
    "ends in \\",
    "\\N",
    "\\l",
    "\\G \\E \\T \\H \\L",
    "\\n",
    "a\\rb",
    "</svg><script>alert(1)</script>",
    "]]>",
    "<![CDATA[x]]>",
    "<!-- x -->",
    "-->",
    "<?xml?>",
    "javascript:alert(1)",
    "url(#x)",
    "{a|b}",
    "];}",
    "%s {0} $x",
    "node",
    "strict",
    "-1.5",
    "1e5",
    "= ?",
    "w35",
    "x1·w2 αβ3",
    "🙂",
    "👩\u200d👩\u200d👧",
    "שלום עולם",
    "مرحبا",
    "\u202eright to left",
    "\u2067x\u2069",
    "e\u0301\u0327\u0489",
    "日本語",
    "\U00010330\U0002a6d6\U000e0041\U0010fffd",
    "\ufeffmark",
    "zero\u200bwidth",
    "line\u2028paragraph\u2029",
    " leading",
    "trailing ",
    "two  spaces",
    "no\u00a0break",
    "\u00ad",
    "Ω≈ç√∫",
    "x" * 256,
    "🙂" * 256,
]

IN_LABELS = {
    "two\nlines": "two\nlines",
    "\n": "\n",
    "three\n\nlines": "three\n\nlines",
    "tab\tbed": "tab\tbed",
    "carriage\r\nreturn\rs": "carriage\r\nreturn\rs",
    "bell\x07": "bell\ufffd",
    "\x00": "\ufffd",
    "\x1b[31mred": "\ufffd[31mred",
    "\x0b\x0c\x1f": "\ufffd\ufffd\ufffd",
    "\x7f\x80\x85\x9f": "\ufffd\x80\x85\x9f",
    "\ufffe\uffff": "\ufffd\ufffd",
    "\ufdd0\U0001ffff": "\ufdd0\U0001ffff",
}
"""Texts that only a label may have, and how they are shown."""


def shown(text: str) -> str:
    """How a text appears in a picture: without control characters and what XML cannot hold."""
    lost = {*range(32), 0x7F, 0xFFFE, 0xFFFF} - set(map(ord, "\t\n\r"))
    return "".join("\ufffd" if ord(character) in lost else character for character in text)


def as_set(text: str) -> str:
    """The letters of a text whose names are set as mathematics: without what only marks them."""
    return "".join(run.text for run in runs(text))


def one_break(text: str) -> str:
    """A text with line feeds for all its line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


ids = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
labels = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
