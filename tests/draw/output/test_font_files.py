"""The fonts that ship with the package."""

from __future__ import annotations

from PIL import ImageFont

from deepgraph.draw.output.font_files import FONT_FOLDER, font_files


def test_every_face_is_the_font_that_its_file_is_called() -> None:
    faces = {name: ImageFont.truetype(str(path), 20) for name, path in font_files().items()}
    names = {name: "".join(face.getname()).replace(" ", "") for name, face in faces.items()}
    assert [found.removesuffix("Book") for found in names.values()] == [
        name.replace("-", "") for name in names
    ]


def test_every_font_has_its_licence() -> None:
    names = {path.name for path in FONT_FOLDER.iterdir()}
    families = {name.split("-")[0] for name in names if name.endswith(".ttf")}
    assert {f"LICENSE-{family}.txt" for family in families} <= names
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 1.5e6
