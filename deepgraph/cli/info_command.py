"""`deepgraph info`: counts, shape and names of a network."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, options
from deepgraph.cli.text import printable_list, say
from deepgraph.words.columns import aligned
from deepgraph.words.messages import counted
from deepgraph.words.numbers import number_text

if TYPE_CHECKING:
    from deepgraph.graph.info import Info, NodeInfo, StageInfo
    from deepgraph.network import Network


@options.command("info", short_help="Show counts, shape and names of a network.")
@options.spec_argument
@click.option(
    "--node",
    metavar="ID",
    help="One node, or those of a stage: what it depends on, and what depends on it.",
)
@click.option(
    "--input",
    metavar="FILE",
    help="A table: the health of the network on its rows, sizes of inputs, dead and saturated "
    "nodes.",
)
@click.option(
    "--target",
    metavar="NODE=COLUMN",
    multiple=True,
    help="With --input, the column with the wanted value of a node, or a COLUMN of classes; see "
    "train.",
)
@options.table_options
@options.json_option("Write one JSON document.")
@options.seed_options
def command(spec: str, node: str | None, input: str | None, as_json: bool, **given: Any) -> None:
    """Show what a network consists of: nodes, edges, parameters, depth, shape.

    \b
    deepgraph info xor.json
    deepgraph info xor.json --node h1
    deepgraph info net.json --seed 1 --input t.csv --target y=price
    """
    from deepgraph.graph.info import describe, describe_named  # --help needs no numpy

    of_tables = {name: given[name] for name in ("target", "column", "delimiter", "input_format")}
    if input is None and any(of_tables.values()):
        raise click.UsageError("--target and the options of a table need one: --input FILE")
    if input is not None:
        if node is not None:
            raise click.UsageError("--input looks at every node; leave out --node")
        common.refuse_one_stdin_for_two(spec, input)
        from deepgraph.cli.info_health import show  # only a table needs it

        show(common.read_network(common.source(spec), given), given, input, as_json)
        return
    if given["seed"] is not None:
        raise click.UsageError("--seed draws the numbers that a table needs: --input FILE")
    network = common.source(spec).network()
    if node is not None:
        _show_named(describe_named(network, node), as_json)
        return
    info = describe(network)
    if as_json:
        content = {**asdict(info), "trainable": info.trainable, "layered": info.layers is not None}
        common.write_output(None, common.json_text(content))
        return
    title = f": {info.title}" if info.title else ""
    say(f"{info.name}{title}")
    for line in aligned([row for row in _rows(network, info) if row[1]]):
        say(line)


def _show_named(info: NodeInfo | StageInfo, as_json: bool) -> None:
    from deepgraph.graph.info import StageInfo  # --help needs no numpy

    if as_json:
        common.write_output(None, common.json_text(asdict(info)))
        return
    if isinstance(info, StageInfo):
        say(f"{info.stage}: a stage, {printable_list(info.members)}")
    for node in info.nodes if isinstance(info, StageInfo) else [info]:
        if isinstance(info, StageInfo):
            say("")
        _show_node(node)


def _show_node(info: NodeInfo) -> None:
    settings = _numbers(info.settings)
    activation = f"{info.activation} ({settings})" if settings else info.activation
    function = f", {activation} of the {info.aggregation}" if info.activation else ""
    say(f"{info.node}: {info.kind}{function}")
    rows = [
        ("normalise", _numbers(info.normalise)),
        ("rescale", _numbers(info.rescale)),
        ("fed by", printable_list(info.sources)),
        ("feeds", printable_list(info.targets)),
        ("ancestors", f"{len(info.ancestors):,}: {printable_list(info.ancestors)}"),
        ("descendants", f"{len(info.descendants):,}: {printable_list(info.descendants)}"),
    ]
    for line in aligned([row for row in rows if row[1] not in ("", "0: ")]):
        say(line)


def _rows(network: Network, info: Info) -> list[tuple[str, str]]:
    """A name and a text for each line; a line with an empty text is left out."""
    return [
        ("source", info.source or ""),
        ("shape", _shape(info)),
        ("longest path", "" if info.layers else _path(info.longest_path)),
        ("nodes", _nodes(info)),
        ("inputs", printable_list(info.inputs)),
        ("outputs", printable_list(info.outputs)),
        ("normalised", printable_list(info.normalised)),
        ("rescaled", printable_list(info.rescaled)),
        ("classes", _classes(network, info)),
        ("edges", f"{info.edges:,}, of them {counted(info.wires, 'wire')}"),
        ("parameters", _parameters(info)),
        ("uninitialised", common.uninitialised(network)),
        ("activations", _tally(info.activations)),
        ("aggregations", _tally(info.aggregations)),
        ("softmax", _vectors(info.softmax)),
        ("shared", printable_list([f"{name} ({n:,} edges)" for name, n in info.shared.items()])),
        ("groups", _vectors(info.groups)),
        ("stages", _vectors(info.stages)),
        ("unused", printable_list(info.unused)),
    ]


def _classes(network: Network, info: Info) -> str:
    """The two classes of the one output, if the spec names them."""
    if info.threshold is None or network.classes is None or not network.classes.given:
        return ""
    first, second = info.classes
    border = number_text(info.threshold, 17)
    return f"{first}, from {info.outputs[0]} ≥ {border} on {second}"


def _numbers(named: dict[str, float]) -> str:
    """Numbers by their names: `min 0, max 60760`."""
    return ", ".join(f"{name} {number_text(value, 17)}" for name, value in named.items())


def _shape(info: Info) -> str:
    depth = f"{counted(info.depth, 'neuron')} deep"
    if info.layers is None:
        return f"irregular, {depth}"
    return f"layered {'-'.join(map(str, info.layers))}, {depth}"


def _path(names: list[str]) -> str:
    return " → ".join(names if len(names) <= 12 else [*names[:6], "…", *names[-5:]])


def _nodes(info: Info) -> str:
    inputs, outputs = counted(len(info.inputs), "input"), counted(len(info.outputs), "output")
    biases = counted(info.biases, "bias", "biases")
    return f"{inputs}, {info.hidden:,} hidden, {outputs}, {biases}"


def _parameters(info: Info) -> str:
    if not info.frozen:
        return f"{info.parameters:,}"
    return f"{info.parameters:,}: {info.trainable:,} trainable, {info.frozen:,} frozen"


def _vectors(named: dict[str, list[str]]) -> str:
    """Names and what they stand for: `w35 = [w3 w5], w46 = [w4 w6]`."""
    texts = [f"{name}{' = ' * bool(name)}[{' '.join(members)}]" for name, members in named.items()]
    return printable_list(texts)


def _tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
