"""A font for every character: which characters a file has, and which file is taken."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageChops

from deepgraph import draw
from deepgraph.draw.output import font_files
from deepgraph.draw.output.font_files import (
    FONT_FILES,
    Face,
    by_face,
    covered,
    fallback,
    family,
    is_invisible,
)
from deepgraph.draw.output.pdf import svg_to_pdf
from deepgraph.draw.output.png import svg_to_png
from deepgraph.errors import DrawingError, MissingFontWarning
from tests.support.made_fonts import make
from tests.support.picture import spec
from tests.support.resolved_svg import line, picture

HAN = "日本語"
ARABIC = "سلام"


@pytest.fixture
def no_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files, "system_faces", tuple)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of fonts that is the only one of this system."""
    folder = tmp_path / "share/fonts/more"
    folder.mkdir(parents=True)
    monkeypatch.setattr(font_files, "_folders", lambda: [tmp_path / "share/fonts"])
    font_files.system_faces.cache_clear()
    yield folder
    font_files.system_faces.cache_clear()


@pytest.mark.parametrize("name", FONT_FILES)
def test_the_characters_of_a_font_are_those_that_fonttools_reads(name: str) -> None:
    path = FONT_FILES[name]
    expected = set(TTFont(path).getBestCmap())
    assert covered(Face(str(path)), range(0x110000)) == expected


def test_an_opentype_font_and_a_collection(tmp_path: Path) -> None:
    one = make(tmp_path / "one.otf", dict.fromkeys(HAN, 700), cff=True, family="One")
    two = make(tmp_path / "two.ttf", {"\U0002a6d6": 700, "x": 500}, family="Two")
    collection = TTCollection()
    collection.fonts = [TTFont(two), TTFont(make(tmp_path / "b.ttf", {"ש": 700}, family="Three"))]
    collection.save(tmp_path / "all.ttc")
    assert covered(Face(str(one)), map(ord, HAN + "x")) == set(map(ord, HAN))
    assert covered(Face(str(two)), [0x2A6D6, ord("y")]) == {0x2A6D6}
    faces = [Face(str(tmp_path / "all.ttc"), number) for number in (0, 1)]
    assert [family(face) for face in faces] == ["Two", "Three"]
    assert covered(faces[1], [ord("ש"), ord("x")]) == {ord("ש")}


@pytest.mark.parametrize("content", [b"", b"no font", b"\0\1\0\0", b"OTTO\0\1" + b"\xff" * 40])
def test_a_broken_file_has_no_characters(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    assert covered(Face(str(path)), [65]) == set()


@pytest.mark.usefixtures("no_system")
def test_a_font_that_is_given(tmp_path: Path) -> None:
    path = make(tmp_path / "han.ttf", dict.fromkeys(HAN[:2], 700))
    found = fallback(f"w = {HAN}", [path])
    assert found.faces == (Face(str(path)),)
    assert found.missing == (HAN[2],)


def test_latin_greek_and_signs_need_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_files, "system_faces", lambda: pytest.fail("not asked for"))
    assert fallback("wé αβ жизнь −0.5 ∂Σ∞≈ ⋮∇₊ \u200e\u200d\ufe0f\u00a0").faces == ()


def test_the_plainest_font_of_the_system_is_taken(system: Path) -> None:
    for name in ("Han-Bold", "HanSerif-Regular", "Han-Regular"):
        make(system / f"{name}.ttf", dict.fromkeys(HAN, 700), family=name)
    make(system / "Few.ttf", {HAN[0]: 700})
    (system / "broken.otf").write_bytes(b"OTTO")
    (system / "readme.txt").write_text("no font")
    assert [Path(face.path).name for face in fallback(HAN).faces] == ["Han-Regular.ttf"]


def test_emoji_come_from_a_font_that_is_made_for_them(system: Path) -> None:
    make(system / "All.ttf", dict.fromkeys(f"🙂{HAN}", 700))
    make(system / "Emoji.ttf", {"🙂": 700})
    names = [Path(face.path).name for face in fallback(f"🙂{HAN}").faces]
    assert names == ["Emoji.ttf", "All.ttf"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.ttf", None, "cannot be read: No such file or directory"),
        ("notes.txt", b"text", "is no font: a TrueType or OpenType file is needed"),
    ],
)
def test_a_file_that_is_no_font(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DrawingError, match=message):
        fallback("x", [tmp_path / name])


@pytest.mark.usefixtures("no_system")
@pytest.mark.parametrize("draw_", [svg_to_png, svg_to_pdf])
def test_characters_without_a_font_are_named(draw_: object) -> None:
    message = (
        r"no font has U\+65E5 \(Cjk Unified Ideograph-65E5\), U\+1F642 \(Slightly Smiling Face\)"
    )
    with pytest.warns(MissingFontWarning, match=message):
        draw_(picture(line("日🙂")))  # type: ignore[operator]


def drawn(svg: str, path: Path) -> Image.Image:
    return Image.open(io.BytesIO(svg_to_png(svg, 2, [path]))).convert("L")


@pytest.mark.usefixtures("no_system")
@pytest.mark.parametrize("cff", [False, True])
def test_png_and_pdf_draw_with_it(tmp_path: Path, cff: bool) -> None:
    path = make(tmp_path / "han.otf", dict.fromkeys(HAN, 700), cff=cff)
    svg = picture(line(f"{HAN} = 0.5"))
    box = ImageChops.invert(drawn(svg, path).crop((0, 0, 40 + 2 * 36, 120))).getbbox()
    assert box
    # Bars are 0.7 of the font size high, and three of them 1.8 wide: 20 px, drawn twice as large.
    assert box[3] - box[1] == pytest.approx(28, abs=1)
    assert box[2] - box[0] == pytest.approx(2 * (2 * 12 + 10), abs=1)
    page = pypdf.PdfReader(io.BytesIO(svg_to_pdf(svg, [path]))).pages[0]
    assert page.extract_text().strip() == f"{HAN} = 0.5"
    content = page.get_contents()
    assert content is not None
    assert content.get_data().count(b" l") >= 9  # three sides of three bars


JOINED = """
languagesystem DFLT dflt;
languagesystem arab dflt;
feature fina { sub u0645 by low; } fina;
feature rlig { sub u0644 u0627 by both; } rlig;
"""


@pytest.mark.usefixtures("no_system")
def test_letters_join_and_run_from_right_to_left(tmp_path: Path) -> None:
    """Of four letters two become one glyph and the last has a form of its own, at the left."""
    heights = {"س": 300, "ل": 500, "ا": 600, "م": 700}
    path = make(tmp_path / "arabic.ttf", heights, forms={"low": 100, "both": 800}, rules=JOINED)
    svg = picture(line("لاسم\u200e = −5"))
    image = ImageChops.invert(drawn(svg, path))
    columns = [image.crop((x, 0, x + 2, 120)).getbbox() for x in (40 + 12, 40 + 36, 40 + 60)]
    assert [box[3] - box[1] if box else 0 for box in columns] == pytest.approx([4, 12, 32], abs=2)
    page = pypdf.PdfReader(io.BytesIO(svg_to_pdf(svg, [path]))).pages[0]
    content = page.get_contents()
    assert content is not None
    outlines = content.get_data().decode("latin-1")
    sides = re.findall(r"([\d.-]+) m [\d.-]+ ([\d.-]+) l", outlines)
    bars = [abs(float(top) - float(bottom)) for bottom, top in sides]
    assert bars == pytest.approx([2, 6, 16], abs=0.1)
    # A PDF has letters as they are seen, and readers put them in order.
    assert "لاسم" in page.extract_text()


@pytest.mark.usefixtures("no_system")
def test_a_letter_and_its_marks_have_one_font() -> None:
    own = [Face(str(FONT_FILES["LiberationSans-Regular"]))]
    clusters = [cluster for cluster, _ in by_face("ae\u0301👩\u200d👧👍\U0001f3fdb", (), own)]
    assert clusters == ["a", "e\u0301", "👩\u200d👧", "👍\U0001f3fd", "b"]


def test_invisible_characters() -> None:
    assert all(map(is_invisible, " \u00a0\u200d\u200e\ufe0f\u2066"))
    assert not any(map(is_invisible, "a日\u0301\ue000"))


@pytest.mark.usefixtures("no_system")
def test_a_picture_of_a_network(tmp_path: Path) -> None:
    path = make(tmp_path / "han.ttf", dict.fromkeys(HAN, 700))
    network = spec([(HAN, "input"), ("y", "output")], [(HAN, "y")])
    for format in ("png", "pdf"):
        assert draw.render(network, format=format, font=[path])
        with pytest.warns(MissingFontWarning, match="install a font, or name one"):
            draw.render(network, format=format)
