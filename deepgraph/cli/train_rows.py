"""The rows of a table that a network learns from, or is looked at on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import click

from deepgraph.cli import common
from deepgraph.words.messages import in_quotes, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepgraph.network import Network


def read_rows(network: Network, options: Mapping[str, Any], table: str) -> tuple[Any, Any]:
    """Inputs and targets, with notes on numbers that may mark missing values.

    Args:
        network: with the inputs.
        options: `target`, none of which are no targets, and those of a table.
        table: the file, or - for standard input.

    Raises:
        DeepgraphError: the table or an option is wrong.
    """
    import numpy as np  # --help needs none of these

    from deepgraph.graph.target_columns import Wanted
    from deepgraph.tables.sentinels import Sentinels
    from deepgraph.train.reading import read

    given = {name: value for name, value in options.items() if name != "target"}
    texts = options["target"]
    with common.values({"input": table, **given}).opened(network) as (opened, headers):
        wanted = Wanted.of(network, texts, opened.header) if texts else Wanted({})
        found = read(opened, headers, wanted)
    columns = np.array([found[0][name] for name in network.input_names])
    for text in Sentinels.of(columns).notes(network.input_names):
        common.note(f"{opened.name}: {text}")
    return found


def refuse_no_target(network: Network, options: Mapping[str, Any], table: str) -> NoReturn:
    """Say which columns of a table could be targets, since none was named.

    Args:
        network: with the inputs.
        options: those of a table.
        table: the file, or - for standard input.

    Raises:
        click.UsageError: always.
        DeepgraphError: the table or an option is wrong.
    """
    given = {name: value for name, value in options.items() if name != "target"}
    with common.values({"input": table, **given}).opened(network) as (opened, headers):
        inputs = set(headers.values())
        others = [name for name in opened.header if name not in inputs]
    told = f"{opened.name} has no column beside the inputs"
    if others:
        told = f"beside the inputs {opened.name} has {listed(others, spell=in_quotes)}"
    first = network.output_names[0]
    if f"target_{first}" in others:
        told += f"; for example --target {first}=target_{first}"
    classes = "" if network.classes is None else ", or one COLUMN of classes"
    raise click.UsageError(
        f"--target is missing: {first}=COLUMN for the wanted values of {first}{classes}; {told}"
    )
