"""Sets TikZ pictures with LaTeX."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.support.needs import need

if TYPE_CHECKING:
    from pathlib import Path


HEAD = r"""\documentclass{article}
\usepackage{tikz}
\input{glyphtounicode}\pdfgentounicode=1 \pdfhorigin=0pt \pdfvorigin=0pt \pdfcompresslevel=1
\newsavebox\picturebox
\newcommand\picturepage[1]{\sbox\picturebox{\input{#1}}%
  \pdfpagewidth=\wd\picturebox \pdfpageheight=\ht\picturebox \shipout\box\picturebox}
\begin{document}
"""
"""A document in which each picture is a page of its own size, and text can be read back."""


def needed() -> None:
    """Skip where there is no LaTeX; in CI that is a failure."""
    packages = "texlive-latex-base texlive-pictures"
    need(shutil.which("pdflatex"), "LaTeX", f"Debian: apt-get install {packages}")


def typeset(pictures: list[bytes], folder: Path, head: str = HEAD, *flags: str) -> str:
    """The log of LaTeX, which must not complain, after it set all these pictures."""
    needed()
    for number, picture in enumerate(pictures):
        (folder / f"p{number}.tex").write_bytes(picture)
    pages = "\n".join(rf"\picturepage{{p{number}}}" for number in range(len(pictures)))
    (folder / "all.tex").write_text(f"{head}{pages}\n\\end{{document}}\n")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    environment = {**os.environ, "max_print_line": "1000"}
    done = subprocess.run(
        [*command, *flags, "all.tex"],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=240,
        check=False,
    )
    log = (folder / "all.log").read_bytes().decode(errors="replace")
    assert done.returncode == 0, log[-3000:]
    assert not re.search("Missing character|Warning(?!: There were)", log), log
    return log
