"""`deepgraph import`: a spec of a network of another tool."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import say
from deepgraph.errors import FileError
from deepgraph.files import require_writable
from deepgraph.formats.readers import table
from deepgraph.formats.readers.record import MOST_EDGES, Options
from deepgraph.options.export_formats import SUFFIXES
from deepgraph.words.messages import counted, shown

if TYPE_CHECKING:
    from deepgraph.formats.readers.record import Imported, Report
    from deepgraph.formats.readers.runtimes import Runtime
    from deepgraph.network import Network


@options.command("import", short_help="Convert a network of another tool to a spec.")
@click.argument("file", metavar="FILE")
@click.option("-o", "spec", metavar="SPEC", help="Where to write; by default standard output.")
@click.option(
    "--format",
    "form",
    type=options.Choice(table.NAMES),
    help=options.with_choices(
        "The format of FILE; by default its suffix and its content tell it.", table.NAMES
    ),
)
@click.option(
    "--activations",
    metavar="NAME,NAME…",
    help="The activations of the layers of a state dict, which holds none; the output's "
    "comes last: relu,relu,sigmoid.",
)
@click.option(
    "--scaler",
    metavar="FILE",
    help="The scaler of its inputs (scikit-learn); the network then takes raw values.",
)
@click.option("--output", metavar="NAME", help="Keep this output only.")
@click.option(
    "--names",
    metavar="TABLE",
    help="A table whose header names the inputs, and perhaps the outputs behind them.",
)
@click.option("--config", metavar="FILE", help="The configuration of a neat-python genome.")
@click.option("--inputs", metavar="N|NAME,…", help="How many inputs a genome has, or their names.")
@click.option(
    "--outputs", metavar="N|NAME,…", help="How many outputs a genome has, or their names."
)
@click.option(
    "--delimiter",
    metavar="CHAR",
    help="The character between the cells of a list of edges; by default the comma, "
    "semicolon or tab that the file has.",
)
@click.option(
    "--max-edges",
    type=click.IntRange(1),
    default=MOST_EDGES,
    show_default=True,
    metavar="N",
    help="Unroll convolutions and the like to at most N edges.",
)
@click.option(
    "--verify",
    type=click.IntRange(1),
    metavar="N",
    help="Compare with the original's own runtime on N random rows, if it is installed.",
)
@click.option("--force", is_flag=True, help="Replace files that exist and hold something else.")
@options.json_option("Print the report as JSON.")
def command(
    file: str, spec: str | None, force: bool, as_json: bool, verify: int | None, **given: Any
) -> None:
    """Write a spec of a network that another tool has saved, and a report of what became of it.

    FILE is an ONNX file, a Keras model, a PyTorch state dict, a scikit-learn
    pickle, a genome, or one of the others that the page "Bring your network"
    lists. Nothing in it is run. Weights beyond 150 go into a file beside SPEC.

    \b
    deepgraph import model.onnx -o net.json
    deepgraph import model.pth --activations relu,relu,sigmoid -o net.json
    """
    if spec == "-":
        spec = None
    if as_json and spec is None:
        raise click.UsageError(
            "--json prints the report, so the spec needs a file; name it with -o"
        )
    if spec is not None:
        require_writable(spec)
    common.load_numpy()
    asked = _options(given)
    if file == "-":
        raise click.UsageError("a network of another tool is read from a file, not standard input")
    imported = table.read(file, asked, given["form"])
    if spec is not None:
        _require_suffix(spec)
    # Whether there is a runtime to compare with is known before anything is written.
    original = None if verify is None else _original(file, given["form"], asked, imported)
    network = _written(imported, file, spec, force)
    verified = None if original is None else _compared(network, original, verify)
    _report(imported.report, network, spec, as_json, verified)
    if verified is not None and not verified["agrees"]:
        common.fail()


def _require_suffix(spec: str) -> None:
    """Refuse to write a spec under the name of another format.

    Raises:
        click.UsageError: other tools know files by this suffix.
    """
    suffix = Path(spec).suffix.lower()
    if suffix == ".json" or suffix not in {*table.SUFFIXES, *SUFFIXES}:
        return
    own = Path(spec).with_suffix(".json")
    advice = ""
    if suffix in SUFFIXES:
        advice = f"; then `deepgraph export {own} -o {spec}` makes the {suffix} of it"
    raise click.UsageError(f"{spec}: a spec is JSON, so name it {own}{advice}")


def _options(given: dict[str, Any]) -> Options:
    """The options as a reader takes them."""
    from deepgraph.request import parsing  # --help needs no numpy

    names = given["names"]
    delimiter = given["delimiter"]
    activations = given["activations"]
    return Options(
        scaler=given["scaler"],
        activations=None if activations is None else _split(activations),
        output=given["output"],
        inputs=_count_or_names(given["inputs"]),
        outputs=_count_or_names(given["outputs"]),
        config=given["config"],
        delimiter=None if delimiter is None else parsing.delimiter(delimiter, "--delimiter"),
        names=None if names is None else _header(names),
        max_edges=given["max_edges"],
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _count_or_names(text: str | None) -> list[str] | int | None:
    if text is None:
        return None
    if not text.strip().isdecimal():
        return _split(text)
    if len(text) > len(str(MOST_EDGES)):
        raise click.UsageError(f"no genome has {shown(text.strip())} inputs or outputs")
    return int(text)


def _header(path: str) -> list[str]:
    """The names of the columns of a table."""
    from deepgraph.tables.source import Source, format_of

    with common.open_input(path) as stream:
        return list(Source(stream, path, format_of(path)).open().header)


def _written(imported: Imported, file: str, path: str | None, force: bool) -> Network:
    """Write the spec, and the file of its weights before it; the network that it is."""
    import msgspec  # --help needs none of these

    from deepgraph.formats.readers import emit
    from deepgraph.graph import safetensors
    from deepgraph.network import Network
    from deepgraph.spec.writing import write

    spec = imported.spec
    if path is None:
        whole = emit.with_numbers(imported)
        network = Network(whole, file)
        common.write_output(None, write(whole))
        return network
    contents = {}
    if imported.arrays:
        beside = _file_of_weights(Path(path))
        contents[str(beside)] = safetensors.written(imported.arrays)
        spec = msgspec.structs.replace(spec, parameters=beside.name)
    contents[path] = common.encoded(write(spec))
    for output, content in contents.items():  # all of them before the first is written
        common.keep_other_files(output, content, force)
    *weights, text = contents.items()
    for output, content in weights:
        common.write_output(output, content)
    network = Network(spec, file, Path(path).parent)  # messages are about the file that was read
    common.write_output(*text)
    return network


def _file_of_weights(spec: Path) -> Path:
    """Where the weights go: a new file beside the spec, or the one that the old spec names.

    A file of the same name that lies there already is often another one: a model is saved as
    `net.onnx` and `net.safetensors` at once.

    Raises:
        FileError: the files of all these names belong to something else.
    """
    own = _named_by(spec)
    tried = [spec.with_suffix(end) for end in (".safetensors", ".weights.safetensors")]
    for path in tried:
        if path.name == own or not path.exists():
            return path
    raise FileError(
        f"{tried[0]}: this file and {tried[1].name} are there, and {spec.name} does not name them "
        "as its own; write the spec under another name, or remove one"
    )


def _named_by(spec: Path) -> str | None:
    """The file of parameters that a spec names, if it is there and can be read."""
    try:
        named = json.loads(spec.read_bytes()).get("parameters")
    except (OSError, ValueError, AttributeError):
        return None
    return named if isinstance(named, str) else None


def _original(file: str, form: str | None, asked: Options, imported: Imported) -> Runtime:
    """The original's own runtime with the network of the file."""
    from deepgraph.request import verifying  # imports the runtime

    return verifying.original(file, form, asked, imported)


def _compared(network: Network, original: Runtime, rows: int | None) -> dict[str, Any]:
    """The network beside its original on random rows."""
    from deepgraph.request import verifying

    assert rows is not None
    return verifying.compared(network, original, rows)


def _report(
    report: Report,
    network: Network,
    path: str | None,
    as_json: bool,
    verified: dict[str, Any] | None,
) -> None:
    """The report: on standard error, or as JSON on standard output."""
    for line in report.lines() if not as_json else ():
        say(line, err=True)
    shape = {
        "inputs": len(network.inputs),
        "nodes": len(network.ids),
        "edges": len(network.source),
        "parameters": len(network.parameters),
        "outputs": len(network.outputs),
    }
    if as_json:
        from deepgraph.words.machine_numbers import json_value  # --help needs no numpy

        more = {}
        if verified is not None:
            more["verified"] = {key: json_value(value) for key, value in verified.items()}
        content = {"output": path, **shape, **asdict(report), **more}
        click.echo(common.json_text(content), nl=False)
        return
    told = ", ".join(
        counted(shape[many], many.removesuffix("s"))
        for many in ("inputs", "outputs", "edges", "parameters")
    )
    made_by = f" by {report.producer}" if report.producer else ""
    say(f"Read {report.format}{made_by}: {told}.", err=True)
    if verified is not None:
        told = "agrees" if verified["agrees"] else "does NOT agree"
        say(
            f"It {told} with {verified['runtime']} on {counted(verified['rows'], 'row')}: the "
            f"largest difference is {verified['difference']:.2g}, in units of max(1, max|y|), and "
            f"{verified['bar']:g} is allowed.",
            err=True,
        )
        if not verified["vary"]:
            common.note(
                "the original's outputs are the same on all of these rows, so this says little: "
                "is it a network whose inputs went through a scaler? --scaler FILE names it"
            )
    if path is not None:
        say(path)
