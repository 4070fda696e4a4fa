"""What several commands share: options, reading a spec, live values, writing a result."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import click

from deepgraph.cli import stdin
from deepgraph.errors import FileError, OptionError
from deepgraph.files import atomic_write, open_binary
from deepgraph.options import shared
from deepgraph.tables.source import FORMATS, INPUT_FORMAT, Source, format_of

if TYPE_CHECKING:
    from deepgraph.network import Network
    from deepgraph.options.option import Option
    from deepgraph.tables.base import Table

Command = TypeVar("Command", bound=Callable[..., Any])

BYTES_OF_A_ROW = 32
"""Of a CSV, about, where rows have to be guessed from bytes."""


def option_of(option: Option, *names: str, preset: bool = False) -> Callable[[Command], Command]:
    """An option of a table as one of the command line.

    Args:
        option: of `deepgraph.options.shared` or `deepgraph.options.drawing`.
        names: what the command calls its value, where that is not the name of the option.
        preset: whether its default is taken later, where nobody says anything: `None` is passed,
            and a switch can be switched off.
    """
    flag = f"--{option.flag}"
    if option.kind == "switch":
        if preset:
            return click.option(f"{flag}/--no-{option.flag}", default=None, help=option.help)
        return click.option(flag, *names, is_flag=True, help=option.help)
    limits: dict[str, Any] = {"min": option.low, "max": option.high}
    types: dict[str, Any] = {
        "choice": click.Choice(option.choices),
        "integer": click.INT if option.low is None else click.IntRange(**limits),
        "number": click.FLOAT if option.low is None else click.FloatRange(**limits),
        "text": click.STRING,
    }
    given: dict[str, Any] = {"type": types[option.kind], "multiple": option.many}
    if option.default is not None and not preset:
        given |= {"default": option.default, "show_default": True}
    return click.option(flag, *names, metavar=option.metavar or None, help=option.help, **given)


def _together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def gathered(
    record: type, name: str, *options: Callable[[Command], Command]
) -> Callable[[Command], Command]:
    """Options whose values a command takes together, as a record of that name."""
    keys = [field.name for field in fields(record)]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_record(*arguments: Any, **given: Any) -> Any:
            whole = record(**{key: given.pop(key) for key in keys})
            return command(*arguments, **given, **{name: whole})

        return _together(*options)(cast("Command", with_record))

    return decorate


@dataclass(frozen=True)
class Values:
    """What was typed of the values of the inputs: one by one, or a row of a table."""

    settings: tuple[str, ...]
    table: str | None
    row: int | None
    columns: tuple[str, ...]
    delimiter: str | None
    input_format: str | None

    @property
    def reader(self) -> tuple[tuple[str, ...], str | None, str | None]:
        """How to read the table: the last arguments of `opened_table`."""
        return self.columns, self.delimiter, self.input_format


spec_argument = click.argument("spec", metavar="SPEC")

table_options = _together(
    option_of(shared.COLUMN, "columns"),
    option_of(shared.DELIMITER),
    option_of(INPUT_FORMAT),
)
_reading_options = (option_of(shared.ROW), table_options)

value_options = gathered(
    Values,
    "values",
    option_of(shared.SET, "settings"),
    option_of(shared.INPUT, "table"),
    *_reading_options,
)

_tables = replace(
    shared.INPUT, many=True, help=f"{shared.INPUT.help} Repeatable, and may be a pattern."
)
many_value_options = _together(
    option_of(shared.SET, "settings"), option_of(_tables, "tables"), *_reading_options
)

loss_options = _together(option_of(shared.TARGET, "targets"), option_of(shared.LOSS))
init_option = option_of(shared.INIT, "method")
seed_options = _together(option_of(shared.SEED), init_option)


def numbers(texts: tuple[str, ...], option: str) -> dict[str, float]:
    """`--set x=0.5 --set x2=1/3` as numbers by name."""
    from deepgraph.request import typed  # --help needs no numpy

    with as_usage():
        return typed.numbers(texts, option)


def read_network(spec: str, seed: int | None = None, method: Any = "uniform") -> Network:
    """The network of a SPEC argument, with missing values drawn where a seed is given."""
    from deepgraph import loading  # --help needs no numpy

    if spec == "-":
        found = loading.loads(sys.stdin.buffer.read(), "standard input")
    else:
        found = loading.load(spec)
    if seed is None and method != "uniform":
        raise click.UsageError("--init says how to draw missing values; say --seed N to draw them")
    return found if seed is None else found.initialised(seed, method)


def spec_paths(specs: tuple[str, ...]) -> Iterator[str]:
    """Every spec that the arguments name, folders looked through."""
    from deepgraph.spec.folders import find_specs  # --help needs no numpy

    for given in specs:
        if given == "-" or not Path(given).is_dir():
            yield given
            continue
        found, others = find_specs(Path(given))
        for other in others:
            click.echo(f'Note: {other}: skipped, it has no key "deepgraph"', err=True)
        if not found:
            raise FileError(f"{given}: no spec in this folder; `deepgraph new 1-2-1` writes one")
        yield from map(str, found)


def node_names(network: Network, texts: tuple[str, ...]) -> list[str]:
    """`all`, or ids between commas; a text that is an id as a whole is that one."""
    from deepgraph.request import typed  # --help needs no numpy

    return typed.node_names(network, texts)


@contextmanager
def as_usage() -> Iterator[None]:
    """What the library calls a wrong option is wrong usage here."""
    try:
        yield
    except OptionError as error:
        raise click.UsageError(str(error)) from None


def pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    """`--set x=0.5 --set x2=1` as a dictionary; an id may itself hold an equals sign."""
    from deepgraph.request import typed  # --help needs no numpy

    with as_usage():
        return typed.pairs(texts, option, first=option == "--column")


def table_source(
    table: str,
    stream: IO[bytes],
    form: str | None,
    delimiter: str | None,
    block: int | None = None,
) -> Source:
    """The table that the options name; `block` bytes of it at once, if it is a CSV."""
    from deepgraph.request import typed

    chosen: Any = form or format_of(table)
    if delimiter is not None:
        with as_usage():
            delimiter = typed.delimiter(delimiter, "--delimiter")
    name = "standard input" if table == "-" else table
    if block is not None and not FORMATS[chosen].delimiter:
        block = max(1, block // BYTES_OF_A_ROW)
    return Source(stream, name, chosen, delimiter, block)


@contextmanager
def opened_table(
    network: Network,
    table: str,
    columns: tuple[str, ...],
    delimiter: str | None,
    input_format: str | None,
) -> Iterator[tuple[Table, dict[str, str]]]:
    """The table that the options name, and the headers of the inputs by their ids, all in it."""
    from deepgraph.request import typed  # --help needs no numpy

    with open_input(table) as stream:
        opened = table_source(table, stream, input_format, delimiter).open()
        with as_usage():
            headers = typed.headers(network, columns, "--column")
        opened.require_inputs(headers)
        yield opened, headers


def give_inputs(network: Network) -> click.UsageError:
    """What to say to a command that needs values and was given none."""
    names = network.input_names
    shown = " ".join(f"--set {shlex.quote(f'{name}=NUMBER')}" for name in names[:5])
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return click.UsageError(f"give the inputs: --input FILE, or {shown}{more}")


def output_format(output: str | None, suffixes: Mapping[str, str], default: str) -> str:
    """The format that the suffix of `-o` says; `default` for standard output.

    Raises:
        click.UsageError: it says none.
    """
    if output is None or output == "-":
        return default
    form = suffixes.get(Path(output).suffix.lower())
    if form is None:
        raise click.UsageError(
            f"{output}: name a format with --format, or end the file in {', '.join(suffixes)}"
        )
    return form


def picture_path(
    spec: str, output: str | None, form: str | None, suffixes: Mapping[str, str], tail: str = ""
) -> tuple[str, str]:
    """Where a picture goes, `-` is standard output, and its format.

    Args:
        spec: beside which it goes, where nobody says and standard output is a terminal.
        output: of `-o`.
        form: of `--format`.
        suffixes: formats by suffix, the first suffix of each that of a file beside the spec.
        tail: of the name of that file.
    """
    if output is not None:
        return output, form or output_format(output, suffixes, "svg")
    form = form or "svg"
    if spec == "-" or not sys.stdout.isatty():
        return "-", form
    suffix = next(suffix for suffix, known in suffixes.items() if known == form)
    return str(Path(spec).with_name(f"{Path(spec).stem}{tail}{suffix}")), form


def refuse_one_stdin_for_two(spec: str, table: str | None) -> None:
    """Refuse `-` for both: standard input can be read once."""
    if spec == "-" and table == "-":
        raise click.UsageError("the spec and the table cannot both be standard input")


@contextmanager
def open_input(path: str) -> Iterator[IO[bytes]]:
    """A file to read, or standard input for `-`.

    Raises:
        FileError: it cannot be opened.
    """
    if path == "-":
        yield stdin.opened()
        return
    with open_binary(path) as stream:
        yield stream


@contextmanager
def open_output(path: str | None) -> Iterator[IO[bytes]]:
    """Where data goes: a file, written whole or not at all, or standard output."""
    if path is None or path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with atomic_write(path) as stream:
        yield stream


def live_inputs(network: Network, values: Values) -> dict[str, float] | None:
    """One value for each input, from `--set` or from a row of a table; `None` without either."""
    table, row = values.table, values.row
    if values.settings and table is not None:
        raise click.UsageError("--set and --input exclude each other")
    if table is None:
        given = {"--row": row, "--column": values.columns, "--delimiter": values.delimiter}
        given["--input-format"] = values.input_format
        for option, value in given.items():
            if value:
                raise click.UsageError(f"{option} needs a table: --input FILE")
        return numbers(values.settings, "--set") if values.settings else None
    from deepgraph.tables.source import rows_at  # imports pyarrow

    with opened_table(network, table, *values.reader) as (opened, headers):
        [found] = rows_at(opened, list(headers.values()), [row or 1])
    if row is None:
        click.echo(f"Note: row 1 of {table} is taken; --row N takes another.", err=True)
    return {name: found[header] for name, header in headers.items()}
