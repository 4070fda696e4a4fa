"""The options of `deepgraph train`, in the order of its help."""

from __future__ import annotations

from dataclasses import replace

import click

from deepgraph.cli import options
from deepgraph.cli.train_request import CURVE_SUFFIXES
from deepgraph.functions.losses import CLASSES_LOSS, DEFAULT_LOSS, ELSEWHERE, LOSSES, by_alias
from deepgraph.options import shared
from deepgraph.options.training import KEEPS, LEARNING_RATES, OPTIMISERS, ORDERS, RULES
from deepgraph.words import elsewhere
from deepgraph.words.messages import either

_curves = replace(
    shared.CURVES,
    help="In the pictures of --frames, draw each node's value as a function of this "
    "input, as render does.",
)


def _no_example(ctx: click.Context, _: click.Parameter, name: str | None) -> None:
    """Say where the steps on an example are to be had."""
    if name is not None:
        raise click.UsageError(
            "train learns from the rows of a table: --input FILE --target NODE=COLUMN; the steps "
            "on an example of the spec are those of deepgraph explain --example NAME --steps N",
            ctx,
        )


_reduction = replace(
    shared.REDUCTION,
    help="What a step reduces: the mean of the losses of its rows, or their sum.",
)


_LOSSES = [row.name for row in LOSSES.values() if row.needs_targets]

train_options = options.together(
    click.option("--example", hidden=True, is_eager=True, expose_value=False, callback=_no_example),
    click.option(
        "--input",
        metavar="FILE",
        required=True,
        help="The rows to learn from: CSV or TSV (also .gz or .zst), Parquet; - is standard input.",
    ),
    click.option(
        "--target",
        metavar="NODE=COLUMN",
        multiple=True,  # that it is required is said with the columns of the table
        help="The column with the wanted value of a node, once for each; or one COLUMN of classes, "
        "which are labels of outputs, or ids of those without.  [required]",
    ),
    options.table_options,
    click.option(
        "--rule",
        type=options.Choice(RULES),
        default=RULES[0],
        show_default=True,
        help="What makes a step: the gradient of the loss, or a learning rule for outputs "
        "without hidden nodes, row by row.",
    ),
    click.option(
        "--loss",
        type=options.Choice(_LOSSES, ELSEWHERE, by_alias),
        help=options.with_choices(
            f"The loss to reduce; by default {CLASSES_LOSS} for classes on softmax or sigmoid "
            f"outputs, else {DEFAULT_LOSS}.",
            _LOSSES,
        ),
    ),
    click.option(
        "--epochs",
        "given_epochs",
        type=click.IntRange(0),
        metavar="N",
        help="The number of passes through all rows.  [default: 100, and 1 for the rule hebb]",
    ),
    click.option(
        "--learning-rate",
        type=options.Rational(min=0, min_open=True),
        metavar="NUMBER",
        help="The size of a step.  [default: "
        + ", ".join(f"{rate} for {name}" for name, rate in LEARNING_RATES.items())
        + "; of rules 1, and 0.1 for delta]",
    ),
    click.option(
        "--optimiser",
        "--optimizer",
        "optimiser",
        type=options.Choice(OPTIMISERS, elsewhere.OPTIMISERS),
        default=OPTIMISERS[0],
        show_default=True,
        help=shared.OPTIMISER.help,
    ),
    click.option(
        "--momentum",
        type=options.Rational(min=0, max=1, max_open=True),
        default=0.0,
        metavar="NUMBER",
        help=shared.MOMENTUM.help,
    ),
    click.option(
        "--batch",
        type=click.IntRange(1),
        metavar="N",
        help="The number of rows in a step, shuffled in every epoch; by default all.",
    ),
    click.option(
        "--weight-decay",
        type=options.Rational(min=0),
        default=0.0,
        metavar="NUMBER",
        help=shared.WEIGHT_DECAY.help,
    ),
    click.option(
        "--order",
        type=options.Choice(ORDERS),
        default=ORDERS[0],
        show_default=True,
        help="The order of the rows in batches: drawn anew in every epoch, or that of the table.",
    ),
    click.option(
        "--keep",
        type=options.Choice(KEEPS),
        default=KEEPS[0],
        show_default=True,
        help="Write the parameters of the epoch with the smallest loss, or of the last.",
    ),
    click.option(
        "--standardise",
        "--standardize",
        "standardise",
        is_flag=True,
        help="Scale the inputs to mean 0 and standard deviation 1 over the rows; the spec "
        "keeps the scaling in normalise.",
    ),
    click.option(
        "--validation",
        metavar="SHARE|FILE",
        help="Rows to judge the epochs by: a share of the table, such as 0.2, or another table.",
    ),
    click.option(
        "--seed",
        type=int,
        metavar="N",
        help="The seed of the shuffling and of the validation share, 0 by default. If given, "
        "it also draws uninitialised parameters.",
    ),
    click.option(
        "--seeds",
        metavar="FROM:TO",
        help="Train once for each seed, 1:10 or 3,5,8; write the best network, and print a "
        "table of all.",
    ),
    options.option_of(_reduction),
    options.option_of(shared.FREEZE),
    options.option_of(shared.INIT),
    options.output_option(
        "Where the trained spec goes; by default beside SPEC, NAME.trained.json."
    ),
    click.option(
        "--curve",
        metavar="FILE",
        help=f"A picture of the loss over the epochs: {either('or', CURVE_SUFFIXES)}.",
    ),
    click.option("--log", metavar="FILE", help="A CSV with the losses of every epoch."),
    click.option(
        "--record",
        metavar="NAMES",
        multiple=True,
        help="Add the values of these parameters, groups, matrices and vectors to --log, "
        "name,name,…; or of all.",
    ),
    click.option(
        "--frames",
        metavar="FOLDER",
        help="Write a picture of the network every few epochs into this folder.",
    ),
    click.option(
        "--every",
        type=click.IntRange(1),
        metavar="N",
        help="The epochs between two pictures of --frames; by default so many that there are "
        "about 20 pictures.",
    ),
    options.option_of(_curves),
    click.option(
        "--frame-option",
        metavar="NAME=VALUE",
        multiple=True,
        help="An option of render for --frames, such as theme=dark or format=png.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON document."),
)
"""All of them."""
