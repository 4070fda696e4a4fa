"""The plugin of mystmd: what it answers, and pages that mystmd itself builds with it."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deepgraph.embed import mystmd
from deepgraph.errors import OptionError
from tests.support.needs import need
from tests.support.strategies import SPECS

MYST = Path(__file__).parents[1] / "node_modules/.bin/myst"
PAGE = """# Networks

```{deepgraph} xor.json
:set: x1=0 x2=1
:caption: XOR of 0 and 1
:max-width: 6
```

```{deepgraph-explain} xor.json
:set: x1=0 x2=1
:node: h1
:caption: By hand
```

```{deepgraph-eval} xor.json
:input: xor.csv
:nodes: h1,y
:caption: All rows
```

The answer is {dg}`xor.json y x1=0 x2=1`.

```{deepgraph}
{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
 "edges": [{"source": "x", "target": "y", "label": "w", "weight": 2}]}
```
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("xor.json", "xor.csv"):
        shutil.copy(SPECS / name, name)


def asked(
    kind: str, name: str, data: dict[str, Any], code: int = 0
) -> subprocess.CompletedProcess[str]:
    """A run as mystmd makes it."""
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph.embed.mystmd", f"--{kind}", name],
        input=json.dumps(data),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


def nodes(tree: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """All nodes of a kind below one."""
    found = [tree] if tree.get("type") == kind else []
    for child in tree.get("children", ()):
        found += nodes(child, kind)
    return found


def test_what_it_has() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deepgraph.embed.mystmd"], capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    names = [directive["name"] for directive in found["directives"]]
    assert names == [
        "deepgraph",
        "deepgraph-diff",
        "deepgraph-explain",
        "deepgraph-eval",
        "deepgraph-jacobian",
    ]
    assert [role["name"] for role in found["roles"]] == ["deepgraph-value", "dg"]
    options = found["directives"][0]["options"]
    assert options["gradient"]["type"] == "boolean"
    assert options["max-width"]["alias"] == ["max_width"]


def test_a_diagram_is_an_image_with_words() -> None:
    data = {"arg": "xor.json", "options": {"set": "x1=0 x2=1", "legend": True, "alt": "Words"}}
    (image,) = mystmd.directive("deepgraph", data)
    head, _, content = image["url"].partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(content).startswith(b"<svg ")
    assert (image["type"], image["alt"]) == ("image", "Words")


def test_two_networks_are_drawn_as_one() -> None:
    after = Path("xor.json").read_text(encoding="utf-8").replace('"weight": -2', '"weight": -3')
    Path("after.json").write_text(after, encoding="utf-8")
    (image,) = mystmd.directive("deepgraph-diff", {"arg": "xor.json after.json", "options": {}})
    picture = base64.b64decode(image["url"].partition(",")[2]).decode()
    assert "−2 → −3" in picture
    assert "xor.json" in image["alt"]
    for wrong in ({"arg": "xor.json"}, {"arg": "xor.json lost.json"}, {"body": "{}"}):
        assert asked("directive", "deepgraph-diff", wrong, code=1).stderr.startswith("deepgraph: ")


def test_a_mistake_ends_the_build_with_its_lines() -> None:
    Path("broken.json").write_text(
        '{"deepgraph": 1,\n "nodes": [{"id": "x", "kind": "inptu"}, {"id": "y", "kind": "output"}],'
        '\n "edges": [{"source": "x", "target": "z"}]}'
    )
    data: dict[str, Any] = {"arg": "broken.json", "node": {"position": {"start": {"line": 7}}}}
    told = asked("directive", "deepgraph", data, code=1).stderr.splitlines()
    assert len(told) == 2
    assert told[0].startswith("deepgraph: line 7: broken.json:2:32: $.nodes[0].kind: ")
    assert 'there is no node "z"' in told[1]
    data = {"arg": "xor.json", "options": {"set": "x1=0"}}
    assert "x2" in asked("directive", "deepgraph", data, code=1).stderr
    assert "lost.json: no such file" in asked("role", "dg", {"body": "lost.json y"}, 1).stderr
    for wrong in ({}, {"arg": "xor.json", "body": "{}"}):
        assert asked("directive", "deepgraph", wrong, code=1).stderr.startswith("deepgraph: ")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("deepgraph", {"width": "foo"}, "width is a length such as 480, 60% or 30em, got 'foo'"),
        ("deepgraph", {"align": "up"}, 'align is left, center, right, got "up"'),
        ("deepgraph-eval", {"set": "x1=0 x2=1", "align": "up"}, "align is left, center, right"),
        ("deepgraph-eval", {"set": "x1=0 x2=1", "width": "60%"}, 'no option "width" here'),
    ],
)
def test_options_about_the_page_are_checked(
    name: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(OptionError, match=re.escape(message)):
        mystmd.directive(name, {"arg": "xor.json", "options": options})


def raw(**options: Any) -> dict[str, Any]:
    """The node of a directive as mystmd passes it on, with all that stands in the page."""
    children = [{"type": "mystDirectiveArg", "value": "xor.json"}]
    children += [
        {"type": "mystOption", "name": name.replace("_2", ""), "value": value}
        for name, value in options.items()
    ]
    return {"position": {"start": {"line": 3}}, "children": children}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("deepgraph", {"themee": "dark"}, 'no option "themee" here; did you mean "theme"?'),
        ("deepgraph", {"gradient": "yes"}, "gradient"),
        ("deepgraph", {"set": "x1=0", "set_2": "x2=1"}, "set is given twice; several values stand"),
        ("deepgraph", {"class": "mine"}, 'no option "class" here'),
        ("deepgraph-explain", {"width": "60%"}, 'no option "width" here'),
    ],
)
def test_what_mystmd_leaves_out_is_told(name: str, options: dict[str, str], message: str) -> None:
    """mystmd itself warns, draws without the option, and calls a strict build a success."""
    read = {key: value for key, value in options.items() if key in ("set",)}
    data = {"arg": "xor.json", "options": read, "node": raw(**options)}
    with pytest.raises(OptionError, match=re.escape(message)):
        mystmd.directive(name, data)


def test_what_mystmd_reads_is_left_to_it() -> None:
    plain, same = (
        mystmd.directive("deepgraph", {"arg": "xor.json", **more})
        for more in (
            {"options": {"max-width": "6"}},
            {"options": {"max-width": "6"}, "node": raw(max_width=6, legend="false")},
        )
    )
    assert plain == same


def test_an_option_that_is_null_is_none() -> None:
    plain, null = (
        mystmd.directive("deepgraph", {"arg": "xor.json", "options": options})
        for options in ({}, {"collapse": None, "alt": None, "width": None})
    )
    assert plain == null
    data = {"arg": "xor.json", "options": {"set": "x1=0 x2=1", "align": "right"}}
    assert mystmd.directive("deepgraph-eval", data)[0]["align"] == "right"


def test_words_that_mystmd_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["--transform", "x"], ["--directive"]):
        monkeypatch.setattr("sys.argv", ["deepgraph-myst.py", *words])
        with pytest.raises(SystemExit, match="--directive NAME or --role NAME"):
            mystmd.main()


@pytest.fixture
def myst() -> Any:
    """Builds a page with mystmd, which needs no template for its content."""
    need(MYST.exists(), "mystmd", "npm ci --prefix tests --ignore-scripts")
    plugin = Path("deepgraph-myst.py")
    plugin.write_text(
        f"#!{sys.executable}\nfrom deepgraph.embed.mystmd import main\n\nmain()\n", encoding="utf-8"
    )
    plugin.chmod(0o755)
    Path("theme").mkdir()
    Path("theme/template.yml").write_text(
        "jtex: v1\ntitle: t\nversion: 1.0.0\nkind: site\nbuild: {install: x, start: x}\n"
    )
    Path("myst.yml").write_text(
        "version: 1\nproject:\n  title: nets\n  plugins:\n    - type: executable\n"
        "      path: deepgraph-myst.py\n  toc:\n    - file: page.md\nsite:\n  template: ./theme\n"
    )

    def build(page: str) -> subprocess.CompletedProcess[str]:
        Path("page.md").write_text(page, encoding="utf-8")
        return subprocess.run(
            [str(MYST), "build", "--site", "--strict"],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "CI": "true"},
            timeout=120,
            check=False,
        )

    return build


def test_a_page_that_mystmd_builds(myst: Any) -> None:
    done = myst(PAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    tree = json.loads(Path("_build/site/content/index.json").read_text())["mdast"]
    images = nodes(tree, "image")
    assert [image["alt"].split(":")[0] for image in images] == [
        "XOR with two ReLU nodes",
        "network",
    ]
    for image in images:
        assert (
            Path("_build/site/public", image["url"].lstrip("/")).read_bytes().startswith(b"<svg ")
        )
    assert any("w_{1} \\cdot x_{1}" in formula["value"] for formula in nodes(tree, "math"))
    (table,) = nodes(tree, "table")
    rows = [[cell["children"][0]["value"] for cell in row["children"]] for row in table["children"]]
    assert rows[0] == ["x1", "x2", "h1", "y"]
    assert rows[2] == ["0", "1", "1", "1"]
    captions = [nodes(caption, "text")[0]["value"] for caption in nodes(tree, "caption")]
    assert captions == ["XOR of 0 and 1", "All rows"]
    said = [text["value"] for text in nodes(tree, "text")]
    (emphasis,) = nodes(tree, "emphasis")
    assert emphasis["children"][0]["value"] == "By hand"
    assert said[said.index("The answer is ") + 1] == "1"
    spec = Path("xor.json")
    spec.write_text(spec.read_text().replace('"source": "x1"', '"source": "x9"', 1))
    done = myst(PAGE)
    assert done.returncode == 1
    assert "page.md" in done.stdout + done.stderr
    assert "deepgraph: line 3: xor.json:" in done.stdout + done.stderr
    done = myst("```{deepgraph} lost.json\n:themee: dark\n```\n")  # mystmd itself goes on
    assert done.returncode == 1
    assert 'deepgraph: line 1: no option "themee" here' in done.stdout + done.stderr
