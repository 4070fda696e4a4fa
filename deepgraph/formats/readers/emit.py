"""The assembled network as a spec: in layers if it is a dense chain, else in nodes and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from deepgraph.errors import FormatError
from deepgraph.formats.readers import names, scaling
from deepgraph.formats.readers.emit_layers import LayerWriter
from deepgraph.formats.readers.emit_nodes import NodeWriter
from deepgraph.formats.readers.emit_numbers import inside
from deepgraph.formats.readers.naming import Naming
from deepgraph.formats.readers.record import Imported
from deepgraph.words.messages import listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Bank
    from deepgraph.formats.readers.record import Options, Report, Scale
    from deepgraph.spec.records import Spec


def imported(assembly: Assembly, report: Report, options: Options, source: str) -> Imported:
    """The network that a reader has assembled.

    Args:
        assembly: the network.
        report: what the reader has to say.
        options: what a person said beside the file.
        source: the name of the file.

    Raises:
        FormatError: it has no output, or a number that a spec cannot hold.
    """
    if not assembly.outputs:
        raise FormatError("no output was found in this network")
    if options.scale is not None:
        _scale_inputs(assembly, options.scale, report)
    scaling.absorb(assembly, report)
    network = Naming(assembly, report, options)
    writer = LayerWriter(network)
    spec, arrays = writer.in_layers(), writer.arrays
    if spec is None:
        spec, arrays = NodeWriter(network).in_nodes(), {}
    origin = ", ".join(part for part in (source, report.format, report.producer) if part)
    name = names.as_id(source.rpartition(".")[0] or source)
    return Imported(msgspec.structs.replace(spec, name=name, source=origin), arrays, report)


def _scale_inputs(assembly: Assembly, scale: Scale, report: Report) -> None:
    """Put a scaler in front of all inputs."""
    banks = [bank for bank in assembly.banks if bank.kind == "input"]
    if any(bank.normalise for bank in banks):
        raise FormatError(f"this network scales its inputs itself; leave {option('scaler')} out")
    scale.require(sum(bank.size for bank in banks))
    report.merged.append(scale.told)
    start = 0
    for bank in banks:
        end = start + bank.size
        bank.normalise = {key: value[start:end] for key, value in scale.given().items()}
        if scale.columns is not None:
            _name_by_columns(bank, scale.columns[start:end], report)
        start = end


def _name_by_columns(bank: Bank, columns: Sequence[str], report: Report) -> None:
    """Call inputs as the scaler's columns are called, and say so if the file calls them others."""
    if bank.ids is None:
        bank.ids = list(columns)
    elif bank.ids != list(columns):
        report.notes.append(
            f"the scaler was fitted on the columns {listed(columns)}, the model on "
            f"{listed(bank.ids)}; is this its scaler?"
        )


def with_numbers(imported: Imported) -> Spec:
    """The spec with its numbers inside, for one that has no file beside it."""
    if not imported.arrays:
        return imported.spec
    return msgspec.structs.replace(imported.spec, parameters=inside(imported.arrays))
