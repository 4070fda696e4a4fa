"""Options that commands and embeds share, each in one record: name, values, default, help.

The command line makes its options of these records (`deepgraph.cli.common.option_of`), and
`deepgraph.embed.options` reads texts by them. Those of a drawing are in `deepgraph.style`. Nothing
here needs numpy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from deepgraph.nearest import Nearest, shown

Method = Literal["uniform", "he", "xavier"]
"""Of drawing uninitialised parameters; see `deepgraph.initialise`."""

LOSSES = (
    "squared_error",
    "half_squared_error",
    "mean_squared_error",
    "cross_entropy",
    "output",
)
"""The losses of the format; `output` is the one output itself."""

Kind = Literal["choice", "integer", "number", "text", "switch"]


@dataclass(frozen=True)
class Option:
    """One option, as a command, a page or a spec's `style` may give it.

    Attributes:
        name: of the argument of the library, and the key in `style`; on the command line it has
            dashes for underscores.
        kind: what its values are.
        help: one sentence for the command's help.
        default: what is taken where nobody says anything.
        metavar: what the help calls a value.
        choices: all values of a "choice".
        low, high: the range of a number, both included; `None` is no limit.
        said: how a message says what the values are.
        many: whether it may be given several times.
    """

    name: str
    kind: Kind
    help: str
    default: Any = None
    metavar: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    said: str = ""
    many: bool = False

    @property
    def flag(self) -> str:
        """Its name on the command line, without the dashes in front."""
        return self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """A value as it is, if it is one of this option.

        Raises:
            ValueError: it is none; the message says what they are.
        """
        if not self._fits(value):
            told = f'"{shown(value)}"' if isinstance(value, str) else shown(repr(value))
            nearest = Nearest(self.choices)(value) if isinstance(value, str) else ""
            raise ValueError(f"{self.flag} is {self.values}, got {told}{nearest}")
        return value

    def read(self, text: str) -> Any:
        """The value that a text says, as it is typed; an empty one switches a switch on.

        Raises:
            ValueError: it says none; the message says what they are.
        """
        value: Any = text
        if self.kind == "switch":
            value = {"": True, "true": True, "false": False}.get(text.lower(), text)
        elif self.kind in ("integer", "number"):
            try:
                value = int(text) if self.kind == "integer" else float(text)
            except ValueError:
                value = text
        return self.check(value)

    @property
    def values(self) -> str:
        """The values in words."""
        if self.said:
            return self.said
        said = {"switch": "true or false", "text": "a text"}
        return said.get(self.kind) or f"one of {', '.join(self.choices)}"

    def _fits(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices if isinstance(value, str) else False
        if self.kind == "switch":
            return isinstance(value, bool)
        if self.kind == "text":
            return isinstance(value, str)
        whole = hasattr(value, "__index__") and not isinstance(value, bool)  # numpy's, too
        if not whole and not (self.kind == "number" and isinstance(value, float)):
            return False
        low = -math.inf if self.low is None else self.low
        return bool(low <= value <= (math.inf if self.high is None else self.high))


# --- where values come from -----------------------------------------------------------------------

SET = Option("set", "text", "Value of an input; once for each.", metavar="ID=NUMBER", many=True)
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
    said="the number of a row, from 1",
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
    "Character between the cells of a CSV; by default a comma.",
    metavar="CHAR",
)
INPUT_FORMAT = Option(
    "input_format",
    "choice",
    "Format of the table; by default its suffix decides.",
    choices=("csv", "tsv", "parquet"),
)
SEED = Option(
    "seed",
    "integer",
    "Draw uninitialised parameters at random; the same N draws the same values.",
    metavar="N",
    said="a whole number",
)
INIT = Option(
    "init",
    "choice",
    "Method of drawing uninitialised parameters.",
    "uniform",
    choices=get_args(Method),
)

# --- losses ---------------------------------------------------------------------------------------

TARGET = Option(
    "target",
    "text",
    "Wanted value of a node, which the loss compares; once for each.",
    metavar="ID=NUMBER",
    many=True,
)
LOSS = Option(
    "loss",
    "choice",
    "The loss; output is the one output itself, and takes no targets.",
    "half_squared_error",
    choices=LOSSES,
)

# --- of one command -------------------------------------------------------------------------------

CURVES = Option(
    "curves",
    "text",
    "Draw in each node the function that it is of this input, its kinks dotted.",
    metavar="ID=FROM:TO",
    many=True,
)
GRADIENT = Option(
    "gradient",
    "switch",
    "Show the derivative of the loss under every value and on every weight.",
)
GRAPHVIZ = Option(
    "graphviz",
    "choice",
    "Which Graphviz lays out an irregular network.",
    "auto",
    choices=("auto", "embedded", "system"),
)
NODE = Option("node", "text", "Only this node and what it needs.", metavar="ID")
BACKWARD = Option("backward", "switch", "Derivatives of the loss, by the chain rule.")
REDUCTION = Option(
    "reduction",
    "choice",
    "How the losses of several rows are joined.",
    "mean",
    choices=("mean", "sum"),
)
LEARNING_RATE = Option(
    "learning_rate",
    "number",
    "Show a step of gradient descent, too.",
    metavar="NUMBER",
    said="a number",
)
FRACTIONS = Option("fractions", "switch", "Print rational numbers as fractions p/q.")
KEEP = Option("keep", "text", "Pass a column of the table on.", metavar="COLUMN", many=True)
NODES = Option(
    "nodes",
    "text",
    "Nodes to write instead of the outputs: all, or id,id,…; an id with a comma by itself.",
    metavar="IDS",
    many=True,
)
PRE_ACTIVATIONS = Option(
    "pre_activations", "switch", "Write z beside a, as z(id); inputs and biases have none."
)
ARGMAX = Option("argmax", "switch", "Add a column with the label of the largest output.")
TARGET_COLUMN = Option(
    "target",
    "text",
    "Compare the largest output with this column and print the accuracy.",
    metavar="COLUMN",
)
DTYPE = Option(
    "dtype",
    "choice",
    "Number type of the computation.",
    "float64",
    choices=("float64", "float32"),
)
