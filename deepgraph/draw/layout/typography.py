"""The fonts of a picture: their sizes, and the width of a text in any common one of them.

An SVG names a list of fonts and carries none. So its texts come out in Arial on one machine and in
DejaVu Sans on another, which is 17 % wider, and 28 % in bold. Boxes and gaps must hold the widest.
Hence one table: for each character the largest advance in Liberation Sans (whose widths are those
of Arial and Helvetica) and in DejaVu Sans (whose widths are close to Verdana's), upright and
slanted. It was made once with fontTools from Liberation 2.1.5 and DejaVu 2.37; nothing reads a font
at run time.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from deepgraph.words.notation import by_place, runs

FAMILY = "Helvetica, Arial, 'Liberation Sans', sans-serif"
"""The CSS font stack of every picture.

The first three have the same advance widths, so a picture looks alike on macOS, Windows and Linux,
and in our PNG and PDF; `sans-serif` is for a machine without any of them. The quotes are single,
since the stack stands in attributes with double ones.
"""


class Sizes(NamedTuple):
    """The sizes of one picture in px: the radius of its circles, and its fonts by role.

    Attributes:
        radius: of every circle.
        name, value, small, gradient: the lines of a node; small are its activation and z.
        label, pill: a weight, a bias.
        caption, note: below the picture.
        least: of the small lines of a node, which are set smaller where its circle is narrow.
    """

    radius: float
    name: float
    value: float
    small: float
    gradient: float
    label: float
    pill: float
    caption: float
    note: float
    least: float

    def scaled(self, factor: float) -> Sizes:
        """The sizes of a larger or smaller picture of the same proportions."""
        return Sizes(*(size * factor for size in self))._replace(least=self.least)


USUAL = Sizes(52.0, 21.0, 22.0, 14.0, 14.0, 18.0, 15.5, 16.5, 16.0, 11.0)
IRREGULAR = USUAL._replace(radius=48.0)
DENSE = Sizes(30.0, 16.0, 16.0, 11.5, 11.5, 12.5, 12.0, 16.5, 15.0, 9.0)
COMPACT = Sizes(44.0, 18.0, 18.0, 12.5, 12.5, 14.0, 13.0, 14.0, 13.5, 11.0)
COMPACT_DENSE = Sizes(25.0, 15.5, 14.5, 11.0, 11.0, 12.0, 11.5, 14.0, 13.5, 11.0)
LABEL_SIZE, NOTE_SIZE = 13.0, 13.0
"""Font sizes of plots of curves and maps, which have no circles."""
SMALLEST = 9.0
"""No text is smaller, subscripts included."""
SCRIPT, SMALLEST_SCRIPT = 0.72, 11.0
"""The size of an index or exponent beside that of its text, and the least in px."""

# Advance widths in thousandths of the font size, rounded up; 0 if there is no such character.
# By the first character of a block: widths in regular, then in bold type.
_BLOCKS = {
    0x0020: (  # ASCII
        """
        318 401 460 838 637 951 780 275 391 391 500 838 318 361 318 337 637 637 637 637 637 637
        637 637 637 637 337 337 838 838 838 557 1016 685 687 723 771 667 611 778 752 295 500 667
        558 863 749 788 667 788 723 667 611 732 685 989 686 667 686 391 337 391 838 557 500 613
        635 550 635 616 353 635 634 278 278 580 278 975 634 612 635 635 412 521 393 634 592 818
        592 592 525 637 337 637 838

        349 457 521 838 696 1002 873 307 458 458 523 838 380 416 380 366 696 696 696 696 696 696
        696 696 696 696 400 400 838 838 838 611 1000 774 763 734 831 684 684 821 837 373 557 775
        638 996 837 851 733 851 771 721 683 813 774 1104 771 725 726 458 366 458 838 557 500 675
        716 593 716 679 436 716 712 343 343 666 343 1042 712 688 716 716 494 596 479 712 652 924
        646 652 583 712 366 712 838
        """
    ),
    0x00A0: (  # Latin-1 signs
        """
        318 401 637 637 637 637 337 557 500 1000 472 618 838 361 1000 553 500 838 401 401 500
        637 637 334 500 401 472 618 970 970 970 611

        349 457 696 696 637 696 366 557 500 1000 564 650 838 416 1000 553 500 838 438 438 500
        736 637 380 500 438 564 650 1036 1036 1036 611
        """
    ),
    0x0391: (  # Greek
        """
        685 687 571 685 667 686 752 788 295 667 685 863 749 650 788 752 667 0 632 611 667 837
        686 836 765 295 667 660 541 634 339 579 660 639 592 612 541 544 634 612 339 590 592 637
        559 558 612 690 635 587 634 603 579 660 592 728 838 339 579 612 579 838

        774 763 638 774 684 726 837 851 373 775 774 996 837 658 851 837 733 0 684 683 725 851
        771 850 851 373 725 688 557 712 390 676 688 716 682 688 557 591 712 688 390 711 633 736
        682 591 688 792 716 593 779 639 676 783 646 794 870 390 676 688 676 870
        """
    ),
    0x0410: (  # Cyrillic
        """
        685 687 687 610 782 667 1078 642 749 749 710 752 863 752 788 752 667 723 611 640 861 686
        777 686 1070 1094 833 887 687 719 1080 723 613 617 590 526 692 616 901 532 650 650 605
        640 755 654 612 654 635 550 834 592 855 592 681 591 916 942 707 790 590 549 842 602

        774 763 763 638 891 684 1225 711 837 837 818 831 996 837 851 837 733 734 683 771 992 771
        928 809 1236 1326 940 1037 763 734 1174 771 675 699 633 534 808 679 996 582 701 701 679
        733 818 691 688 691 716 593 890 652 993 646 742 687 1063 1106 752 905 633 593 973 643
        """
    ),
    0x2010: (  # punctuation
        """
        361 361 637 557 1000 1000 500 553 318 318 318 318 519 519 519 519 557 557 590 590 335
        668 1000

        416 416 696 557 1000 1000 500 553 380 380 380 380 658 658 658 658 557 557 640 640 380
        686 1000
        """
    ),
    0x2070: (  # super- and subscripts
        """
        401 179 0 0 434 421 416 401 433 448 528 528 528 246 246 399 422 401 401 408 409 403 404
        401 419 401 528 528 528 246 246

        438 220 0 0 495 470 461 438 473 475 528 528 528 289 289 456 451 438 445 463 477 459 455
        438 469 451 528 528 528 289 289
        """
    ),
}

# Widths in regular and in bold type, and the characters as wide as that.
_SYMBOLS = """
    167 220 ₗ   175 220 ⱼ   179 220 ᵢ   228 264 ′   295 388 ₜ   318 380 ⋅   374 381 ₛ
    374 480 ″   391 458 ⟨⟩   392 458 ₐ   399 456 ₙ   405 456 ₕ   414 488 ₒ   414 517 ℓ
    417 480 ₑ   426 488 ₖ   429 480 ₚ   444 413 ₓ   518 544 ∂   521 610 ∫   624 664 ₘ
    626 626 ∘   632 684 ∃   638 667 √   669 697 ∆∇   685 774 ∀   713 718 ∑   715 712 ∝
    732 813 ∧∨∩∪   824 824 ∏   834 834 ∞   838 838 ×÷↑↓⇐⇒−∓∗∼≈≠≡≤≥⊂⊃⊆⊇⊕⊖⊗⊙   872 857 ∅
    872 897 ∈∉   872 915 ⊤⊥   897 897 ∠   1000 1000 ←→↔⇔⋮⋯⋱   1047 1047 ≪≫
"""

_REGULAR: dict[str, int] = {}
_BOLD: dict[str, int] = {}
for _first, _block in _BLOCKS.items():
    for _table, _widths in zip((_REGULAR, _BOLD), _block.split("\n\n"), strict=True):
        for _code, _width in enumerate(map(int, _widths.split()), _first):
            if _width:
                _table[chr(_code)] = _width
_cells = _SYMBOLS.split()
for _table, _column in ((_REGULAR, _cells[0::3]), (_BOLD, _cells[1::3])):
    for _units, _characters in zip(_column, _cells[2::3], strict=True):
        _table |= dict.fromkeys(_characters, int(_units))

_UNKNOWN = 700
_WIDE = 1000
_EMOJI = 1400
_FIRST_EMOJI = 0x1F000

_LEAN = 60
"""Thousandths of the font size by which a slanted last letter may exceed its advance."""


def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """The width of one line of text, an upper estimate over the common sans-serif fonts.

    Args:
        text: one line.
        size: the font size in px.
        bold: True for bold type.
        italic: True for slanted type.

    Returns:
        The width in px. Kerning is left out, since it nearly always narrows a text.

    Example:
        >>> text_width("w3 = 0.64", 10.0)
        51.58
    """
    if not text:
        return 0.0
    table = _BOLD if bold else _REGULAR
    try:
        units = sum(map(table.__getitem__, text))
    except KeyError:
        units = sum(_advance(character, table) for character in text)
    return (units + (_LEAN if italic else 0)) * size / 1000


def set_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line whose names are set as mathematics; otherwise as `text_width`.

    An index and an exponent of the same letter stand one over the other.

    Example:
        >>> set_width("w3 = 0.64", 20.0) < text_width("w3 = 0.64", 20.0)
        True
    """
    pieces = runs(text)
    if len(pieces) == 1 and not pieces[0].italic:
        return text_width(pieces[0].text, size, bold=bold or pieces[0].bold)
    total = lowered = 0.0
    for place, group in by_place(pieces):
        font = size if place == "line" else script_size(size)
        wide = sum(text_width(r.text, font, bold=bold or r.bold, italic=r.italic) for r in group)
        if place == "sup" and lowered:
            total += max(wide - lowered, 0.0)
        else:
            total += wide
        lowered = wide if place == "sub" else 0.0
    return total


def script_size(size: float) -> float:
    """The font size of an index or exponent beside a text."""
    return max(min(SMALLEST_SCRIPT, size), size * SCRIPT)


_ARIAL_WIDTHS = """
    278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556
    556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500
    667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333
    556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500
    722 500 500 500 334 260 334 584
"""
_ARIAL = dict(zip(map(chr, range(32, 127)), map(int, _ARIAL_WIDTHS.split()), strict=True)) | {
    **{"ˆ": 333, "˜": 333, "ˉ": 333, "˙": 333, "¨": 333, "→": 1000, "−": 584, "′": 188, "∗": 500}
}


def usual_width(text: str, size: float) -> float:
    """The width of a short text in the first fonts of the stack, whose widths are those of Arial.

    It is for what stands over something else, where an upper estimate would be as wrong as a lower.

    >>> usual_width("12", 10.0)
    11.12
    """
    units = sum(_ARIAL.get(letter) or _advance(letter, _REGULAR) * 0.9 for letter in text)
    return units * size / 1000


def _advance(character: str, table: dict[str, int]) -> int:
    """The width of any character in thousandths of the font size."""
    width = table.get(character)
    if width is not None:
        return width
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    # An accent seldom makes a letter wider: é is as wide as e.
    letter = unicodedata.normalize("NFD", character)[0]
    if letter in table:
        return table[letter]
    if ord(character) >= _FIRST_EMOJI and unicodedata.east_asian_width(character) == "W":
        return _EMOJI
    # "A" is a character that is wide in Chinese and Japanese fonts.
    if unicodedata.east_asian_width(character) in ("W", "F", "A"):
        return _WIDE
    return _UNKNOWN
