"""`python -m tests.embed.setups FOLDER [NAME …]`: install, build, judge, print a table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.embed.setups.table import ENVIRONMENTS, SETUPS, Setup
from tests.support.readers import Judged, Reader

ROOT = Path(__file__).parents[3]
HEAD = "| set-up | page | diagrams | contrast | ids twice | asks elsewhere | scrolls at | print |"


def environment(name: str, folder: Path) -> Path:
    """The folder of the programs of an environment, installed if it is not there yet."""
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
        pip = [str(place / "bin/pip"), "install", "--quiet", *packages]
        subprocess.run([*pip, "--editable", f"{ROOT}[markdown]"], check=True)
    return place / "bin"


def build(setup: Setup, project: Path, programs: Path) -> Path:
    """Write and build a project in an empty folder; returns the folder of the site.

    Args:
        setup: the set-up.
        project: the folder.
        programs: the folder of the programs of its environment.
    """
    setup.write(project)
    npm = "npm" in setup.environment
    if npm:
        # As if installed there: bundlers follow symbolic links, and then take a package for two.
        copied = ["cp", "-al", str(programs.parent), str(project / "node_modules")]
        subprocess.run(copied, check=True)
    # Only what was installed is found: no system Graphviz, no other Python.
    path = f"{programs}:{os.path.dirname(shutil.which('node') or '')}" if npm else str(programs)
    given = {**os.environ, "PATH": path, "PYTHONUTF8": "1", "CI": "true"}
    given |= {"NO_MKDOCS_2_WARNING": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    words = [word.format(bin=programs) for word in setup.command]
    done = subprocess.run(
        words, cwd=project, env=given, capture_output=True, text=True, check=False
    )
    told = f"{setup.name}: {words}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    assert done.returncode == 0, told
    return project / setup.site


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


def main() -> None:
    """Build and judge the set-ups that are named, or all."""
    folder = Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:]
    rows, told = [], []
    with Reader() as reader:
        for setup in SETUPS:
            if wanted and not any(word.lower() in setup.name.lower() for word in wanted):
                continue
            project = folder / "projects" / setup.name.replace(" ", "-").replace(",", "").lower()
            shutil.rmtree(project, ignore_errors=True)
            project.mkdir(parents=True)
            site = build(setup, project, environment(setup.environment, folder))
            for page in setup.pages:
                pictures = folder / "pictures" / f"{setup.name} {page}".replace("/", "-")
                pictures.mkdir(parents=True, exist_ok=True)
                found = reader.judge(site, page, switch=setup.switch, picture=pictures)
                rows.append(row(setup, page, found))
                print(rows[-1], flush=True)
                faults = found.faults()
                for fault in faults[:8]:
                    print(f"    {fault}", flush=True)
                told += faults
    print("\n".join([HEAD, "|" + "---|" * (HEAD.count("|") - 1), *rows]))
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
