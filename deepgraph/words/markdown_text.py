"""Text for Markdown: escaped so that it is one line without markup."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    r"""Escape a text so that it is one line without markup, in any dialect of Markdown.

    An @ would call somebody where the text is a comment on a pull request.

    >>> plain("w_1 *2* | <b>"), plain("@all")
    ('w_1 &#42;2&#42; &#124; &#60;b&#62;', '&#64;all')
    """
    pattern = r"[\\`*{}\[\]<>#|~$&^@]|(?<![^\W_])_|_(?![^\W_])|(?<==)=|=(?==)"
    return re.sub(pattern, lambda match: f"&#{ord(match[0])};", re.sub(r"\s+", " ", text))
