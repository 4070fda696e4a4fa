"""The command line: read, call, write. Every option is an argument of the library.

Each command is a module `NAME_command`; the others are shared:

    options                          options of the shared tables as those of click
    common                           a request of what was typed, specs to read, results to write
    stdin, table_files               tables: standard input, files, patterns, where results go
    sweep_options                    the line through the inputs, for kinks and plot
    colors                           colours of a report, unified diffs
    diff_sides, diff_git             the two sides of diff, and diff as git calls it
    text                             text for a terminal, a line that shows progress
    eval_notes                       the notes of eval
    train_request, train_reports     the arguments of train, its reports
    interrupts                       Ctrl-C and the request to end, as exceptions
    completion                       what a shell offers for the word that is being typed
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import re
import signal
import sys
from contextlib import suppress
from typing import Any

import click

from deepgraph.cli.interrupts import Terminated, listen
from deepgraph.errors import DeepgraphError
from deepgraph.files import inputs_kept, reason
from deepgraph.words import elsewhere
from deepgraph.words.messages import Nearest, listed, printable, shown
from deepgraph.words.option_names import read_at

COMMANDS = (
    "render",
    "eval",
    "explain",
    "live",
    "jacobian",
    "kinks",
    "plot",
    "embed",
    "export",
    "check",
    "diff",
    "patch",
    "validate",
    "info",
    "train",
    "import",
    "new",
    "init",
    "fmt",
    "schema",
    "completion",
    "help",
)
"""The commands in the order of the help."""


class _Commands(click.Group):
    """The group of commands; imports a command only when it is called."""

    def invoke(self, ctx: click.Context) -> Any:
        with read_at("command"):  # messages of all rooms name options as flags
            try:
                return super().invoke(ctx)
            except click.NoSuchOption as error:
                raise _with_hint(error) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"deepgraph.cli.{cmd_name}_command")
        command: click.Command = module.command
        if ctx.resilient_parsing:  # a shell asks
            from deepgraph.cli import completion

            return completion.prepare(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = name in COMMANDS or name.startswith("-") or ctx.resilient_parsing  # a shell asks
        if not known and (near := Nearest(COMMANDS)(name)):
            ctx.fail(f"No such command '{name}'{near}")
        return super().resolve_command(ctx, args)


def _with_hint(error: click.NoSuchOption) -> click.UsageError:
    """The error with the option that is meant; click itself knows only similar letters."""
    known = [] if error.ctx is None else [o for p in error.ctx.command.params for o in p.opts]
    flags = [option.removeprefix("--") for option in known if option.startswith("--")]
    from deepgraph.options.drawing import OPTIONS  # a mistake alone needs them

    render = importlib.import_module("deepgraph.cli.render_command").command
    of_render = any(error.option_name in parameter.opts for parameter in render.params)
    drawing = [f"--{flag}" for flag in flags if flag.replace("-", "_") in OPTIONS]
    if of_render and drawing:
        has = "`deepgraph render` has it; here the picture has " + listed(drawing, len(drawing))
        return click.UsageError(f"{error.message} {has}.", error.ctx)
    near = Nearest(flags, elsewhere=elsewhere.OPTIONS).name(error.option_name)
    if not near:
        return error
    return click.UsageError(f"{error.message} Did you mean '--{near}'?", error.ctx)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from deepgraph import __version__  # only this option needs the package

        click.echo(f"deepgraph {__version__}")
        ctx.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Small neural networks from one JSON file: the diagram, the forward pass, the numbers checked.

    SPEC is a network in deepgraph's JSON format, or - for standard input.
    """
    click.get_current_context().with_resource(inputs_kept())


def main() -> None:
    """Run the command line: the process's exit code is 0 done, 1 wrong spec or data, 2 usage."""
    gc.set_threshold(50_000)  # imported objects stay: collecting among them costs a tenth of a run
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console may know fewer letters than a spec
        sys.stdout.reconfigure(errors="backslashreplace")
    if "_DEEPGRAPH_COMPLETE" in os.environ:  # a shell asks what could follow
        cli.main(prog_name="deepgraph")
    try:
        listen()
        # Not cli.main(): it takes a closed pipe for a failure, and forgets the code of ctx.exit().
        with cli.make_context("deepgraph", sys.argv[1:]) as context:
            cli.invoke(context)
        if sys.stdout is not None:  # `>&-`
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        _show(error)
        sys.exit(error.exit_code)
    except DeepgraphError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except MemoryError:  # Arrow's own, too
        short = "the memory of this machine does not suffice"
        click.echo(f"Error: {short}; no file was left half written", err=True)
        sys.exit(1)
    except (BrokenPipeError, click.Abort, KeyboardInterrupt, Terminated) as stop:
        _leave(stop)
    except OSError as error:  # a full disk behind stdout, a device that fails
        _drop_output()
        click.echo(f"Error: {reason(error)}; what was written is not whole", err=True)
        sys.exit(1)


_LONG = re.compile(r"[^\s'\"]{200,}")
"""A word of a message that nobody reads to its end, such as a number of 100,000 digits."""


def _show(error: click.ClickException) -> None:
    """Show an error of click, whose words may come from the command line."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the whole help
        error.show()
        return
    message = _LONG.sub(lambda found: shown(found[0]), printable(error.format_message()))
    if isinstance(error, click.UsageError):
        click.UsageError(message, error.ctx).show()
    else:
        click.ClickException(message).show()


def _drop_output() -> None:
    """Send further output nowhere: the interpreter flushes stdout on exit, which must not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(stop: BaseException) -> None:
    """End quietly after a closed pipe, a signal or Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):  # everything is tidied up already
        with suppress(ValueError):
            signal.signal(number, signal.SIG_IGN)
    _drop_output()
    if isinstance(stop, BrokenPipeError):
        sys.exit(0)
    if isinstance(stop, Terminated):
        click.echo("Terminated; no file was left half written.", err=True)
        sys.exit(128 + signal.SIGTERM)
    click.echo("Interrupted; no file was left half written.", err=True)
    sys.exit(128 + signal.SIGINT)
