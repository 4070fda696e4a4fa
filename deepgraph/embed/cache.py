"""Keeps results in a folder by a key of their content, so that only what changed is made again.

Several processes may share a folder: a file is written whole or not at all, and two processes that
write the same file write the same bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepgraph.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Cache:
    """A folder of results.

    Attributes:
        folder: the folder; it is created with the first result.
        tally: the name of a file in it that lists which results were made and which were found.
    """

    folder: Path
    tally: str

    def get(self, key: str, suffix: str, make: Callable[[], bytes]) -> bytes:
        """A result, read from its file or made now.

        Args:
            key: the key of the request.
            suffix: the suffix of the file; a request may have several results.
            make: makes the result.
        """
        path = self.folder / f"{key}{suffix}"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = make()
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(path, content)
            self._note(f"made {key}\n")
        else:
            self._note(f"used {key}\n")
        return content

    def prune(self, keys: Iterable[str]) -> None:
        """Remove all results but those of these keys, and old tallies."""
        wanted = set(keys)
        for path in self.folder.glob("[!.]*"):  # a file with a dot is being written
            if path.name.partition(".")[0] not in wanted:
                path.unlink(missing_ok=True)

    def _note(self, line: str) -> None:
        # Other processes append, too: a single short write is never interleaved with theirs.
        number = os.open(self.folder / self.tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(number, line.encode())
        finally:
            os.close(number)

    def counts(self) -> tuple[int, int]:
        """The number of requests with a result made, and of those with none; then forget both."""
        tally = self.folder / self.tally
        if not tally.exists():
            return 0, 0
        lines = [line.split() for line in tally.read_text(encoding="utf-8").splitlines()]
        tally.unlink()
        made = {key for what, key in lines if what == "made"}
        return len(made), len({key for _, key in lines} - made)
