"""Options of the shared tables as those of click, and the groups that several commands take."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deepgraph.errors import OptionError
from deepgraph.options import shared
from deepgraph.options.option import PAIRS, is_pair, lists_names, pairs, rational
from deepgraph.tables.source import INPUT_FORMAT
from deepgraph.words.messages import Nearest

if TYPE_CHECKING:
    from deepgraph.options.option import Option


class Choice(click.Choice[str]):
    """One of several words; a message about another word says which one was meant.

    Args:
        choices: the words.
        elsewhere: what other tools call them, a table of `deepgraph.words.elsewhere`.
        meant: the choice that is meant by another name; such a name is taken for it.
    """

    def __init__(
        self,
        choices: Iterable[str],
        elsewhere: Mapping[str, str] | None = None,
        meant: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(list(choices))
        self._elsewhere, self._meant = elsewhere, meant

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The choice, by its own name."""
        if self._meant is not None and value not in self.choices:
            value = self._meant(str(value))
        return super().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """`[light|dark]` behind the flag in the help, or NAME; see `with_choices`."""
        return "NAME" if _too_long(self.choices) else super().get_metavar(param, ctx)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """The words that there are, and the one that was meant."""
        words = str(value).split(",")
        if len(words) > 1 and all(word.strip() in self.choices for word in words):
            return f"'{value}' are several words; give the option once for each."
        near = Nearest(list(self.choices), elsewhere=self._elsewhere)(str(value))
        return super().get_invalid_choice_message(value, ctx).removesuffix(".") + (near or ".")


LONGEST_CHOICES = 60
"""The most characters of the choices that stand behind a flag in the help, `[light|dark]`."""


def _too_long(choices: Iterable[str]) -> bool:
    return len("|".join(choices)) > LONGEST_CHOICES


def with_choices(text: str, choices: Iterable[str]) -> str:
    """The help of an option, with its choices if they are too long to stand behind its flag."""
    known = [*choices]
    return f"{text} One of {', '.join(known)}." if _too_long(known) else text


class Rational(click.FloatRange):
    """A number in a range that may be written as a fraction, 1/3.

    Args:
        exact: leave a fraction as it is, instead of as the nearest double.
        limits: those of `click.FloatRange`.
    """

    name = "number"

    def __init__(self, *, exact: bool = False, **limits: Any) -> None:
        super().__init__(**limits)
        self._exact = exact

    def _describe_range(self) -> str:
        """The limits in the help, empty without any."""
        return "" if self.min is None and self.max is None else super()._describe_range()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number of a text that the command line has."""
        found = rational(value) if isinstance(value, str) else value
        double = super().convert(float(found) if isinstance(found, Fraction) else value, param, ctx)
        return found if self._exact and isinstance(found, Fraction) else double


SUFFIXES = {"md": "markdown", "txt": "text"}
"""Formats by the suffix that some type for their name."""


class _Number(click.FloatRange):
    """A number within limits; a text that is none is told so, and not called "a range"."""

    name = "number"


Callback = TypeVar("Callback", bound=Callable[..., Any])


class _Command(click.Command):
    """A command in which an option that a request refuses is a usage error."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spell out what click does not know: names behind a flag, and several values in one."""
        words = self._each_pair(self._with_names(args))
        try:
            return super().parse_args(ctx, [*words])  # click takes its list apart
        except click.UsageError as error:
            # click tells words that no parameter takes by a plain error, which names them.
            bare = [word for word in words if is_pair(word) and not os.path.exists(word)]
            sets = any("--set" in p.opts for p in self.params)
            told = bare and error.message.endswith(f"({' '.join(bare)})")
            if type(error) is not click.UsageError or not told or not sets:
                raise
            advice = f"write --set before the values: --set {shlex.join(bare)}"
            raise click.UsageError(f"{error.message}; {advice}", ctx) from None

    def _with_names(self, args: list[str]) -> list[str]:
        """Give an option of "names" the value true where no names stand behind it."""
        flags = {flag for p in self.params if isinstance(p.type, _Names) for flag in p.opts}
        words: list[str] = []
        for at, word in enumerate(args):
            behind = args[at + 1] if at + 1 < len(args) else "-"
            positive = word.replace("--no-", "--")
            if word in flags:
                words.append(word if lists_names(behind) else f"{word}=true")
            else:
                words.append(f"{positive}=false" if positive in flags else word)
        return words

    def _each_pair(self, args: list[str]) -> list[str]:
        """Give each of several values its own option: `--set x1=0 x2=1`, `--set x1=0,x2=1`."""
        flags = {
            flag
            for p in self.params
            if isinstance(p, click.Option) and p.multiple and p.metavar in PAIRS
            for flag in p.opts
        }
        words: list[str] = []
        waiting = list(reversed(args))
        while waiting:
            word = waiting.pop()
            flag, mark, text = word.partition("=")
            if word == "--":
                return [*words, word, *reversed(waiting)]
            if flag not in flags or not (mark or waiting):
                words.append(word)
                continue
            given = [text if mark else waiting.pop()]
            while waiting and is_pair(waiting[-1]) and not os.path.exists(waiting[-1]):
                given.append(waiting.pop())
            words += [part for one in given for pair in pairs(one) for part in (flag, pair)]
        return words

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OptionError as error:
            raise click.UsageError(str(error), ctx) from None


class _Names(click.ParamType):  # type: ignore[type-arg]
    """True, false, or some names; by the option of the table."""

    name = "names"

    def __init__(self, option: Option) -> None:
        self.option = option

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.option.read(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), param, ctx)


def command(name: str, **more: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function; arguments as in `click.command`."""
    return click.command(name, cls=_Command, **more)


def option_of(
    option: Option, *, preset: bool = False, also: tuple[str, ...] = ()
) -> Callable[[Callback], Callback]:
    """An option of a table as one of the command line.

    Args:
        option: of `deepgraph.options.shared` or `deepgraph.options.drawing`.
        preset: take its default later: `None` is passed where the option is not given, and a
            switch can be switched off.
        also: other flags of an option with a value, such as an American spelling.
    """
    flag = f"--{option.flag}"
    if option.kind == "switch":
        if preset:
            return click.option(f"{flag}/--no-{option.flag}", default=None, help=option.help)
        return click.option(flag, is_flag=True, help=option.help)
    if option.kind == "names":
        kind = _Names(option)
        return click.option(flag, type=kind, metavar=option.metavar, help=option.help)
    limits: dict[str, Any] = {"min": option.low, "max": option.high}
    types: dict[str, Any] = {
        "choice": Choice(option.choices, option.elsewhere, option.meant),
        "integer": click.INT if option.low is None else click.IntRange(**limits),
        "rational": Rational(exact=True, **limits),
        "number": click.FLOAT if option.low is None else _Number(**limits),
        "text": click.STRING,
    }
    given: dict[str, Any] = {"type": types[option.kind], "multiple": option.many}
    if option.default is not None and not preset:
        given |= {"default": option.default, "show_default": True}
    # click takes the last of several long flags for the name, unless it is said.
    names = (flag, *also, option.name) if also else (flag,)
    text = option.help if option.metavar else with_choices(option.help, option.choices)
    return click.option(*names, metavar=option.metavar or None, help=text, **given)


def together(*options: Callable[[Callback], Callback]) -> Callable[[Callback], Callback]:
    """Several options as one decorator, in the order of the help."""

    def decorate(function: Callback) -> Callback:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def options_of(*options: Option, preset: bool = False) -> Callable[[Callback], Callback]:
    """Several options of a table, in the order of the help."""
    return together(*(option_of(option, preset=preset) for option in options))


def output_option(
    text: str = "Where to write; by default standard output.",
) -> Callable[[Callback], Callback]:
    """`-o`, the file of the result; `text` is its help."""
    return click.option("-o", "--output", metavar="FILE", help=text)


def format_option(
    formats: Iterable[str], what: str, default: str
) -> Callable[[Callback], Callback]:
    """`--format`, passed as `form`.

    Args:
        formats: all of them; some may be there twice.
        what: has the format, for the help.
        default: the format of standard output, for the help.
    """
    text = f"{what}; by default the suffix of -o decides, else {default}."
    return click.option(
        "--format", "form", type=Choice(dict.fromkeys(formats), SUFFIXES), help=text
    )


def json_option(text: str = "Short for --format json.") -> Callable[[Callback], Callback]:
    """`--json`, passed as `as_json`: what a command reports, as one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def asked_format(form: str | None, as_json: bool) -> str | None:
    """The format that was asked for by `--format`, or by `--json`, which is short for one.

    Raises:
        click.UsageError: both were given, and differ.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} exclude each other; drop one")
    return "json" if as_json else form


spec_argument = click.argument("spec", metavar="SPEC")

table_options = options_of(shared.COLUMN, shared.DELIMITER, shared.DECIMAL, INPUT_FORMAT)
row_options = together(
    options_of(shared.EXAMPLE, shared.SET, shared.INPUT, shared.ROW), table_options
)
value_options = together(
    options_of(shared.EXAMPLE, shared.SET, shared.OVER, shared.INPUT, shared.ROW), table_options
)

_tables = replace(
    shared.INPUT, many=True, help=f"{shared.INPUT.help} Repeatable, and may be a pattern."
)
many_value_options = together(
    options_of(shared.EXAMPLE, shared.SET, shared.OVER, _tables, shared.ROW), table_options
)

loss_options = together(
    options_of(shared.TARGET),
    options_of(shared.LOSS, preset=True),  # a request has the default
    options_of(shared.OF),
)
seed_options = options_of(shared.SEED, shared.INIT)
