"""Tables of the format as Markdown, made from the code or held to it.

A table that the code makes stands between `<!-- table: NAME -->` and `<!-- /table -->`. One that
explains the keys of a record stands behind `<!-- keys: RECORD -->`: people write it but for the
column of defaults.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from deepgraph.functions import activations, losses
from deepgraph.scoring import formats
from deepgraph.spec import records
from deepgraph.tables import source

MADE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- /table -->)", re.DOTALL)
KEYS = re.compile(r"(<!-- keys: (\w+) -->\n(?:<div[^\n]*>\n)?\n?)((?:\|.*\n)+)")
OPEN, CLOSE = '<div class="reference-table">\n\n', "\n\n</div>\n"
"""Around a table whose last column holds sentences."""


def filled(text: str) -> str:
    """A page with its tables as the code has them."""
    text = MADE.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}{found[3]}", text)
    return KEYS.sub(lambda found: found[1] + _with_defaults(found[2], found[3]), text)


def _activations() -> str:
    rows = []
    for row in activations.ACTIVATIONS.values():
        names = ", ".join(f"`{name}`" for name in (row.name, *row.aliases))
        given = ", ".join(f"`{p.name}` {_decimal(p.default)}" for p in row.parameters)
        rows.append([names, f"`{row.formula}`", given or "—", prose(row.note)])
    table = table_of(["name", "formula", "parameters", "notes"], rows)
    return f"{OPEN}{table}{CLOSE}"


def _losses() -> str:
    rows = [[f"`{row.name}`", row.note] for row in losses.LOSSES.values()]
    return f"\n{table_of(['name', 'value, over the nodes in `targets`'], rows)}\n\n"


NAMES = {"csv": "CSV", "tsv": "TSV", "parquet": "Parquet", "jsonl": "JSON lines"}
"""What people call the formats of tables."""


def _suffixes() -> str:
    read = {name: row.suffixes for name, row in source.FORMATS.items()}
    packed = {name for name, row in source.FORMATS.items() if row.delimiter}
    written = {name: row.suffixes for name, row in formats.FORMATS.items()}
    rows = []
    for name in dict.fromkeys([*read, *written]):
        behind = " or ".join(f"`{suffix}`" for suffix in source.COMPRESSED)
        may = f"; may be followed by {behind}" if name in packed else ""
        given = _listed(read.get(name, ())) + may
        rows.append([NAMES[name], given, _listed(written.get(name, ()))])
    return f"\n{table_of(['format', 'a table that is read', 'a result, `-o`'], rows)}\n\n"


def _listed(suffixes: tuple[str, ...]) -> str:
    return ", ".join(f"`{suffix}`" for suffix in suffixes) or "—"


TABLES = {"activations": _activations, "losses": _losses, "suffixes": _suffixes}


def _with_defaults(name: str, table: str) -> str:
    """A table of the keys of a record, `key | type | default | meaning`, with the defaults."""
    record = getattr(records, name)
    fields = {field.encode_name: field for field in msgspec.structs.fields(record)}
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|", 3)]
        for line in table.splitlines()[2:]
    ]
    keys = [row[0].strip("`") for row in rows]
    if sorted(keys) != sorted(fields):
        odd = sorted(set(keys) ^ set(fields))
        raise ValueError(f"the keys of {name} in a page and in the code differ: {', '.join(odd)}")
    rows = [
        [row[0], row[1], _default(fields[key]), row[3]] for key, row in zip(keys, rows, strict=True)
    ]
    return table_of(["key", "type", "default", "meaning"], rows) + "\n"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default in (None, records.ABSENT, msgspec.NODEFAULT, msgspec.UNSET):
        return "—"
    return f"`{msgspec.json.encode(field.default).decode()}`"


def _decimal(number: float) -> str:
    short = f"{number:.6g}"
    return short if float(short) == number else f"{short}…"


def table_of(header: list[str], rows: list[list[Any]]) -> str:
    """A table as Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def sentence(text: str) -> str:
    """A title as a sentence: a full stop behind it, unless it ends with a mark of its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def prose(text: str) -> str:
    """A plain text as Markdown: markup in it is escaped, addresses become links."""
    pieces = re.split(r"(https://[^\s,;]*[^\s,;.]|docs/\w+\.md|--[a-z][a-z-]*)", text)
    for number, piece in enumerate(pieces):
        if not number % 2:
            pieces[number] = re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", piece)
        elif piece[0] == "-":
            pieces[number] = f"`{piece}`"  # an option, of whose signs Sphinx would make a dash
        else:
            pieces[number] = f"<{piece}>" if piece[0] == "h" else f"[{piece}]({piece[5:]})"
    return "".join(pieces)
