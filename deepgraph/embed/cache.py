"""Results that were made before, in a folder, by content: what changed is made again, nothing else.

Several processes may share a folder: a file is written whole or not at all, and two that write the
same one write the same bytes.
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
        folder: where they lie; it is made when the first one is.
        tally: a file that lists what was made and what was only looked up, if anyone counts.
    """

    folder: Path
    tally: Path | None = None

    def get(self, key: str, suffix: str, make: Callable[[], bytes]) -> bytes:
        """A result, from its file or freshly made.

        Args:
            key: of the request.
            suffix: of the file; a request may have several results.
            make: makes it.
        """
        path = self.folder / f"{key}{suffix}"
        try:
            content = path.read_bytes()
            made = False
        except FileNotFoundError:
            content = make()
            made = True
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(path, content)
        self._note(f"{'made' if made else 'used'} {key}\n")
        return content

    def prune(self, keys: Iterable[str]) -> None:
        """Remove all results but those of these keys, and what ended builds have left."""
        wanted = set(keys)
        for path in self.folder.glob("[!.]*"):  # a file with a dot is being written
            if path.name.partition(".")[0] not in wanted:
                path.unlink(missing_ok=True)

    def _note(self, line: str) -> None:
        if self.tally is None:
            return
        self.tally.parent.mkdir(parents=True, exist_ok=True)
        # One short write at the end of a file is whole, whoever else writes.
        number = os.open(self.tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(number, line.encode())
        finally:
            os.close(number)

    def counts(self) -> tuple[int, int]:
        """How many requests needed something made, and how many needed nothing; then forget it."""
        if self.tally is None or not self.tally.exists():
            return 0, 0
        lines = [line.split() for line in self.tally.read_text(encoding="utf-8").splitlines()]
        self.tally.unlink()
        made = {key for what, key in lines if what == "made"}
        return len(made), len({key for _, key in lines} - made)
