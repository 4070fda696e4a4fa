"""`deepgraph schema`: the JSON Schema of the format, for editors."""

from __future__ import annotations

import json
import os

import click

from deepgraph.cli import common, options
from deepgraph.errors import FileError
from deepgraph.files import may_replace, read_bytes


@click.command("schema", short_help="Write the JSON Schema of the format, for editors.")
@options.output_option("Write here; by default standard output.")
def command(output: str | None) -> None:
    """Write the JSON Schema of the spec format, from which editors complete and check.

    \b
    deepgraph schema -o deepgraph.schema.json
    """
    from deepgraph.rules.json_schema import schema  # --help needs no numpy

    if output not in (None, "-") and os.path.isfile(str(output)) and not _is_schema(str(output)):
        what = "this file is there, and is no schema of deepgraph; name another, or remove it"
        raise FileError(f"{output}: {what}")
    common.write_output(output, json.dumps(schema(), ensure_ascii=True, indent=2) + "\n")


def _is_schema(path: str) -> bool:
    """True if a file holds a schema that this command wrote, or nothing."""
    content = read_bytes(path)
    may_replace(path)  # a newer schema replaces an older one
    try:
        found = json.loads(content or b"null")
    except ValueError:
        return False
    marked = isinstance(found, dict) and found.get("title") == "deepgraph"
    return not content or (marked and "json-schema" in str(found.get("$schema")))
