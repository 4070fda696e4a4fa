"""`deepgraph diff` and `patch` as processes: exit codes, formats, sides, and git itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.models import made
from tests.support.strategies import SPECS

if TYPE_CHECKING:
    from tests.cli.conftest import Run

XOR = (SPECS / "xor.json").read_text()
OTHER = XOR.replace('"label": "w1", "weight": 1', '"label": "w1", "weight": 1.5')
REPORT = "a.json → b.json: 1 of 8 parameters\nparameters\n  ~ w1: 1 → 1.5 (+0.5)\n"


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """`a.json` and `b.json`, which differ in one weight."""
    (tmp_path / "a.json").write_text(XOR)
    (tmp_path / "b.json").write_text(OTHER)
    return tmp_path


def test_exit_codes_are_those_of_diff(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "a.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = run("diff", "a.json", "b.json")
    assert (done.returncode, done.stdout, done.stderr) == (1, REPORT, "")
    done = run("diff", "a.json", "b.json", "-q")
    assert (done.returncode, done.stdout) == (1, "")
    assert run("diff", "a.json", "b.json", "--rtol", "0.4", "-q").returncode == 0
    assert run("diff", "a.json", "b.json", "--ignore", "parameters").returncode == 0
    (pair / "broken.json").write_text(XOR.replace('"h2"', '"h3"', 1))
    for other, told in (("c.json", "c.json: no such file"), ("broken.json", "broken.json:")):
        done = run("diff", "a.json", other)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"Error: {told}")
    for wrong in (["a.json"], ["a.json"] * 3, ["-", "-"], ["a.json", "b.json", "--rtol", "-1"]):
        assert run("diff", *wrong).returncode == 2


def test_a_fault_of_the_program_is_no_difference(pair: Path) -> None:
    """The interpreter ends with 1 after a traceback, and 1 says that the two differ."""
    code = (
        "import sys; from deepgraph.request import comparing; comparing.compare = None; "
        "sys.argv = ['deepgraph', 'diff', 'a.json', 'b.json']; "
        "from deepgraph.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=pair, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "TypeError" in done.stderr


def test_formats(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "b.json", "--format", "markdown")
    assert done.stdout.startswith("**a.json → b.json**: 1 of 8 parameters\n\n**Parameters**\n")
    assert "| w1 | 1 | 1.5 | +0.5 |" in done.stdout
    found = json.loads(run("diff", "a.json", "b.json", "--json").stdout)
    assert found["parameters"] == [
        {"mark": "changed", "what": "parameter", "name": "w1", "before": 1.0, "after": 1.5,
         "change": 0.5}
    ]  # fmt: skip
    (pair / "long.json").write_text(XOR.replace('"w1", "weight": 1', '"w1", "weight": 1.23456'))
    for options, told in (((), "1.23456 (+0.23456)"), (("--precision", "3"), "1.23 (+0.23)")):
        done = run("diff", "a.json", "long.json", *options)
        assert f"w1: 1 → {told}\n" in done.stdout
    done = run("diff", "a.json", "b.json", "--format", "markdown")
    assert run("diff", "a.json", "b.json", "-o", "out.md").returncode == 1
    assert (pair / "out.md").read_text() == done.stdout
    assert run("diff", "a.json", "b.json", "-o", "a.json").returncode == 2
    assert (pair / "a.json").read_text() == XOR


def test_colours_are_for_terminals_and_never_without_a_sign(run: Run, pair: Path) -> None:
    plain = run("diff", "a.json", "b.json", "--color", "never").stdout
    painted = run("diff", "a.json", "b.json", "--color", "always").stdout
    assert "\x1b[" in painted
    assert click_unstyled(painted) == plain == REPORT
    assert run("diff", "a.json", "b.json", GIT_PAGER_IN_USE="1").stdout == painted
    both = run("diff", "a.json", "b.json", GIT_PAGER_IN_USE="1", NO_COLOR="1")
    assert both.stdout == plain


def click_unstyled(text: str) -> str:
    import click

    return click.unstyle(text)


def test_sides_are_standard_input_and_files_of_other_tools(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "-", stdin=OTHER)
    assert (done.returncode, done.stdout) == (1, REPORT.replace("b.json", "standard input"))
    made("keras_dense.h5", pair)
    made("keras_dense.keras", pair)
    done = run("diff", "keras_dense.h5", "keras_dense.keras", "--ignore", "words")
    assert (done.returncode, done.stdout) == (0, "")
    run("export", SPECS / "iris.json", "-o", "ours.keras")
    assert run("diff", "ours.keras", SPECS / "iris.json", "--rtol", "1e-6").stderr == ""
    done = run("diff", "keras_dense.h5", "a.json")
    assert (done.returncode, done.stderr) == (1, "")


def test_rows_examples_and_kinks(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "b.json", "--input", SPECS / "xor.csv")
    assert "largest difference" in done.stdout
    done = run("diff", "a.json", "b.json", "--example", "the truth table", "--json")
    assert json.loads(done.stdout)["values"]["rows"] == 4
    done = run("diff", "a.json", "b.json", "--over", "x1=0:1", "--set", "x2=1")
    assert "kinks over x1 from 0 to 1, at x2 = 1" in done.stdout
    smooth = XOR.replace('"kind": "output"', '"kind": "output", "activation": "tanh"')
    (pair / "smooth.json").write_text(smooth)
    done = run("diff", "a.json", "smooth.json", "--over", "x1=0:1", "--set", "x2=1")
    assert (done.returncode, done.stderr) == (1, "")
    assert "~ node y: linear → tanh" in done.stdout
    assert "no kinks of y are compared: in smooth.json, y is tanh, which is not" in done.stdout
    done = run("diff", "a.json", "b.json", "--example", "1", "--row", "3")
    assert "values on 1 row\n" in done.stdout
    assert "output y in row 3: " in done.stdout
    (pair / "empty.json").write_text(XOR.replace('"w6", "weight": -2', '"w6", "weight": null'))
    done = run("diff", "empty.json", "b.json", "--set", "x1=1", "--set", "x2=1")
    assert "w6 has no value" in done.stderr
    done = run("diff", "empty.json", "b.json", "--set", "x1=1", "--set", "x2=1", "--seed", "1")
    assert (done.returncode, done.stderr) == (1, "")
    refused = {
        ("--example", "1", "--row", "9"): "there is no row 9; there are 4",
        ("--init", "he"): "say --seed N to draw them",
        ("--example", "nix"): 'there is no example "nix"; the examples are "the truth table"',
        ("--set", "x1=1"): 'a.json: the input "x2" has no value; say --set x2=NUMBER',
        ("--gradient",): "`deepgraph render` has it; here the picture has --weights, --precision,",
        ("--format", "md"): 'write "markdown"',
        ("--rtol", "abc"): "'abc' is not a valid number.",
        ("--ignore", "names,style"): "'names,style' are several words; give the option once",
        ("--theme", "dark"): "--theme is for a picture: -o FILE.svg, or --format svg",
        ("--set", "x3=1"): 'no input is named "x3"; known: x1, x2',
        ("--over", "x1=0:1", "--set", "x1=1", "--set", "x2=1"): "--set and --over both name x1",
        ("--target", "y"): "--target is a column of a table: --input FILE",
        ("--input", SPECS / "xor.csv", "--target", "y"): "a.json: --target is a column of classes",
        ("--example", "1", "--set", "x1=1"): "--example and --set exclude each other",
    }
    for options, told in refused.items():
        done = run("diff", "a.json", "b.json", *options)
        assert done.returncode == 2
        assert told in done.stderr, (options, done.stderr)


def test_equal_values_of_networks_that_differ_are_told(run: Run, pair: Path) -> None:
    """A node that nothing reads: the structure differs, and no value does."""
    spec = json.loads(XOR)
    spec["nodes"].insert(2, {"id": "spare", "activation": "tanh"})
    spec["edges"].append({"source": "x1", "target": "spare", "weight": 3})
    spec["edges"].append({"source": "spare", "target": "y", "weight": 0})
    (pair / "more.json").write_text(json.dumps(spec))
    done = run("diff", "a.json", "more.json", "--set", "x1=1", "--set", "x2=0")
    assert done.returncode == 1
    assert "  note: the structure differs, and yet all values are the same" in done.stdout


def test_a_picture(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "b.json", "--set", "x1=1", "--set", "x2=0", "-o", "change.svg")
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 → 1.5" in (pair / "change.svg").read_text()
    assert run("diff", "a.json", "b.json", "-o", "change.png", "--theme", "dark").returncode == 1
    assert (pair / "change.png").read_bytes().startswith(b"\x89PNG")
    assert run("diff", "a.json", "b.json", "-o", "change.tex").returncode == 2


def test_a_patch_is_applied(run: Run, pair: Path) -> None:
    run("diff", "a.json", "b.json", "-o", "change.json")
    done = run("patch", "a.json", "change.json")
    assert (done.returncode, done.stdout) == (0, OTHER)
    assert run("patch", "a.json", "change.json", "-o", "a.json").returncode == 0
    assert (pair / "a.json").read_text() == OTHER
    done = run("patch", "a.json", "change.json", "--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: change.json: operation 1 (test /edges/0/weight) does not fit this file: there is "
        "1.5, not 1; nothing was changed\n"
    )
    done = run("patch", "-", "change.json", stdin=XOR)
    assert done.stdout == OTHER
    assert run("patch", "-", "-").returncode == 2
    (pair / "b.csv").write_text("x1,x2\n0,1\n")
    done = run("diff", "b.json", "b.csv")
    assert "a table of inputs is --input FILE, beside two networks" in done.stderr


def test_fmt_and_embed_show_what_they_would_change(run: Run, pair: Path) -> None:
    (pair / "a.json").write_text(XOR.replace("1.0", "1").replace("  ", " ", 1))
    done = run("fmt", "a.json", "--diff")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:3] == ["--- a/a.json", "+++ b/a.json", "@@ -1,5 +1,5 @@"]
    assert '- "deepgraph": 1,' in lines
    assert '+  "deepgraph": 1,' in lines
    page = "<!-- deepgraph: eval b.json --set x1=1 --set x2=0 -->\n<!-- /deepgraph -->\n"
    (pair / "page.md").write_text(page)
    done = run("embed", "page.md", "--diff")
    assert done.returncode == 1
    assert "+| x1 | x2 | y |" in done.stdout
    assert (pair / "page.md").read_text() == page
    assert run("fmt", "b.json", "--diff").stdout == ""
    assert run("fmt", "b.json", "--diff", "-o", "c.json").returncode == 2


@pytest.mark.parametrize("count", [7, 9])
def test_many_files_are_not_taken_for_the_call_of_git(run: Run, pair: Path, count: int) -> None:
    names = [f"{n}.json" for n in range(count)]
    done = run("diff", *names)
    assert done.returncode == 2
    assert f"two networks are compared, A and B; got {count}" in done.stderr


# --- git --------------------------------------------------------------------------------------

GITS = [path for path in (shutil.which("git"), os.environ.get("OTHER_GIT")) if path]
"""The git of this machine, and another version that a person names."""


@pytest.fixture(params=GITS or [None], ids=lambda path: path or "none")
def repository(request: pytest.FixtureRequest, pair: Path):
    """A repository with two commits of `net.json`, set up as `--git-config` says."""
    from tests.support.needs import need

    need(request.param, "git", "apt-get install git")
    program = pair / "bin" / "deepgraph"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m deepgraph \"$@\"\n")
    program.chmod(0o755)
    rest = os.pathsep.join(
        folder for folder in os.get_exec_path() if not Path(folder, "deepgraph").exists()
    )

    def git(
        *arguments: str, check: bool = True, found: bool = True
    ) -> subprocess.CompletedProcess[str]:
        hidden = {**os.environ, "HOME": str(pair), "GIT_CONFIG_NOSYSTEM": "1", "GIT_PAGER": "cat"}
        hidden["PATH"] = f"{program.parent}{os.pathsep}{rest}" if found else rest
        return subprocess.run(
            [request.param, "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
            cwd=pair, env=hidden, capture_output=True, text=True, check=check, timeout=120,
        )  # fmt: skip

    git("init", "-q")
    shown = subprocess.run(
        [sys.executable, "-m", "deepgraph", "diff", "--git-config"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    with (pair / ".git" / "config").open("a") as config:
        config.write(shown)
    (pair / ".gitattributes").write_text("net.json diff=deepgraph\n")
    (pair / "net.json").write_text(XOR)
    git("add", "net.json", ".gitattributes")
    git("commit", "-qm", "one")
    (pair / "net.json").write_text(OTHER)
    return git


def test_git_diff_tells_what_changed(repository, pair: Path) -> None:
    done = repository("diff")
    assert done.stdout == (
        "deepgraph diff a/net.json b/net.json\n"
        + REPORT.replace("a.json", "a/net.json").replace("b.json", "b/net.json")
    )
    assert done.stderr == ""
    plain = repository("diff", "--no-ext-diff", "--no-textconv").stdout
    assert '-    {"source": "x1", "target": "h1", "label": "w1", "weight": 1},' in plain


def test_git_goes_on_where_deepgraph_is_not_on_the_path(repository, pair: Path) -> None:
    """As in a fresh shell, or where it fails: the lines of the file, of a new one, of a rename."""
    repository("commit", "-qam", "two")
    (pair / "net.json").write_text(XOR.replace('"w1", "weight": 1', '"w1", "weight": "it\'s $5"'))
    (pair / "plain.txt").write_text("text")
    repository("add", "plain.txt")
    done = repository("diff", "HEAD", found=False)
    assert "net.json: deepgraph did not run; the lines of the file:\n--- a/net.json" in done.stdout
    assert (
        '+    {"source": "x1", "target": "h1", "label": "w1", "weight": "it\'s $5"},' in done.stdout
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "+text" in done.stdout  # files after it
    shown = repository("log", "-p", "-1", found=False)
    assert '-    {"source": "x1", "target": "h1", "label": "w1", "weight": 1},' in shown.stdout
    assert shown.stderr == ""
    done = repository("difftool", "-y", "-t", "deepgraph", "HEAD", "--", "net.json", found=False)
    assert "it's $5" in done.stdout
    (pair / "bin" / "deepgraph").write_text("#!/bin/sh\nexit 3\n")
    assert "deepgraph did not run" in repository("diff").stdout
    assert "it's $5" in repository("diff", "--no-ext-diff").stdout  # its textconv fails, too
    repository("checkout", "-q", "net.json")
    conflict(repository, pair)
    assert repository("diff", found=False).returncode == 0


def test_git_diff_never_dies(repository, pair: Path) -> None:
    """A broken spec, a new one, a removed one, one written otherwise, one that is not merged."""
    (pair / "net.json").write_text(OTHER.replace("nodes", "nods"))
    done = repository("diff")
    assert 'unknown key "nods"' in done.stdout
    assert '+  "nods": [' in done.stdout
    (pair / "net.json").write_text(XOR.replace('"weight": 1}', '"weight": 1.0}'))
    assert "the same network, written otherwise" in repository("diff").stdout
    (pair / "net.json").unlink()
    assert "- the network net.json: 7 nodes, 8 edges, 8 parameters" in repository("diff").stdout
    repository("checkout", "-q", "net.json")
    (pair / "more.json").write_text(OTHER)
    (pair / ".gitattributes").write_text("*.json diff=deepgraph\n")
    repository("add", "more.json")
    assert "+ the network more.json" in repository("diff", "--cached").stdout
    repository("commit", "-qm", "two")
    repository("mv", "more.json", "moved.json")
    (pair / "moved.json").write_text(OTHER.replace("1.5", "1.75"))
    done = repository("diff", "-M", "HEAD")
    assert "b/moved.json" in done.stdout
    assert "w1: 1.5 → 1.75 (+0.25)" in done.stdout
    conflict(repository, pair)
    assert "net.json: not merged" in repository("diff", "--ours", check=False).stdout or (
        "not merged" in repository("diff", check=False).stdout
    )


def conflict(git, folder: Path) -> None:
    git("commit", "-qam", "three")
    git("checkout", "-qb", "side")
    (folder / "net.json").write_text(XOR.replace('"weight": 1}', '"weight": 3}', 1))
    git("commit", "-qam", "side")
    git("checkout", "-q", "-")
    (folder / "net.json").write_text(XOR.replace('"weight": 1}', '"weight": 4}', 1))
    git("commit", "-qam", "main")
    git("merge", "side", check=False)


def test_git_log_shows_the_canonical_text(repository, pair: Path) -> None:
    """By the textconv, which leaves a broken spec as it is."""
    (pair / "net.json").write_text(json.dumps(json.loads(OTHER)))
    repository("commit", "-qam", "two")
    (pair / "net.json").write_text("{broken")
    repository("commit", "-qam", "three")
    shown = repository("log", "-p", "-2").stdout
    assert '+    {"source": "x1", "target": "h1", "label": "w1", "weight": 1.5},' in shown
    assert "+{broken" in shown


def test_git_is_shown_a_file_that_is_not_there_or_no_file(run, tmp_path: Path) -> None:
    """Any other end than 0 is a crash for git, which then shows no other file."""
    new, mark = str(SPECS / "xor.json"), "a" * 40
    for old, words in ((tmp_path / "none.json", "no such file"), (tmp_path, "this is a folder")):
        done = run("diff", "xor.json", old, mark, "100644", new, mark, "100644")
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout
        assert '+  "deepgraph": 1,' in done.stdout


def test_git_difftool(repository, pair: Path) -> None:
    done = repository("difftool", "-y", "-t", "deepgraph")
    assert "w1: 1 → 1.5 (+0.5)" in done.stdout


def test_a_hook_shows_what_is_staged(repository, run: Run, pair: Path) -> None:
    repository("add", "net.json")
    (pair / "net.json").write_text("{}")  # what is not staged does not count
    (pair / "other.json").write_text("[1]")
    repository("add", "other.json", "b.json")
    done = run("diff", "--staged", "net.json", "other.json", "b.json")
    assert done.returncode == 0
    assert done.stdout == (
        "+ the network b.json: 7 nodes, 8 edges, 8 parameters\n"
        + REPORT.replace("a.json", "HEAD:net.json").replace("b.json", "net.json")
    )


def test_what_is_staged_is_shown_of_all_files_or_of_folders(
    repository, run: Run, pair: Path
) -> None:
    (pair / "sub").mkdir()
    (pair / "sub" / "new.json").write_text(OTHER)
    (pair / "sub" / "notes.txt").write_text('"deepgraph"')
    repository("add", "net.json", "sub")
    changed = REPORT.replace("a.json", "HEAD:net.json").replace("b.json", "net.json")
    new = "+ the network sub/new.json: 7 nodes, 8 edges, 8 parameters\n"
    assert run("diff", "--staged").stdout == changed + new
    assert run("diff", "--staged", "sub").stdout == new
    repository("commit", "-qm", "two")
    done = run("diff", "--staged")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Note: no network is staged.\n"
    repository("rm", "-q", "sub/new.json")
    assert run("diff", "--staged").stdout == "-" + new[1:]
    for refused in (["--json"], ["-o", "x.md"], ["-q"], ["--format", "svg"], ["--theme", "dark"]):
        done = run("diff", "--staged", *refused)
        assert (done.returncode, done.stdout) == (2, "")
        assert "compare one file: deepgraph diff HEAD:PATH :PATH" in done.stderr
    (pair / "net.json").write_text(XOR)
    assert run("diff", "HEAD:net.json", ":net.json").returncode == 0


def test_a_hook_never_stops_a_commit(repository, run: Run, pair: Path) -> None:
    """A broken file that is gone from the folder, one that was broken, one that is renamed."""
    broken = XOR.replace('"nodes"', '"nods\x1b[31m"')
    (pair / "was.json").write_text(broken.replace("\x1b", "\\u001b") + " \x1b")
    (pair / "former.json").write_text(XOR.replace("XOR", "Exclusive or"))
    repository("add", "was.json", "former.json")
    repository("commit", "-qm", "two")
    (pair / "was.json").write_text(XOR)
    repository("mv", "former.json", "moved.json")
    (pair / "gone.json").write_text(XOR.replace('"nodes"', '"nods"'))
    repository("add", ".")
    (pair / "gone.json").unlink()
    done = run("diff", "--staged", "was.json", "moved.json", "gone.json", "nix.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nHEAD:was.json:" in done.stdout
    assert done.stdout.count("gone.json:") == 1
    assert "\n+  " in done.stdout
    assert "\x1b" not in done.stdout
    assert "the network moved.json" not in done.stdout
    assert "gone.json:" in done.stdout
    done = run("diff", "--staged", "net.json", "--set", "x1=1")
    assert (done.returncode, done.stdout) == (
        0,
        'net.json: HEAD:net.json: the input "x2" has no value; say --set x2=NUMBER\n',
    )


def test_a_table_of_a_revision_is_that_beside_it(repository, run: Run, pair: Path) -> None:
    (pair / "sub").mkdir()
    spec = json.loads(XOR) | {
        "examples": [{"name": "t", "table": "t.csv", "class": "c", "accuracy": 1}]
    }
    spec["nodes"][-1] |= {"classes": ["0", "1"]}
    (pair / "sub" / "n.json").write_text(json.dumps(spec))
    (pair / "sub" / "t.csv").write_text("x1,x2,c\n0,1,1\n1,1,0\n")
    repository("add", "sub")
    repository("commit", "-qm", "a table")
    (pair / "sub" / "t.csv").unlink()
    text = (pair / "sub" / "n.json").read_text().replace('"weight": 1', '"weight": 3', 1)
    (pair / "sub" / "n.json").write_text(text)
    done = run("diff", "sub/n.json", "HEAD:sub/n.json", "--example", "t")
    assert (done.returncode, done.stderr) == (1, "")
    assert "values on 2 rows\n" in done.stdout


def test_a_file_that_came_or_went_in_the_difftool(run: Run, pair: Path) -> None:
    done = run("diff", os.devnull, "a.json")
    assert (done.returncode, done.stdout) == (
        1, "+ the network a.json: 7 nodes, 8 edges, 8 parameters\n"
    )  # fmt: skip
    assert run("diff", "a.json", os.devnull).stdout.startswith("- the network a.json")
    assert run("diff", os.devnull, "nix.json").returncode == 2
    assert run("diff", os.devnull, os.devnull).returncode == 2


def test_a_patch_keeps_the_text_of_standard_input(run: Run, pair: Path) -> None:
    done = run("diff", "a.json", "-", "--json", stdin=OTHER.replace("1.5", "1.50"))
    assert '"path": "/edges/0/weight", "value": 1.50' in done.stdout


def test_a_side_may_be_a_revision(repository, run: Run, pair: Path) -> None:
    done = run("diff", "HEAD:net.json", "net.json")
    assert (done.returncode, done.stdout) == (
        1, REPORT.replace("a.json", "HEAD:net.json").replace("b.json", "net.json")
    )  # fmt: skip
    done = run("diff", "HEAD:nix.json", "net.json")
    assert (done.returncode, done.stderr) == (
        2,
        (
            "Error: HEAD:nix.json: no such file here, nor in git: path 'nix.json' does not exist "
            "in 'HEAD'\n"
        ),
    )
    assert run("diff", "-x:net.json", "net.json").returncode == 2
    repository("add", "net.json")
    assert run("diff", "HEAD:./net.json", ":net.json").returncode == 1
    (pair / "sub").mkdir()
    (pair / "sub" / "n.json").write_text(XOR)
    shutil.copy(SPECS / "xor.csv", pair / "sub" / "rows.csv")
    repository("add", "sub")
    repository("commit", "-qm", "two")
    (pair / "sub" / "rows.csv").unlink()
    done = run("diff", "a.json", "b.json", "--input", "HEAD:sub/rows.csv")
    assert "values on 4 rows" in done.stdout
    told = {
        ("HEAD~1", "HEAD", "net.json"):
            "got 3; a file in git is REV:PATH: deepgraph diff HEAD~1:./net.json HEAD:./net.json",
        ("HEAD~1", "net.json"):
            "HEAD~1: no such file here; it is a revision of git, and a file in it is HEAD~1:PATH",
        ("HEAD:n.json", "n.json"): "from the top of the repository, and from this folder it is "
            "HEAD:./n.json",
        ("n.json", "HEAD:sub/rows.csv"): "Error: HEAD:sub/rows.csv: a list of edges has",
        ("n.json",): "a file in git is REV:PATH, as in: deepgraph diff HEAD:./net.json net.json",
    }  # fmt: skip
    for sides, message in told.items():
        done = subprocess.run(
            [sys.executable, "-m", "deepgraph", "diff", *sides],
            cwd=pair / "sub", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert message in done.stderr, done.stderr
        assert "/tmp" not in done.stderr


def test_the_numbers_of_a_revision_are_those_beside_it(repository, run: Run, pair: Path) -> None:
    import numpy as np

    layers = [{"id": "x", "size": 1}, {"id": "y", "size": 1, "weights": "W", "bias": None}]
    spec = {"deepgraph": 1, "layers": layers, "parameters": "w.npz"}
    (pair / "sub").mkdir()
    (pair / "sub" / "n.json").write_text(json.dumps(spec))
    np.savez(pair / "sub" / "w.npz", W=np.array([[1.0]]))
    repository("add", "sub")
    repository("commit", "-qm", "numbers")
    np.savez(pair / "sub" / "w.npz", W=np.array([[2.0]]))
    assert "W[1,1]: 1 → 2 (+1)" in run("diff", "HEAD:sub/n.json", "sub/n.json").stdout


def test_the_lines_for_a_pull_request(repository, pair: Path) -> None:
    """The lines of docs/diff.md run in a branch; a script stands for GitHub's program."""
    page = (Path(__file__).parents[2] / "docs/diff.md").read_text(encoding="utf-8")
    block = page.partition("In GitHub's CI")[2].split("```yaml\n")[1].split("```")[0]
    install, *lines = re.findall(r"\brun: (.*)", block)
    assert install == "pip install deepgraph-nn"
    for unknown, known in (("github.base_ref", "main"), ("github.event.number", "7")):
        lines = [line.replace(f"${{{{ {unknown} }}}}", known) for line in lines]
    tools = pair / "tools"
    tools.mkdir()
    for name, text in (
        ("deepgraph", f'exec "{sys.executable}" -m deepgraph "$@"'),
        ("gh", 'echo "$@" >called; cat report.md >>called'),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    repository("update-ref", "refs/remotes/origin/main", "HEAD")
    called, report, summary = pair / "called", pair / "report.md", pair / "summary.md"

    def run_lines() -> list[int]:
        path = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
        path["GITHUB_STEP_SUMMARY"] = str(summary)
        shell = ["bash", "-eo", "pipefail", "-c"]
        return [
            subprocess.run([*shell, line], cwd=pair, env=path, check=False).returncode
            for line in lines
        ]

    assert run_lines() == [0, 0, 0]
    assert "w" in report.read_text()
    assert summary.read_text() == report.read_text()
    assert called.read_text().startswith("pr comment 7 ")
    called.unlink()
    repository("checkout", "-q", "net.json")
    told = summary.read_text()
    assert run_lines() == [0, 0, 0]
    assert not called.exists()
    assert summary.read_text() == told
    (pair / "net.json").write_text("{}")
    assert run_lines()[0] == 1
