"""The two sides of `deepgraph diff`, as they are typed, and their comparison."""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli import common, stdin
from deepgraph.errors import DeepgraphError, OptionError
from deepgraph.files import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepgraph.request.comparing import Comparison
    from deepgraph.request.sides import Side


def opened(given: str) -> Side:
    """One side, as it is typed."""
    common.load_numpy()
    from deepgraph.request.sides import side  # --help needs no numpy

    return side(given, piped=stdin.whole)


def compared(a: Side, b: Side, given: dict[str, Any]) -> Comparison:
    """The comparison of two sides, by the options that were typed."""
    from deepgraph.request.comparing import Comparison  # --help needs no numpy

    return Comparison(a, b, common.given_options(given), common.values(given))


@contextmanager
def errors_end_with_two() -> Iterator[None]:
    """Whatever fails ends the process with 2, since 1 says that the two networks differ."""
    try:
        yield
    except (OptionError, click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except (DeepgraphError, MemoryError) as error:
        told = error if isinstance(error, DeepgraphError) else "the memory does not suffice"
        click.echo(f"Error: {told}", err=True)
        sys.exit(2)
    except OSError as error:  # a full disk behind standard output
        click.echo(f"Error: {reason(error)}; what was written is not whole", err=True)
        sys.exit(2)
    except Exception:  # a fault of this program
        traceback.print_exc()
        sys.exit(2)
