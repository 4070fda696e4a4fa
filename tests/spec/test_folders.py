from __future__ import annotations

from typing import TYPE_CHECKING

from deepgraph.spec.folders import find_specs

if TYPE_CHECKING:
    from pathlib import Path


def test_find_specs(tmp_path: Path) -> None:
    files = {
        "b.json": '{"deepgraph": 1}',
        "a/c.json": '\ufeff{"deepgraph": 1}',
        "a/broken.json": '{"deepgraph": 1,}',
        "package.json": "{}",
        "list.json": '["deepgraph"]',
        "empty.json": "",
        ".hidden/d.json": '{"deepgraph": 1}',
        "a/notes.txt": '{"deepgraph": 1}',
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    specs, others = find_specs(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in specs] == [
        "a/broken.json",
        "a/c.json",
        "b.json",
    ]
    assert [path.name for path in others] == ["empty.json", "list.json", "package.json"]
