"""`deepgraph patch`: a spec that another one becomes by a patch of `deepgraph diff`."""

from __future__ import annotations

import click

from deepgraph.cli import common, options, stdin
from deepgraph.files import may_replace, read_bytes


@options.command("patch", short_help="Apply a patch of `deepgraph diff` to a spec.")
@click.argument("spec", metavar="SPEC")
@click.argument("patch", metavar="PATCH")
@options.output_option("Where to write; by default standard output. It may be SPEC itself.")
@click.option("--check", is_flag=True, help="Write nothing; the exit code says whether it fits.")
def command(spec: str, patch: str, output: str | None, check: bool) -> None:
    """Apply a patch to a spec, and write what it becomes in the canonical layout.

    PATCH is what `deepgraph diff A B --format json` writes, or a list of
    operations of RFC 6902. Applied to A it gives B, number by number as they
    are written. A patch that does not fit changes nothing.

    \b
    deepgraph diff a.json b.json -o change.json
    deepgraph patch a.json change.json -o b.json
    """
    if spec == patch == "-":
        raise click.UsageError("the spec and the patch cannot both be standard input")
    if check and output is not None:
        raise click.UsageError("--check writes nothing; leave -o out")
    from deepgraph.diff import patched  # --help needs no numpy
    from deepgraph.request.spec_source import SpecSource

    source = common.source(spec)
    content = stdin.whole() if patch == "-" else read_bytes(patch, ".json")
    patch_name = "standard input" if patch == "-" else patch
    text = patched(source.content, content, source.name, patch_name, source.beside)
    for content_of in (source, SpecSource(source.name, text=text, folder=source.beside)):
        content_of.note_files()
    if not check:
        may_replace(spec)  # changing a spec in place is what it may be for
        common.write_output(output, text)
