"""Runs beside the training: pictures of epochs, Ctrl-C."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepgraph.cli.common import TERMINAL, make_folder
from deepgraph.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepgraph.cli.train_request import TrainRequest
    from deepgraph.network import Network

FRAMES = 20
"""About how many pictures `--frames` makes without `--every`."""


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a flag that is read before every step; the second one ends."""
    pressed = []

    def note(*_: object) -> None:
        pressed.append(True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = None
    with suppress(ValueError):  # only the main thread of a program may say what signals do
        before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


class Frames:
    """Pictures of the network during its training, in the `folder` of `--frames`.

    Raises:
        click.UsageError: an option is none of `render`.
        FileError: the folder cannot be made.
    """

    def __init__(self, network: Network, request: TrainRequest, folder: str) -> None:
        self._network = network
        self._every = request.every or max(1, request.epochs // FRAMES)
        self._last = request.epochs
        self._folder = Path(folder)
        self._form: Any = "svg"
        self._options: dict[str, Any] = {}
        self._sweep = None
        if request.curves:
            if len(network.inputs) > 1:
                raise click.UsageError(
                    "--curves draws functions of one input, and this network has "
                    f"{len(network.inputs):,}"
                )
            from deepgraph.kinks.sweep import along_input  # exact arithmetic, for curves only
            from deepgraph.request import typed

            bounds = typed.ranges(request.curves, TERMINAL.option("curves"))
            self._sweep = along_input(network, bounds, {})
        # Of `theme=dark`; the value, such as an id, may hold equals signs.
        chosen = dict(text.partition("=")[::2] for text in request.frame_option)
        for name, text in chosen.items():
            if name == "format":
                if text not in ("svg", "png"):
                    raise click.UsageError(f"--frame-option format is svg or png, got {text!r}")
                self._form = text
            else:
                self._options[name] = _drawing_option(name, text)
        make_folder(self._folder)

    def draw(self, epoch: int, values: Callable[[], Any]) -> None:
        """Draw the network with the values of an epoch, if the epoch is due."""
        if epoch % self._every and epoch != self._last:
            return
        from deepgraph import draw  # only pictures need it

        network = self._network.rewritten(values())
        if self._sweep is not None:
            from deepgraph.kinks.curves import node_curves  # with them

            self._options["curves"] = node_curves(network, self._sweep)
        picture = draw.render(network, format=self._form, **self._options)
        name = f"epoch-{epoch:0{len(str(self._last))}}.{self._form}"
        write_bytes(self._folder / name, picture)


def _drawing_option(name: str, text: str) -> Any:
    from deepgraph.options.drawing import OPTIONS

    option = OPTIONS.get(name.replace("-", "_"))
    if option is None:
        known = ", ".join(["format", *(option.flag for option in OPTIONS.values())])
        raise click.UsageError(f"--frame-option {name}: known options are {known}")
    try:
        return option.read(text)
    except ValueError as error:
        raise click.UsageError(f"--frame-option {error}") from None
