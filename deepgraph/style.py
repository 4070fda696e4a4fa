"""The drawing options that a spec's `style` may preset: one table, which every consumer reads.

The command line makes its options of it, `deepgraph.draw` its defaults, `validate` the rule about
`style`, and the embeds know by it what may stand on a fence line. Nothing here needs numpy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from deepgraph.nearest import Nearest, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

Weights = Literal["both", "name", "value", "contribution", "none"]
Direction = Literal["right", "down"]
"""Where the signal flows to."""
ThemeName = Literal["light", "dark", "auto", "paper"]
"""`auto` is light, and dark where the reader's system is."""

Kind = Literal["choice", "integer", "number", "text", "switch"]


@dataclass(frozen=True)
class Option:
    """One option of a drawing.

    Attributes:
        name: of the argument of `deepgraph.draw.render`, and the key in `style`; on the command
            line it has dashes for underscores.
        kind: what its values are.
        help: one sentence for the command's help.
        default: what is taken where nobody says anything.
        metavar: what the help calls a value.
        choices: all values of a "choice".
        low, high: the range of a number, both included; `None` is no limit.
        said: how a message says what the values are.
        many: whether it may be given several times; of `deepgraph.embed.options` only.
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


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option(
            "weights",
            "choice",
            "How parameters are labelled; contribution is weight times value.  [default: both, and "
            "none above 150 parameters]",
            choices=get_args(Weights),
        ),
        Option(
            "precision",
            "integer",
            "Significant digits.  [default: 4]",
            4,
            "N",
            low=1,
            high=17,
            said="1 to 17 significant digits",
        ),
        Option(
            "direction",
            "choice",
            "Where the signal flows to.  [default: right]",
            "right",
            choices=get_args(Direction),
        ),
        Option(
            "theme",
            "choice",
            "Colours; auto follows the reader's system, and inline the page.  [default: light, "
            "and auto with --inline]",
            choices=get_args(ThemeName),
        ),
        Option(
            "max_width",
            "integer",
            "A layer of more than N nodes shows its first and last.  [default: 12]",
            12,
            "N",
            low=3,
            said="how many nodes a layer may show, at least 3",
        ),
        Option(
            "focus",
            "text",
            "Only this node, what feeds it and what it feeds.",
            metavar="ID",
            said="the id of a node",
        ),
        Option(
            "top",
            "integer",
            "Only the N strongest edges.",
            metavar="N",
            low=1,
            said="how many edges to show, at least 1",
        ),
        Option(
            "collapse",
            "switch",
            "One block a layer, with matrix shapes.",
            False,
        ),
        Option(
            "animate",
            "switch",
            "An SVG in which the values appear one by one.",
            False,
        ),
        Option(
            "inline",
            "switch",
            "An SVG to paste into a web page's text.",
            False,
        ),
        Option(
            "scale",
            "number",
            "Pixels of a PNG for each pixel of the picture.  [default: 2]",
            2.0,
            "FACTOR",
            low=0.1,
            high=20,
            said="the pixels of a PNG for each pixel of the picture, 0.1 to 20",
        ),
    )
}
"""The options, in the order of the help."""


def key_name(key: str) -> str:
    """The name of the option that a key of `style` means: `max-width` is `max_width`."""
    return key.replace("-", "_")


def problems(style: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything that is wrong with the `style` of a spec.

    Args:
        style: as the file has it.

    Returns:
        The path in the file and what is wrong there, for each problem.

    >>> problems({"thema": "dark", "precision": 0})[0]
    ('$.style.thema', 'render has no option "thema"; did you mean "theme"?')
    """
    found = []
    nearest = Nearest(OPTIONS, "known: " + ", ".join(OPTIONS))
    seen: dict[str, str] = {}
    for key, value in style.items():
        path, name = f"$.style.{key}", key_name(key)
        if name not in OPTIONS:
            found.append((path, f'render has no option "{shown(key)}"{nearest(key)}'))
            continue
        if name in seen:
            found.append((path, f'the same option as "{seen[name]}"; keep one of them'))
        seen[name] = key
        try:
            OPTIONS[name].check(value)
        except ValueError as error:
            found.append((path, str(error)))
    return found


def resolved(style: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option: the given one, or that of the spec's `style`, or the default.

    Args:
        style: of a valid spec.
        given: by option; `None` is not given.
    """
    presets = {key_name(key): value for key, value in style.items()}
    found = {}
    for name, option in OPTIONS.items():
        value = given.get(name)
        found[name] = presets.get(name, option.default) if value is None else value
    return found
