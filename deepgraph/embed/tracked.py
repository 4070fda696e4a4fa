"""Asks git which files it knows: a commit of a page needs its new pictures, too."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from deepgraph.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def untracked(paths: Iterable[Path]) -> list[Path]:
    """The files that are neither committed nor added to the next commit, in order.

    Raises:
        FileError: git is missing, or a folder is in no repository.
    """
    by_folder: dict[Path, list[Path]] = {}
    for path in paths:
        by_folder.setdefault(path.parent, []).append(path)
    found = []
    for folder, files in by_folder.items():
        names = [path.name for path in files]
        command = ["git", "--literal-pathspecs", "ls-files", "-z", "--", *names]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            what = "git cannot be asked: it is missing, or this folder is in no repository"
            raise FileError(f"{folder}: {what}") from None
        known = set(done.stdout.decode(errors="surrogateescape").split("\0"))
        found += [path for path in files if path.name not in known]
    return found
