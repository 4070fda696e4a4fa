"""The options that commands and pages share, each in one record: name, values, default, help.

The command line makes its options from these records (`deepgraph.cli.options.option_of`), and
`deepgraph.request.options` reads texts by them. `deepgraph.options.drawing` has the options of a
drawing, `deepgraph.tables.source` the format of a table. Nothing here needs numpy.
"""

from __future__ import annotations

from typing import Literal, get_args

from deepgraph.functions.losses import DEFAULT_LOSS, ELSEWHERE, LOSSES, REDUCTIONS, by_alias
from deepgraph.options.explanation_formats import NOTATIONS
from deepgraph.options.option import Option
from deepgraph.options.training import OPTIMISERS, RULES
from deepgraph.words import elsewhere

Method = Literal["uniform", "he", "xavier"]
"""Methods of drawing uninitialised parameters; see `deepgraph.graph.initialise`."""
Backend = Literal["auto", "pure", "system"]
"""The program of Graphviz: `pure` is that of the package graphviz-pure, `system` is `dot`; `auto`
is the first of them that is installed and knows the format."""
EngineName = Literal["auto", "numpy", "numba"]
"""What computes tables; `auto` is numba where it is installed and worth its start."""


# --- where values come from -----------------------------------------------------------------------

EXAMPLE = Option(
    "example",
    "text",
    "Take the inputs of this example of the spec, by name or number; for a loss, "
    "also its targets, loss and learning rate.",
    metavar="NAME",
)
SET = Option(
    "set",
    "text",
    "The value of an input; several may follow each other: x1=0 x2=1.",
    metavar="ID=NUMBER",
    many=True,
)
OVER = Option(
    "over",
    "text",
    "Rows without a file: values of an input, x1=0,1 or x1=FROM:TO:STEP; of several "
    "inputs, all combinations.",
    metavar="ID=VALUES",
    many=True,
)
INPUT = Option(
    "input",
    "text",
    "A table with a column for each input: CSV or TSV (also .gz or .zst), Parquet; - is standard "
    "input.",
    metavar="FILE",
)
ROW = Option(
    "row",
    "integer",
    "Use only row N of the table, from 1.",
    metavar="N",
    low=1,
    in_words="the number of a row, from 1",
)
COLUMN = Option(
    "column",
    "text",
    "The column that holds an input, where its header is not the input's id.",
    metavar="ID=HEADER",
    many=True,
)
DELIMITER = Option(
    "delimiter",
    "text",
    "The character between the cells of a CSV, by default a comma. A blank stands "
    "for any run of blanks.",
    metavar="CHAR",
)
DECIMAL = Option(
    "decimal",
    "choice",
    "The decimal separator of a CSV's numbers.",
    ".",
    choices=(".", ","),
    metavar="CHAR",
)
SEED = Option(
    "seed",
    "integer",
    "Draw uninitialised parameters at random; the same N draws the same values.",
    metavar="N",
)
INIT = Option(
    "init",
    "choice",
    "The method of drawing uninitialised parameters.",
    "uniform",
    choices=get_args(Method),
)

# --- losses ---------------------------------------------------------------------------------------

TARGET = Option(
    "target",
    "text",
    "Wanted values of nodes, which the loss compares: o1=0 o2=1.",
    metavar="ID=NUMBER",
    many=True,
)
LOSS = Option(
    "loss",
    "choice",
    f"The loss, {DEFAULT_LOSS} by default; output is the one output, or the node of --of, without "
    "targets.",
    DEFAULT_LOSS,
    choices=tuple(LOSSES),
    elsewhere=ELSEWHERE,
    meant=by_alias,
)

OF = Option(
    "of",
    "text",
    "Take the value of this node for the loss: of an output, or of any other node.",
    metavar="ID",
)

# --- of one command -------------------------------------------------------------------------------

CURVES = Option(
    "curves",
    "text",
    "Draw each node's value as a function of this input, with a dot at each kink.",
    metavar="ID=FROM:TO",
    many=True,
)
GRADIENT = Option(
    "gradient", "switch", "Show the derivative of the loss under every value and on every weight."
)
GRAPHVIZ = Option(
    "graphviz",
    "choice",
    "The program of the renderer graphviz: graphviz-pure, or the system's dot.",
    "auto",
    choices=get_args(Backend),
)
FONT = Option(
    "font",
    "text",
    "A font for characters that Liberation Sans lacks, in PNG and PDF; it comes "
    "before those of the system.",
    metavar="FILE",
    many=True,
)
NODE = Option("node", "text", "Write only this node or stage, and what it needs.", metavar="ID")
BACKWARD = Option("backward", "switch", "Write the derivatives of the loss, by the chain rule.")
REDUCTION = Option(
    "reduction",
    "choice",
    "How the losses of several rows are combined: their mean, or their sum.",
    REDUCTIONS[0],
    choices=REDUCTIONS,
)
LEARNING_RATE = Option(
    "learning_rate",
    "rational",
    "The learning rate; a step of gradient descent is then written, too.",
    metavar="NUMBER",
)
OPTIMISER = Option(
    "optimiser",
    "choice",
    "How a step follows from a gradient.",
    OPTIMISERS[0],
    choices=OPTIMISERS,
    elsewhere=elsewhere.OPTIMISERS,
)
MOMENTUM = Option(
    "momentum",
    "rational",
    "The momentum of sgd, from 0 to less than 1.",
    metavar="NUMBER",
    low=0.0,
    in_words="a number from 0 to less than 1",
)
WEIGHT_DECAY = Option(
    "weight_decay",
    "rational",
    "The factor L of the penalty L/2·Σw² on the weights that are trained; biases have none.",
    metavar="NUMBER",
    low=0.0,
)
FREEZE = Option(
    "freeze",
    "text",
    "Keep these parameters, groups, matrices and vectors as they are: name,name,….",
    metavar="NAMES",
    many=True,
)
STEPS = Option(
    "steps",
    "integer",
    "Write out N steps of training, one after the other, with the rows in the order of the table.",
    metavar="N",
    low=1,
    in_words="a number of steps, at least 1",
)
EPOCHS = Option(
    "epochs",
    "integer",
    "Write out the steps of N passes through all rows.",
    metavar="N",
    low=1,
    in_words="a number of epochs, at least 1",
)
BATCH = Option(
    "batch",
    "integer",
    "The number of rows in a step; by default all.",
    metavar="N",
    low=1,
    in_words="a number of rows, at least 1",
)
RULE = Option(
    "rule",
    "choice",
    "What makes the steps: the gradient, or a learning rule for outputs without hidden nodes.",
    RULES[0],
    choices=RULES,
)
SHORT = Option("short", "switch", "Write only a table of the weights after each step.")
DERIVE = Option(
    "derive",
    "switch",
    "Derive the first step of the backward pass in letters: why p − t, or the error times the "
    "slope.",
)
NOTATION = Option(
    "notation",
    "choice",
    "How a derivative by z is written: partial, ∂loss/∂z(h1), or delta, δ(h1).",
    choices=NOTATIONS,
)
BLANK = Option(
    "blank",
    "text",
    "Make an exercise: leave gaps for these nodes, z(id), parameters or the loss, "
    "id,id,…; or for all.",
    metavar="NAMES",
    many=True,
)
SOLUTION = Option(
    "solution", "switch", "Write the answers to the gaps of --blank instead of the sheet."
)
HIDDEN = Option(
    "blank",
    "text",
    "Open the quiz, which asks for these nodes, id,id,…; or for all.",
    metavar="NODES",
    many=True,
)
FRACTIONS = Option("fractions", "switch", "Print rational numbers as fractions p/q.")
PATHS = Option(
    "paths", "switch", "Write the outputs of a piecewise-linear network as sums over paths."
)
PATHS_LIMIT = Option(
    "paths_limit",
    "integer",
    "The most paths to one node.",
    100,
    metavar="N",
    low=1,
    in_words="a number of paths, at least 1",
)
KEEP = Option(
    "keep", "text", "Copy this column of the table to the result.", metavar="COLUMN", many=True
)
RENAME = Option(
    "rename",
    "text",
    "Copy a column under another name.",
    metavar="COLUMN=NAME",
    many=True,
)
NODES = Option(
    "nodes",
    "text",
    "Write these nodes and stages instead of the outputs: all, or id,id,…. An id "
    "with a comma in it needs an option of its own.",
    metavar="IDS",
    many=True,
)
PRE_ACTIVATIONS = Option(
    "pre_activations", "switch", "Write z beside a, as z(id); biases and plain inputs have none."
)
ARGMAX = Option("argmax", "switch", "Add a column with the class: the label of the largest output.")
TARGET_COLUMN = Option(
    "target",
    "text",
    "The column with the right answers, classes or numbers: print the loss, the "
    "accuracy and the confusion matrix. Or NODE=COLUMN of numbers, once for each "
    "node.",
    metavar="COLUMN",
    many=True,
)
DTYPE = Option(
    "dtype",
    "choice",
    "The number type of the computation.",
    "float64",
    choices=("float64", "float32"),
)
ENGINE = Option(
    "engine",
    "choice",
    "What computes. numba is quicker on large tables; it needs pip install 'deepgraph-nn[fast]'.",
    "auto",
    choices=get_args(EngineName),
)
SLIDER = Option(
    "over",
    "text",
    "The range of an input's slider; bounds may be fractions.",
    metavar="ID=FROM:TO",
    many=True,
)
LANGUAGES = ("en", "de", "fr", "es")
"""The languages of a live page's own words."""
LANG = Option("lang", "choice", "The language of the page's own words.", "en", choices=LANGUAGES)
LIMIT = Option(
    "limit",
    "integer",
    "The most pieces that the function of a node may have.",
    10_000,
    metavar="N",
    low=1,
)
