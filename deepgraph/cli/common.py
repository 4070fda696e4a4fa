"""Shared by several commands: a request of what was typed, specs to read, results to write."""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from deepgraph.cli import stdin
from deepgraph.cli.text import printable_list, say
from deepgraph.errors import FileError, MissingFontWarning
from deepgraph.files import atomic_write, open_binary, reason, refuse_input
from deepgraph.options.shared import DECIMAL, INIT, PATHS_LIMIT
from deepgraph.request.caller import Caller
from deepgraph.words.messages import counted, printable_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deepgraph.network import Network
    from deepgraph.request.options import Kind
    from deepgraph.request.request import Request
    from deepgraph.request.spec_source import SpecSource
    from deepgraph.request.values import Values


# --- requests -----------------------------------------------------------------------------------


def request(kind: Kind, spec: str, given: Mapping[str, Any]) -> Request:
    """Make a request of the SPEC argument and the values of all options."""
    load_numpy()
    from deepgraph.request.request import Request  # --help needs no numpy

    of_values = {**given, "over": None} if kind == "live" else given  # ranges of sliders there
    return Request(kind, source(spec), given_options(given), values(of_values))


def load_numpy() -> None:
    """Import numpy early, from a stack that is not deep.

    CPython 3.11 keeps the frames of calls in chunks of 16 KB, and a call that does not fit into the
    last one maps a new one, which its return unmaps. Below the nested imports of our modules,
    thousands of calls in numpy's own import met such a border: 65 ms of the 210 ms of `render`.
    """
    import_module("numpy")


def given_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were typed, by name."""
    left_out = {name for name, value in given.items() if value is None or value == ()}
    for option in (INIT, DECIMAL, PATHS_LIMIT):
        if given.get(option.name) == option.default:
            left_out.add(option.name)
    return {name: value for name, value in given.items() if name not in left_out}


def source(spec: str) -> SpecSource:
    """The spec that a SPEC argument names; standard input is read at once."""
    from deepgraph.request.spec_source import SpecSource  # --help needs no numpy

    if spec == "-":
        return SpecSource("standard input", text=stdin.whole())
    return SpecSource(spec, spec)


def values(given: Mapping[str, Any]) -> Values:
    """The source of the values of the inputs."""
    from deepgraph.request.values import Values  # --help needs no numpy

    return Values(given_options(given), given.get("input"), TERMINAL)


def read_network(source: SpecSource, given: Mapping[str, Any]) -> Network:
    """The network of a spec, with missing values drawn where a seed is given."""
    options = given_options(given)
    return source.network(options.get("seed"), options.get("init"), TERMINAL)


# --- what is read -------------------------------------------------------------------------------


strict_option = click.option(
    "--strict", is_flag=True, help="Of a folder, take every JSON file for a spec; pass none over."
)


class SpecPaths(NamedTuple):
    """The specs that the arguments name, including those in folders, and the files passed over."""

    specs: list[str]
    others: list[str]

    @property
    def passed_over(self) -> str:
        """The end of the last line about them; empty if there are none."""
        files = counted(len(self.others), "JSON file")
        return f"; {files} passed over, which --strict takes for specs" if self.others else ""


def spec_paths(given: tuple[str, ...], strict: bool = False) -> SpecPaths:
    """Find the specs that the arguments name; a note tells each other JSON file in a folder.

    With `strict`, every JSON file in a folder is a spec: the key `deepgraph` may be misspelled.
    """
    from deepgraph.spec.folders import find_specs  # --help needs no numpy

    if given.count("-") > 1:
        raise click.UsageError("standard input can be read only once; name a file")
    paths = SpecPaths([], [])
    for path in given:
        if path == "-" or not Path(path).is_dir():
            paths.specs.append(path)
            continue
        specs, others = find_specs(Path(path))
        if strict:
            specs, others = sorted([*specs, *others]), []
        for other in others:
            note(f'{other}: skipped, it has no key "deepgraph"')
        if not specs:
            raise FileError(f"{path}: no spec in this folder; `deepgraph new 1-2-1` writes one")
        paths.specs.extend(map(str, specs))
        paths.others.extend(map(str, others))
    return paths


def refuse_one_stdin_for_two(spec: str, table: str | None) -> None:
    """Refuse `-` for both: standard input can be read only once."""
    if spec == "-" and table == "-":
        raise click.UsageError("the spec and the table cannot both be standard input")


@contextmanager
def open_input(path: str) -> Iterator[IO[bytes]]:
    """Open a file to read, or standard input for `-`.

    Raises:
        FileError: it cannot be opened.
    """
    if path == "-":
        stdin.note()
        yield stdin.opened()
        return
    with open_binary(path) as stream:
        yield stream


def note(text: str) -> None:
    """Write a note on standard error."""
    say(f"Note: {text}", err=True)


@contextmanager
def warnings_as_notes() -> Iterator[None]:
    """Write warnings about the fonts of a picture on standard error, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MissingFontWarning)
        yield
    for warning in {str(each.message): each for each in caught}.values():
        if warning.category is MissingFontWarning:
            click.echo(f"Warning: {warning.message}", err=True)
        else:
            warnings.warn(warning.message, stacklevel=2)


TERMINAL = Caller("command", open_input, note)


# --- what is written ----------------------------------------------------------------------------


@contextmanager
def open_output(path: str | None) -> Iterator[IO[bytes]]:
    """Open a file, which is written whole or not at all, or standard output."""
    if path is None or path == "-":
        if sys.stdout is None:  # `>&-`
            raise FileError("standard output is closed; name a file with -o")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with atomic_write(path) as stream:
        yield stream


def write_output(path: str | None, content: str | bytes) -> None:
    """Write a whole result to a file or standard output, a text as UTF-8."""
    with open_output(path) as stream:
        stream.write(encoded(content) if isinstance(content, str) else content)


def encoded(text: str) -> bytes:
    """A text as a file holds it; the name of a file may have bytes that are no character."""
    return text.encode("utf-8", "backslashreplace")


def keep_other_files(path: str | None, content: bytes, force: bool) -> None:
    """Refuse to replace a file by a new one, unless it holds this content already.

    Raises:
        FileError: another content is there, perhaps somebody's work, or it cannot be read.
    """
    if path in (None, "-") or force or not Path(str(path)).is_file():
        return
    refuse_input(str(path))
    there = Path(str(path))
    try:
        same = there.stat().st_size == len(content) and there.read_bytes() == content
    except OSError:
        same = False  # it is not ours to read, and less to replace
    if not same:
        raise FileError(f"{path}: this file exists; --force replaces it")


def json_text(content: Any) -> str:
    """A JSON document as text."""
    import json  # a millisecond, and most commands write none

    whole = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
    return printable_json(whole) + "\n"


def uninitialised(network: Network) -> str:
    """The number of parameters without a value, and their first names; empty if there are none."""
    missing = network.parameters.missing
    names = [network.parameters.name(int(number)) for number in missing[:10]]
    return f"{len(missing):,}: {printable_list(names, len(missing))}" if names else ""


def fail() -> NoReturn:
    """End with exit code 1."""
    if sys.stdout is not None:
        sys.stdout.flush()  # a closed pipe is met here, where it ends quietly
    sys.exit(1)


def make_folder(folder: Path) -> None:
    """Make a folder for results, and those above it.

    Raises:
        FileError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: cannot be made: {reason(error)}") from None


def output_format(output: str | None, suffixes: Mapping[str, str], default: str) -> str:
    """The format that the suffix of `-o` names; `default` for standard output.

    Raises:
        click.UsageError: the suffix names no format.
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
    """The file of a picture, `-` for standard output, and the format.

    Args:
        spec: the picture lies beside it if no file is named and standard output is a terminal.
        output: of `-o`.
        form: of `--format`.
        suffixes: formats by suffix; the first suffix of each is that of a file beside the spec.
        tail: of the name of that file.
    """
    if output is not None:
        return output, form or output_format(output, suffixes, "svg")
    form = form or "svg"
    if spec == "-" or sys.stdout is None or not sys.stdout.isatty():
        return "-", form
    suffix = next(suffix for suffix, known in suffixes.items() if known == form)
    return str(Path(spec).with_name(f"{Path(spec).stem}{tail}{suffix}")), form
