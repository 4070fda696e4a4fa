"""Finds a font for every character of a PNG or PDF.

Latin, Greek, Cyrillic and the signs of mathematics are set in the fonts that ship with the package,
so that a picture is the same everywhere. Any other character needs a font of the user's choice or
of the system. Which characters a font has, its table `cmap` tells; nothing else of it is read here.
"""

from __future__ import annotations

import os
import struct
import sys
import unicodedata
import warnings
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepgraph.errors import DrawingError, MissingFontWarning
from deepgraph.files import note_input
from deepgraph.words.messages import listed
from deepgraph.words.option_names import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

FONT_FAMILY = "Liberation Sans"
FONT_FOLDER = Path(__file__).with_name("fonts")
SYMBOLS = "DejaVuSans-Symbols"
FONT_FILES = {
    name: FONT_FOLDER / f"{name}.ttf"
    for name in ("LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", SYMBOLS)
}
"""The file of each shipped face."""

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
UNWANTED = (
    *("bold", "black", "heavy", "light", "thin", "italic", "oblique", "condensed", "narrow"),
    *("mono", "serif", "kufi", "nastaliq", "rashi", "display", "looped", "extra", "semi", "ui"),
    *("unifont", "medium"),
)
"""Parts of file names; of two fonts with the same characters that with fewer of them is taken."""
USELESS = ("lastresort", "adobeblank", "tofu")
"""Fonts that have a box, or nothing, for every character."""
FIRST_EMOJI = 0x1F000
_ZERO_WIDTH_JOINER = "\u200d"
_DIRECTIONS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Face(NamedTuple):
    """One face of a font file; a collection has several."""

    path: str
    number: int = 0


class Fallback(NamedTuple):
    """The faces for what the shipped fonts lack, best first, and the characters without any."""

    faces: tuple[Face, ...] = ()
    missing: tuple[str, ...] = ()


def fallback(text: str, given: Sequence[str | Path] = ()) -> Fallback:
    """Faces for the characters of a text that the shipped fonts lack.

    Args:
        text: all characters of a picture, in any order.
        given: font files that come before those of the system.

    Raises:
        DrawingError: a given file is no font.
    """
    for path in given:
        note_input(path)  # no output may replace it
    chosen = [face for path in given for face in _given(str(path))]
    wanted = {ord(character) for character in set(text) if not is_invisible(character)}
    for path in (FONT_FILES["LiberationSans-Regular"], FONT_FILES[SYMBOLS]):
        wanted -= covered(Face(str(path)), wanted)
    faces = []
    for face in chosen:
        found = covered(face, wanted)
        wanted -= found
        faces += [face] * bool(found)
    while wanted:
        best = _best(wanted)
        if best is None:
            break
        faces.append(best)
        wanted -= covered(best, wanted)
    return Fallback(tuple(faces), tuple(map(chr, sorted(wanted))))


def warn_of(missing: Sequence[str]) -> None:
    """Warn of characters that no font has."""
    if missing:
        names = listed([_named(character) for character in missing], 8, spell=str)
        drawn = "a box stands for it" if len(missing) == 1 else "boxes stand for them"
        warnings.warn(
            f"no font has {names}: {drawn}; install a font, or name one ({option('font', 'FILE')})",
            MissingFontWarning,
            stacklevel=2,
        )


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}{f' ({name.title()})' if name else ''}"


def by_face(text: str, faces: Sequence[Face], own: Sequence[Face]) -> Iterator[tuple[str, Face]]:
    """The letters of a text with their marks, each with the first font that has all of it.

    Args:
        text: any text.
        faces: of a `Fallback`.
        own: the shipped faces of its style, which come first; the first of them also takes what no
            font has.
    """
    for cluster in _clusters(text):
        codes = {ord(c) for c in cluster if not is_invisible(c) or c == " "}
        found = [face for face in (*own, *faces) if covered(face, codes) == codes]
        found += [face for face in (*own, *faces) if ord(cluster[0]) in covered(face, codes)]
        yield cluster, (found or own)[0]


def _clusters(text: str) -> Iterator[str]:
    """Letters with their marks, and what a joiner joins.

    >>> [len(cluster) for cluster in _clusters("ae\u0301i")]
    [1, 2, 1]
    """
    found = ""
    for character in text:
        goes_on = unicodedata.category(character) in ("Mn", "Mc", "Me") or is_joiner(character)
        goes_on = goes_on or 0x1F3FB <= ord(character) <= 0x1F3FF  # the colour of a skin
        if found and not goes_on and not found.endswith(_ZERO_WIDTH_JOINER):
            yield found
            found = ""
        found += character
    if found:
        yield found


def is_joiner(character: str) -> bool:
    """True for an invisible character that changes how its neighbours are drawn."""
    return is_invisible(character) and not character.isspace() and character not in _DIRECTIONS


def is_invisible(character: str) -> bool:
    """True for spaces, marks of direction, joiners and variation selectors: no font needs them."""
    category = unicodedata.category(character)
    code = ord(character)
    return (
        category in ("Cf", "Cc", "Zs", "Zl", "Zp")
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE01EF
        or character == "\u034f"
    )


# --- the fonts of the system ------------------------------------------------------------------


def _folders() -> list[Path]:
    """The folders in which a system keeps its fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        own = [Path(local) / "Microsoft/Windows/Fonts"] if local else []
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", *own]
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    return [*(Path(part) / "fonts" for part in [own, *data.split(":")] if part), home / ".fonts"]


@lru_cache(maxsize=1)
def system_faces() -> tuple[Face, ...]:
    """Every readable face of the system, the plainest first."""
    paths = {
        os.path.join(folder, name)
        for start in _folders()
        for folder, _, names in os.walk(start)
        for name in names
        if name.lower().endswith(SUFFIXES)
    }
    faces = [Face(path, index) for path in paths for index in range(_count(path))]
    usable = [face for face in faces if not any(word in _name(face) for word in USELESS)]
    return tuple(sorted(usable, key=_rank))


def _name(face: Face) -> str:
    return os.path.basename(face.path).lower().replace("-", "").replace(" ", "")


def _rank(face: Face) -> tuple[int, str, int]:
    name = _name(face).replace("sansserif", "sans")
    return sum(word in name for word in UNWANTED), face.path, face.number


def _best(wanted: set[int]) -> Face | None:
    """The face that has most of some characters; for emoji one that is made for them."""
    emoji = {code for code in wanted if code >= FIRST_EMOJI}
    for codes, named in ((emoji, "emoji"), (wanted, "")):
        faces = [face for face in system_faces() if named in _name(face)] if codes else []
        counts = [(len(covered(face, codes)), -number) for number, face in enumerate(faces)]
        if counts and max(counts)[0]:
            return faces[-max(counts)[1]]
    return None


# --- the table cmap ---------------------------------------------------------------------------


def _given(path: str) -> list[Face]:
    """The faces of a file that a user named."""
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise DrawingError(f"the font {path} cannot be read: {reason}") from None
    count = _count(path)
    if not count:
        raise DrawingError(f"{path} is no font: a TrueType or OpenType file is needed")
    return [Face(path, index) for index in range(count)]


@lru_cache(maxsize=10_000)
def _count(path: str) -> int:
    """The number of faces in a file; 0 if it is no font."""
    try:
        with open(path, "rb") as file:
            head = file.read(12)
    except OSError:
        return 0
    if head[:4] == b"ttcf" and len(head) == 12:
        return min(int(struct.unpack(">I", head[8:])[0]), 64)
    return int(head[:4] in (b"\0\1\0\0", b"OTTO", b"true"))


def covered(face: Face, codes: Iterable[int]) -> set[int]:
    """The code points among `codes` that a face has; none of a file that is broken."""
    ranges = _ranges(face)
    found = set()
    for code in codes:
        at = bisect_right(ranges, (code, 0x110000)) - 1
        if at >= 0 and code <= ranges[at][1]:
            found.add(code)
    return found


@lru_cache(maxsize=10_000)
def _ranges(face: Face) -> tuple[tuple[int, int], ...]:
    """The code points that a face has, as ranges in order."""
    try:
        with open(face.path, "rb") as file:
            start, length = _directory(file, face.number)["cmap"]
            file.seek(start)
            return _read_cmap(file.read(length))
    except (OSError, struct.error, LookupError, ValueError):
        return ()


@lru_cache(maxsize=10_000)
def family(face: Face) -> str:
    """The name of a font's family; empty if it has none that can be read."""
    try:
        with open(face.path, "rb") as file:
            start, length = _directory(file, face.number)["name"]
            file.seek(start)
            return _read_family(file.read(length))
    except (OSError, struct.error, LookupError, ValueError):
        return ""


def _read_family(data: bytes) -> str:
    count, storage = struct.unpack_from(">2xHH", data)
    found = {}
    for platform, _, language, number, length, offset in struct.iter_unpack(
        ">6H", data[6 : 6 + 12 * count]
    ):
        if platform in (0, 3) and number in (1, 16):
            text = data[storage + offset : storage + offset + length].decode("utf-16-be")
            found[number == 16, language == 0x409] = text
    return found[max(found)] if found else ""


@lru_cache(maxsize=10_000)
def has_colours(face: Face) -> bool:
    """True for a font whose glyphs are pictures, as those of emoji are."""
    with open(face.path, "rb") as file:
        names = _directory(file, face.number)
    return not names.keys().isdisjoint(("CBDT", "COLR", "SVG ", "sbix"))


def _directory(file: BinaryIO, index: int) -> dict[str, tuple[int, int]]:
    """The place and the length of each table of a face."""
    start = 0
    file.seek(0)
    if file.read(4) == b"ttcf":
        file.seek(12 + 4 * index)
        (start,) = struct.unpack(">I", file.read(4))
    file.seek(start + 4)
    (count,) = struct.unpack(">H6x", file.read(8))
    rows = struct.iter_unpack(">4s4xII", file.read(16 * count))
    return {tag.decode("latin-1"): (offset, length) for tag, offset, length in rows}


def _read_cmap(data: bytes) -> tuple[tuple[int, int], ...]:
    """The ranges of a table `cmap`: of its format 12 for all of Unicode, else of its format 4."""
    (count,) = struct.unpack_from(">2xH", data)
    found: dict[int, int] = {}
    for platform, encoding, offset in struct.iter_unpack(">HHI", data[4 : 4 + 8 * count]):
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            found.setdefault(struct.unpack_from(">H", data, offset)[0], offset)
    if 12 in found:
        (groups,) = struct.unpack_from(">12xI", data, found[12])
        start = found[12] + 16
        rows = struct.iter_unpack(">III", data[start : start + 12 * groups])
        return tuple(sorted((first, last) for first, last, _ in rows))
    return _read_segments(data, found[4]) if 4 in found else ()


def _read_segments(data: bytes, at: int) -> tuple[tuple[int, int], ...]:
    """The ranges of format 4: segments, some of which have holes."""
    (double,) = struct.unpack_from(">6xH", data, at)
    count = double // 2
    columns = [
        struct.unpack_from(f">{count}H", data, at + 14 + start)
        for start in (0, double + 2, 2 * double + 2, 3 * double + 2)
    ]
    found: list[tuple[int, int]] = []
    for number, (last, first, delta, offset) in enumerate(zip(*columns, strict=True)):
        if first == 0xFFFF or last < first:
            continue
        if not offset:
            found.append((first, last))
            continue
        place = at + 14 + 3 * double + 2 + 2 * number + offset
        glyphs = struct.unpack_from(f">{last - first + 1}H", data, place)
        found += [
            (code, code)
            for code, glyph in enumerate(glyphs, first)
            if glyph and (glyph + delta) & 0xFFFF
        ]
    return tuple(sorted(found))
