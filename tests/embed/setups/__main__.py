"""`python -m tests.embed.setups FOLDER [NAME …]`: install, build, judge, print a table."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.embed.setups.table import ENVIRONMENTS, SETUPS, Setup
from tests.support.readers import Judged, Reader

ROOT = Path(__file__).parents[3]
HEAD = "| set-up | page | diagrams | contrast | ids twice | asks elsewhere | scrolls at | print |"
UNWANTED = ("w1", "w₁", "1.73", "−1.85", "0.225", "sepal_length−", "color-scheme", "fill:", "{fill")
"""What stands in labels and in style rules of the diagrams, and not in the words for readers."""

PAGE = r"\S*\b(index|nets|notebook|other)\.(rst|md|ipynb)(:\d+)?"
"""A page of a set-up, where a message names it."""


def wheel(folder: Path) -> Path:
    """The package as pip gets it: a wheel of this tree, built anew."""
    place = folder / "wheel"
    shutil.rmtree(place, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place)]
    subprocess.run([*pip, str(ROOT)], check=True)
    return next(place.glob("*.whl"))


def environment(name: str, folder: Path, package: Path) -> Path:
    """The folder of the programs of an environment, installed if it is not there yet.

    Args:
        name: of the environment.
        folder: where environments are.
        package: the wheel, installed again into one that is there.
    """
    place = folder / "environments" / name.replace(" ", "-")
    packages = ENVIRONMENTS[name]
    if name.startswith("npm "):
        if not (place / "node_modules").exists():
            place.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "init", "-y"], cwd=place, check=True, capture_output=True)
            subprocess.run(["npm", "install", *packages], cwd=place, check=True)
        return place / "node_modules/.bin"
    if not place.exists():
        venv.create(place, with_pip=True)
    pip = [str(place / "bin/pip"), "install", "--quiet"]
    subprocess.run([*pip, *packages, f"{package}[markdown]"], check=True)
    subprocess.run([*pip, "--no-deps", "--force-reinstall", str(package)], check=True)
    return place / "bin"


def build(setup: Setup, project: Path, programs: Path) -> Path:
    """Write and build a project in an empty folder; returns the folder of the site.

    Args:
        setup: the set-up.
        project: the folder.
        programs: the folder of the programs of its environment.
    """
    setup.write(project)
    if "npm" in setup.environment:
        # As if installed there: bundlers follow symbolic links, and then take a package for two.
        copied = ["cp", "-al", str(programs.parent), str(project / "node_modules")]
        subprocess.run(copied, check=True)
    done = run(setup, project, programs)
    told = f"{setup.name}: {setup.command}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    assert done.returncode == 0, told
    return project / setup.site


def run(setup: Setup, project: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    """Build a project that is written. Only what was installed is found: no Graphviz of a system.

    A page that `deepgraph embed` fills is filled first, and what that refuses is not built.
    """
    node = os.path.dirname(shutil.which("node") or "")
    path = f"{programs}:{node}" if "npm" in setup.environment else ""
    given = {**os.environ, "PATH": path, "PYTHONUTF8": "1", "CI": "true"}
    given |= {"NO_MKDOCS_2_WARNING": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    steps = [[sys.executable, "-m", "deepgraph", "embed", setup.embed]] if setup.embed else []
    steps.append([word.format(bin=programs) for word in setup.command])
    for words in steps:
        done = subprocess.run(
            words, cwd=project, env=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            break
    return done


def broken(setup: Setup, project: Path, programs: Path) -> tuple[str, list[str]]:
    """What a build says of a spec with an edge that leads nowhere, and what is wrong with that.

    The page and the place in the spec stand in one line, or the page in another one, as where a
    tool runs a notebook. Then the spec is mended, and the next build holds nothing of it.
    """
    change_specs(project, '"target": "h1"', '"target": "h11"')
    done = run(setup, project, programs)
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    if not done.returncode:
        return "", ["a broken spec is not noticed"]
    page = re.search(PAGE, said.replace(str(project), "…"))
    if kept := re.search(r"/\S*sphinx-err-\S*\.log", said):  # all that Sphinx says itself is a name
        said += re.sub(r"\x1b\[[0-9;]*m", "", Path(kept[0]).read_text(encoding="utf-8"))
    found = re.search(r".*xor\.json:\d+:\d+: .*h11.*", said)
    change_specs(project, '"target": "h11"', '"target": "h1"')
    faults = []
    if run(setup, project, programs).returncode:
        faults.append("fails when the spec is mended")
    for file in (project / setup.site).rglob("*.html"):
        is_page = not {"node_modules", "jupyter_execute"} & set(file.parts)
        if is_page and "there is no node" in file.read_text(encoding="utf-8"):
            faults.append(f"{file} is old")
    if found is None or page is None:
        return said[-300:], [*faults, f"page or line of a broken spec is not named: {said[-300:]}"]
    told = found[0].replace(str(project), "…").strip()
    return told if re.search(PAGE, told) else f"{page[0]}: {told}", faults


def change_specs(project: Path, old: str, new: str) -> None:
    """Replace the first of a text in all copies of a spec."""
    for spec in project.rglob("xor.json"):
        if not {"node_modules", "site", "_build"} & set(spec.relative_to(project).parts):
            text = spec.read_text(encoding="utf-8")
            spec.write_text(text.replace(old, new, 1), encoding="utf-8")


def indexed(setup: Setup, site: Path) -> list[str]:
    """The words of labels and of style rules that a search index holds, and should not."""
    text = ""
    for file in site.glob(setup.search):
        content = file.read_bytes()
        text += (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    assert "etworks" in text or "notebook" in text, f"{setup.name}: no search index"
    return [word for word in UNWANTED if word in text]


def row(setup: Setup, page: str, found: Judged) -> str:
    """A line of the table."""
    cells = [
        setup.name,
        page,
        str(found.diagrams) if found.diagrams else f"{found.images} images",
        f"{found.contrast:.2f}" if found.diagrams else "",
        ", ".join(sorted(found.twice)[:3]) or "none",
        ", ".join(sorted(found.elsewhere)) or "nothing",
        ", ".join(f"{width}: {count}" for width, count in found.scrolls.items() if count)
        or "never",
        "cut" if found.cut else "whole",
    ]
    return f"| {' | '.join(cells)} |"


def judged(
    setup: Setup, folder: Path, package: Path, reader: Reader
) -> tuple[list[str], list[str]]:
    """Build a set-up anew and judge it; returns its lines of the table, and what is wrong.

    Args:
        setup: the set-up.
        folder: of all set-ups.
        package: the wheel.
        reader: the browser.
    """
    project = folder / "projects" / setup.name.replace(" ", "-").replace(",", "").lower()
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    programs = environment(setup.environment, folder, package)
    site = build(setup, project, programs)
    rows, told = [], []
    if setup.search and (words := indexed(setup, site)):
        told.append(f"{setup.name}: the search index holds {', '.join(words)}")
    for page in setup.pages:
        pictures = folder / "pictures" / f"{setup.name} {page}".replace("/", "-")
        pictures.mkdir(parents=True, exist_ok=True)
        found = reader.judge(site, page, switch=setup.switch, picture=pictures)
        rows.append(row(setup, page, found))
        own = {f"asks {host}" for host in setup.asks}
        told += [fault for fault in found.faults() if fault not in own]
    print("\n".join([*rows, *(f"    {fault}" for fault in told[:8])]), flush=True)
    if setup.fails:
        said, faults = broken(setup, project, programs)
        print("\n".join([f"    a broken spec: {said}", *(f"    {f}" for f in faults)]), flush=True)
        told += [f"{setup.name}: {fault}" for fault in faults]
    return rows, told


def main() -> None:
    """Build and judge the set-ups that are named, or all, whether or not others could be built."""
    folder = Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:]
    rows, told = [], []
    package = wheel(folder)
    with Reader() as reader:
        for setup in SETUPS:
            if wanted and not any(word.lower() in setup.name.lower() for word in wanted):
                continue
            try:
                lines, faults = judged(setup, folder, package, reader)
            except (AssertionError, subprocess.CalledProcessError) as error:
                lines, faults = [], [f"{setup.name}: {error}"]
                print(f"    {faults[0]}", flush=True)
            rows += lines
            told += faults
    print("\n".join([HEAD, "|" + "---|" * (HEAD.count("|") - 1), *rows]))
    print(f"{len(told)} faults")
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
