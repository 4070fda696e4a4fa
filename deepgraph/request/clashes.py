"""Options of a request that exclude or need each other, told before any file is read.

In every message `<name>` stands for an option; the caller spells it as it is typed there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepgraph.functions.losses import OUTPUT_LOSS
from deepgraph.request.caller import NO_SEED, WHOLE_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deepgraph.request.options import Kind
    from deepgraph.request.values import Values

    Options = Mapping[str, Any]

OF_STEPS = ("learning_rate", "optimiser", "momentum", "weight_decay", "steps", "epochs", "rule")
"""Options of `explain` that are about steps, so that they need a loss."""


def clashes(kind: Kind, options: Options, values: Values, *, has_targets: bool) -> Iterator[str]:
    """The options that do not go together, beside those of the values.

    Args:
        kind: of the request.
        options: by name.
        values: the source of the inputs.
        has_targets: True if an example of the spec has targets for them.
    """
    if "row" in options and "rows" in options:
        yield "<row> and <rows> exclude each other"
    if "init" in options and "seed" not in options:
        yield NO_SEED
    if options.get("solution") and "blank" not in options:
        yield "<solution> has the answers to the gaps of <blank>; say <blank> NAMES, too"
    if "paths_limit" in options and not options.get("paths"):
        yield "<paths_limit> is the most paths that <paths> writes; say <paths>, too"
    if kind == "diagram" and len(options.get("curves", ())) > 1:
        yield "a curve is drawn over one input: <curves> ID=FROM:TO once"
    yield from _of_loss(kind, options)
    if kind == "explain":
        yield from _of_steps(options, values, has_targets)
    if "example" in options:  # whether it has rows is known when the spec is read
        return
    if kind == "eval" and ("row" in options or not values.has_rows):
        for name in ("keep", "argmax", "target"):
            if options.get(name):
                yield WHOLE_TABLE.format(name)


def _of_loss(kind: Kind, options: Options) -> Iterator[str]:
    """The options about a loss."""
    needs = {"target": "compares with", "loss": "compares with", "of": "starts from"}
    for name, what in needs.items():
        if kind == "diagram" and name in options and not options.get("gradient"):
            yield f"<{name}> is what <gradient> {what}; say <gradient>, too"
    if "of" in options and options.get("loss", OUTPUT_LOSS) != OUTPUT_LOSS:
        yield f"<of> names the node of <loss> {OUTPUT_LOSS}; drop <loss> {options['loss']}"
    # On a live page a reader may choose a loss, too, which needs targets.
    if kind != "live" and "of" in options and "target" in options:
        yield "<of> differentiates a node, which takes no targets; drop <target>"


def _of_steps(options: Options, values: Values, has_targets: bool) -> Iterator[str]:
    """The options of `explain` that are about a loss and its steps."""
    # An example may say the loss, which is known when the spec is read.
    says_loss = not options.keys().isdisjoint({"example", "target", "of"})
    if not (says_loss or has_targets or options.get("loss") == OUTPUT_LOSS):
        if options.get("backward") or any(name in options for name in OF_STEPS):
            what = "COLUMN" if values.table is not None else "NUMBER"
            of = "derivatives are those of a loss or a node"
            yield f"{of}: give <target> ID={what}, or <of> ID"
        for name in ("loss", "reduction"):
            if name in options:
                yield f"<{name}> says how targets are compared: give <target> ID=NUMBER, too"
    if "steps" in options and "epochs" in options:
        yield "<steps> and <epochs> exclude each other"
    if options.get("short") and "blank" in options:
        yield "<short> leaves the arithmetic out, and <blank> makes gaps in it; drop one of the two"
    if "example" in options:  # which may be about steps; that is known when the spec is read
        return
    if "freeze" in options and not any(name in options for name in OF_STEPS):
        yield "<freeze> is about a step: say <learning_rate> NUMBER, too"
    walk = any(name in options for name in ("steps", "epochs", "rule"))
    for name in ("batch", "short"):
        if options.get(name) and not walk:
            yield f"<{name}> is about several steps: say <steps> N, too"
