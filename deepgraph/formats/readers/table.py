"""The formats of networks that are read: the suffixes of their files, and the reader of each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING

from deepgraph.errors import FormatError, OptionError
from deepgraph.formats.readers.record import Options, Source
from deepgraph.words.messages import either
from deepgraph.words.option_names import option

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
        options: those of `Options` that it understands beside `names`, `output` and `max_edges`.
        is_it: true for the content of such a file; asked where several formats have a suffix.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reader: str
    options: tuple[str, ...] = ()
    is_it: Callable[[bytes], bool] = lambda _: True

    def read(self, source: Source, options: Options) -> Imported:
        """The network of a file.

        Raises:
            FormatError: the file is damaged, or holds what a spec cannot express.
            OptionError: an option that this format has no use for.
        """
        for known in fields(options):
            given = getattr(options, known.name) != known.default
            if given and known.name not in (*self.options, *ALWAYS):
                raise OptionError(f"{option(known.name)}: {self.title} has no use for it")
        module, _, function = self.reader.rpartition(".")
        reader = getattr(import_module(f"deepgraph.formats.readers.{module}"), function)
        try:
            imported: Imported = reader(source, options)
        except FormatError as error:
            text = str(error)
            start = f"{source.path}: "
            raise FormatError(text if text.startswith(start) else start + text) from None
        return imported


ALWAYS = ("names", "max_edges", "scaler")
"""The options that every format understands."""


def _starts(*texts: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(texts)


FORMATS = (
    Format("onnx", "an ONNX file", (".onnx",), "onnx.read"),
    Format(
        "pickle",
        "a pickle",
        (".pkl", ".pickle", ".joblib", ".sav"),
        "pickles.read",
        ("activations", "inputs", "outputs", "config"),
    ),
    Format("keras", "a Keras model", (".keras", ".h5", ".hdf5"), "keras.read"),
    Format(
        "neat",
        "a JSON export of neat-python",
        (".json",),
        "neat.read_json",
        is_it=lambda content: b'"network_type"' in content and b'"input_keys"' in content,
    ),
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
        "pytorch.read_safetensors",
        ("activations",),
    ),
)
"""Every format that is read."""

NAMES = tuple(row.name for row in FORMATS)


def found(source: Source, name: str | None = None) -> Format:
    """The format of a file: the named one, or by its suffix and its content.

    Raises:
        FormatError: no format is known.
    """
    if name is not None:
        return next(row for row in FORMATS if row.name == name)
    lower = source.path.name.lower()
    fitting = [row for row in FORMATS if lower.endswith(row.suffixes)]
    for row in fitting:
        if row.is_it(source.content):
            return row
    if fitting:
        titles = either("or", [row.title for row in fitting])
        raise FormatError(
            f"{source.path}: this is not {titles}; {option('format', 'NAME')} names it"
        )
    suffixes = sorted({suffix for row in FORMATS for suffix in row.suffixes})
    raise FormatError(
        f"{source.path}: no network is known by this suffix, but {either('and', suffixes)}; "
        f"{option('format', 'NAME')} names the format"
    )


def read(path: str, options: Options, name: str | None = None) -> Imported:
    """The network of a file.

    Raises:
        FileError: the file cannot be read.
        FormatError: it is of no known format, is damaged, or holds what a spec cannot express.
    """
    source = Source.of(path)
    return found(source, name).read(source, options)
