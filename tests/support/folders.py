"""Folders of small tables, and what lies in folders of results."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path


def make_tables(folder, files=24, rows=300, bad=0.0, seed=1):
    """Write tables for xor.json in folders `year=…`; a share of the rows has a faulty cell.

    Returns:
        The faulty rows: (name of the table, row, column, text).
    """
    chance = random.Random(seed)
    faulty = []
    for number in range(files):
        name = f"year={2020 + number % 3}/part-{number:02}.csv"
        lines = ["x1,x2,k"]
        for row in range(1, rows + 1):
            cells = [repr(chance.uniform(-2, 2)) for _ in range(2)]
            if chance.random() < bad:
                place = chance.randrange(2)
                cells[place] = chance.choice(["NA", "", "1,5", "zwei"]).replace(",", "_")
                faulty.append((name, row, f"x{place + 1}", cells[place]))
            lines.append(",".join([*cells, f"k{row}"]))
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    return faulty


def data_in(folder):
    """The SHA-256 of each file in a folder that a reader of data sets sees, by name."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part[0] in "._" for part in parts):
            found["/".join(parts)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
