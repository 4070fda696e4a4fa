"""The formats of networks that are read: the suffixes of their files, and the reader of each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from deepgraph.errors import DeepgraphError, FormatError, OptionError
from deepgraph.formats.readers.record import Options, Source
from deepgraph.words.messages import either, shown
from deepgraph.words.option_names import at_door, option

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepgraph.formats.readers.record import Imported


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: as `--format` takes it.
        title: for people.
        suffixes: of its files.
        reader: module and function, `pytorch.read`.
        options: those of `Options` that it understands beside those of `ALWAYS`.
        is_it: true for the content of such a file; asked where several formats have a suffix.
        is_spec: true if the file says all that a spec says, so that no other option is understood.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reader: str
    options: tuple[str, ...] = ()
    is_it: Callable[[bytes], bool] = lambda _: True
    is_spec: bool = False

    def read(self, source: Source, options: Options) -> Imported:
        """The network of a file.

        Raises:
            FormatError: the file is damaged, or holds what a spec cannot express.
            OptionError: an option that this format has no use for.
        """
        for known in fields(options):
            value = getattr(options, known.name)
            given = value is not None if known.default is None else value != known.default
            understood = self.options if self.is_spec else (*self.options, *ALWAYS)
            if given and known.name not in understood:
                named = at_door(command=f"--{known.name}", page=known.name, python=known.name)
                flag = named.replace("_", "-") if named.startswith("--") else named
                raise OptionError(f"{flag}: {self.title} has no use for it")
        if options.scaler is not None:
            options = import_module("deepgraph.formats.readers.pickles").with_scale(options)
        module, _, function = self.reader.rpartition(".")
        reader = getattr(import_module(f"deepgraph.formats.readers.{module}"), function)
        try:
            imported: Imported = reader(source, options)
        except FormatError as error:
            text = str(error)
            start = f"{source.path}: "
            raise FormatError(text if text.startswith(start) else start + text) from None
        except DeepgraphError:
            raise
        except BROKEN as error:
            what = f"{type(error).__name__}: {shown(str(error), 100)}"
            raise FormatError(
                f"{source.path}: this is not {self.title} as it should be, or is damaged ({what})"
            ) from None
        return imported


BROKEN = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)
"""What a reader stumbles over in a file that lacks a key or has a text where a number belongs."""

ALWAYS = ("names", "max_edges", "scaler", "scale")
"""The options that every format understands."""


def _has(*texts: bytes) -> Callable[[bytes], bool]:
    return lambda content: all(text in content for text in texts)


def _starts(*texts: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(texts)


GENOME = ("inputs", "outputs", "config")

FORMATS = (
    Format("onnx", "an ONNX file", (".onnx",), "onnx.read", ("output",)),
    Format("keras", "a Keras model", (".keras", ".h5", ".hdf5"), "keras.read", ("output",)),
    Format(
        "pytorch",
        "a PyTorch state dict",
        (".pth", ".pt", ".ckpt", ".bin"),
        "pytorch.read",
        ("activations",),
    ),
    Format(
        "safetensors",
        "a .safetensors file",
        (".safetensors",),
        "pytorch.read",
        ("activations",),
    ),
    Format(
        "pickle",
        "a pickle",
        tuple(
            f".{name}{packed}"
            for name in ("pkl", "pickle", "joblib", "sav")
            for packed in ("", ".gz", ".z", ".bz2", ".xz", ".lzma")
        ),
        "pickles.read",
        ("activations", *GENOME),
    ),
    Format(
        "neat-python",
        "the JSON of neat-python",
        (".json",),
        "neat.read_json",
        is_it=_has(b'"network_type"', b'"input_keys"'),
    ),
    Format("nnet", "an .nnet file", (".nnet",), "nnet.read"),
    Format(
        "brain.js",
        "the JSON of brain.js",
        (".json",),
        "javascript.read_brain",
        is_it=_has(b'"layers"', b'"outputLookup"', b'"inputLookup"'),
    ),
    Format(
        "synaptic",
        "the JSON of synaptic or neataptic",
        (".json",),
        "javascript.read_graph",
        is_it=_has(b'"squash"', b'"connections"'),
    ),
    Format(
        "node-link",
        "the node-link JSON of a graph",
        (".json",),
        "graphs.read_node_link",
        is_it=_has(b'"directed"', b'"nodes"'),
        is_spec=True,
    ),
    Format("fann", "a .net file of FANN", (".net",), "fann.read", is_it=_starts(b"FANN_")),
    Format(
        "sharpneat",
        "a .net file of SharpNEAT",
        (".net",),
        "sharpneat.read",
        is_it=_has(b"cyclic"),
    ),
    Format("goneat", "a genome of goNEAT", (".yml", ".yaml"), "goneat.read_yaml"),
    Format("cytoscape", "a network of goNEAT", (".cyjs",), "goneat.read_cytoscape"),
    Format("wann", "a matrix of WANN", (".out",), "wann.read", ("inputs", "outputs")),
    Format("pmml", "a PMML file", (".pmml", ".xml"), "pmml.read"),
    Format("matlab", "a function of MATLAB", (".m",), "matlab.read"),
    Format("graphml", "a GraphML file", (".graphml",), "graphs.read_graphml", is_spec=True),
    Format("gexf", "a GEXF file", (".gexf",), "graphs.read_gexf", is_spec=True),
    Format(
        "edges",
        "a list of edges",
        (".csv", ".tsv"),
        "graphs.read_edges",
        ("delimiter",),
        is_spec=True,
    ),
)
"""Every format that is read."""

NAMES = tuple(row.name for row in FORMATS)

SUFFIXES = frozenset(suffix for row in FORMATS for suffix in row.suffixes)

COMMON = (".onnx", ".keras", ".h5", ".pth", ".safetensors", ".pkl", ".json")
"""The suffixes that a message names; there are more than forty."""

SAVED_MODEL = (
    "a SavedModel of TensorFlow, which is a program and not read; load it with Keras and save it "
    'anew: model.save("model.keras")'
)


def is_spec(content: bytes) -> bool:
    """True for a file that says of itself that it is a spec of ours."""
    return content.lstrip().startswith(b"{") and b'"deepgraph"' in content[:1000]


def found(source: Source, name: str | None = None) -> Format:
    """The format of a file: the named one, or by its suffix and its content.

    Raises:
        FormatError: no format is known.
    """
    if name is not None:
        return next(row for row in FORMATS if row.name == name)
    if not source.content:
        raise FormatError(f"{source.path}: this file is empty")
    lower = source.path.name.lower()
    fitting = [row for row in FORMATS if lower.endswith(row.suffixes)]
    for row in fitting:
        if row.is_it(source.content):
            return row
    if fitting and is_spec(source.content):
        raise FormatError(
            f"{source.path}: this is a spec of deepgraph already; `deepgraph export` writes it for "
            "other tools"
        )
    if fitting:
        titles = either("or", [row.title for row in fitting])
        raise FormatError(
            f"{source.path}: this is not {titles}; {option('format', 'NAME')} names it"
        )
    if lower.endswith(".pb"):
        raise FormatError(f"{source.path}: {SAVED_MODEL}")
    raise FormatError(
        f"{source.path}: no network is known by this suffix, but by {either('and', COMMON)} and "
        f'others, which the page "Bring your network" lists; {option("format", "NAME")} names the '
        "format of this file"
    )


def read(path: str, options: Options, name: str | None = None) -> Imported:
    """The network of a file.

    Raises:
        FileError: the file cannot be read.
        FormatError: it is of no known format, is damaged, or holds what a spec cannot express.
    """
    if (Path(path) / "saved_model.pb").is_file():
        raise FormatError(f"{path}: {SAVED_MODEL}")
    source = Source.of(path)
    chosen = found(source, name)
    try:
        return chosen.read(source, options)
    except FormatError as error:
        kind = next((kind for start, kind in _STARTS if source.content.startswith(start)), None)
        if name is not None or kind is None or chosen.name in kind.names:
            raise
        advice = f"{option('format', kind.names[0])} reads it as one"
        raise FormatError(f"{error}; the file begins as {kind.title} does: {advice}") from None


@dataclass(frozen=True)
class _Kind:
    """What the first bytes of a file say: in words, and the formats that begin so."""

    title: str
    names: tuple[str, ...]


_STARTS = (
    (b"\x89HDF\r\n\x1a\n", _Kind("an HDF5 file", ("keras",))),
    (b"PK\x03\x04", _Kind("a zip archive", ("keras", "pytorch", "pickle"))),
    (b"\x80", _Kind("a pickle", ("pickle", "pytorch"))),  # of protocol 2 or later
)
