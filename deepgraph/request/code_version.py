"""A version of deepgraph that changes with its code, for the keys of caches.

Who installs a commit gets another code with the same version number.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from deepgraph import __version__

PACKAGE = Path(__file__).parents[1]
SUFFIXES = (".py", ".js", ".css", ".json")
"""Of the files that results depend on."""


@cache
def code_version(package: Path = PACKAGE) -> str:
    """The version, and a hash of all files of a package; without files only the version."""
    import hashlib  # only a cache needs it

    whole = hashlib.sha256(__version__.encode())
    for path in sorted(path for path in package.rglob("*.*") if path.suffix in SUFFIXES):
        whole.update(path.relative_to(package).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__}+{whole.hexdigest()[:16]}"
