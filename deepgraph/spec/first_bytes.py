"""Looks at the first bytes of a file: recognises those that are no spec, as models of other tools.

The marks are those of the formats' specifications. No JSON begins with one of them.
"""

from __future__ import annotations

import re

IMPORT = "`deepgraph import` makes a spec of a network of another tool"

_SHEET = "; `deepgraph eval` takes it as a table of inputs"

OTHERS = tuple(
    (re.compile(mark, re.DOTALL), what)
    for mark, what in (
        (rb"\x89PNG|\xff\xd8\xff|GIF8|%PDF-", "a picture or a PDF"),
        (rb"PAR1\x15", f"a Parquet file{_SHEET}"),
        (rb"\x89HDF", f"an HDF5 file, as of Keras; {IMPORT}"),
        (rb"PK\x03\x04", f"a zip archive, as of PyTorch, Keras or Excel; {IMPORT}"),
        (rb"\x80[\2-\5]", f"a pickle; {IMPORT}"),
        (rb"\x93NUMPY", "a NumPy array"),
        (rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd", "a compressed file; decompress it first"),
        (rb".{3}\0{5}\{\"", f"a .safetensors file; {IMPORT}"),
        (rb"\x08[\1-\x20][\x12\x1a\x22\x3a]", f"an ONNX file, as it seems; {IMPORT}"),
    )
)
"""Pattern of the first bytes, and the words for a file that has them."""

LENGTH = 16
"""The number of first bytes that are compared."""

_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")


def is_binary(content: bytes) -> bool:
    r"""True if bytes that are no UTF-8 are no text in another encoding either.

    >>> is_binary(b"caf\xe9"), is_binary(b"\x00\xe9\x01")
    (False, True)
    """
    return _CONTROL.search(content[:1000]) is not None


def other_file(content: bytes) -> str:
    r"""The message about a file that is no text, and what to do with it; else empty.

    >>> other_file(b"\x93NUMPY"), other_file(b'{"deepgraph": 1}')
    ('this is a NumPy array, and no spec, which is a JSON file', '')
    """
    head = content[:LENGTH]
    what = next((what for mark, what in OTHERS if mark.match(head)), "")
    if not what:
        return ""
    title, sign, cure = what.partition(";")
    return f"this is {title}, and no spec, which is a JSON file{sign}{cure}"
