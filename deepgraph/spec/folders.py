"""Finds the specs in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from msgspec import Raw

from deepgraph.errors import FileError
from deepgraph.files import read_bytes
from deepgraph.spec.positions import without_mark


def find_specs(folder: Path) -> tuple[list[Path], list[Path]]:
    """The specs in a folder and the folders below it, and the other JSON files there, each sorted.

    A spec is a JSON file with the key `deepgraph`. A broken file that holds this word counts, so
    that a misplaced comma does not hide a spec. Hidden folders are left out.
    """
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in files if name.endswith(".json")]
    specs: list[Path] = []
    others: list[Path] = []
    for path in sorted(found):
        (specs if _is_spec(path) else others).append(path)
    return specs, others


def _is_spec(path: Path) -> bool:
    try:
        text = read_bytes(path)
    except FileError:
        return True  # the error belongs to whoever reads it
    try:
        content = msgspec.json.decode(without_mark(text), type=dict[str, Raw])
    except msgspec.ValidationError:
        return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b'"deepgraph"' in text
    return "deepgraph" in content
