"""`deepgraph schema`: the JSON Schema of the format, for editors."""

from __future__ import annotations

import json

import click

from deepgraph.cli import common, options


@click.command("schema")
@options.output_option("Write here; by default standard output.")
def command(output: str | None) -> None:
    """Write the JSON Schema of the spec format, from which editors complete and check.

    \b
    deepgraph schema -o deepgraph.schema.json
    """
    from deepgraph.rules.json_schema import schema  # --help needs no numpy

    common.write_output(output, json.dumps(schema(), ensure_ascii=True, indent=2) + "\n")
