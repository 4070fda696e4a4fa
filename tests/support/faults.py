"""The faults of a picture, judged by where Chromium put everything.

A text is two turned rectangles: its *ink*, as wide as the text's advance and as high as its letters
really are, and its *line*, the box of `getBBox`, which has the whole line height, accents and all.
Two texts overlap, and a text leaves its node, where ink does: letters that a reader sees. Lines
overlap harmlessly, as in any paragraph. How far a label is from its edge goes by the line, which is
the box that the browser reports. Half a pixel of each ink is let go: that is what anti-aliasing
smears, and what the layout cannot know of a font's side bearings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.free_places import struck
from tests.support.outlines import Pieces, Shape, clip, distance, gap, overlap, turned

if TYPE_CHECKING:
    from tests.support.outlines import Points

SLACK = 0.5
"""Px of a text's border that may touch something."""
SHALLOW, THROUGH = math.radians(20), 3.0
"""A foreign edge strikes a label out if it passes at less than this angle, and so many px from its
middle, whether another place is free or not. One that only meets it is a fault where a place is
free, as `free_places` says; else the ground of the label hides it there."""
NEAR = 3.0
"""Px between a label and its own edge, at most."""
SMALLEST = 9.0
"""The smallest font size."""
WITHIN = 3.0
"""Px of an edge that may lie in a node: its end, below the border."""
UNCUT = 1.0
"""Px of a line that may reach into a label that it is cut for."""


def faults(page: dict[str, Any]) -> list[str]:
    """Everything wrong with one picture."""
    words = [word for word in page["words"] if word["text"].strip()]
    inks = np.array([_ink(word) for word in words]).reshape(-1, 4, 2)
    shapes = [
        Shape.of(node["key"], what, node[key])
        for node in page["nodes"]
        for key, what in (("shape", "node"), ("badge", "badge"))
        if node[key]
    ]
    plots = [Shape.of(n["key"], "plot", n["plot"]) for n in page["nodes"] if n["plot"]]
    pieces = Pieces.of(page["edges"])
    size = np.array([page["width"], page["height"]])
    backs = {back["key"] for back in page["backs"] if "box" in back}
    return [
        *_texts_on_texts(words, inks),
        *_on_nodes(words, inks, shapes),
        *_outside(words, inks, shapes, pieces, size),
        *_plots(words, inks, shapes, plots),
        *_edges_through_texts(words, inks, pieces, backs),
        *_lines_through_labels(words, inks, page["edges"]),
        *_edges_through_nodes(shapes, pieces),
        *_far_from_their_edges(words, page["edges"]),
        *_nearer_to_others(words, inks, page["edges"]),
        *struck(words, inks, shapes, page),
        *[f'"{w["text"]}" is {w["size"]} px high' for w in words if w["size"] < SMALLEST - 0.01],
    ]


# --- texts -----------------------------------------------------------------------------------


def _ink(word: dict[str, Any]) -> Points:
    x, _, width, _ = word["line"]
    top, bottom = word["ink"]
    slack = min(SLACK, width / 2, (bottom - top) / 2)
    box = (x + slack, top + slack, width - 2 * slack, bottom - top - 2 * slack)
    return turned(box, word["matrix"])


def _line(word: dict[str, Any]) -> Points:
    return turned(word["line"], word["matrix"])


# --- faults ----------------------------------------------------------------------------------


def _texts_on_texts(words: list[dict[str, Any]], inks: Points) -> list[str]:
    found = []
    for i, word in enumerate(words[:-1]):
        hits = np.flatnonzero(overlap(inks[i], inks[i + 1 :])) + i + 1
        found += [f'"{word["text"]}" on "{words[j]["text"]}"' for j in hits]
    return found


def _on_nodes(words: list[dict[str, Any]], inks: Points, shapes: list[Shape]) -> list[str]:
    """Texts over nodes that are not their own, texts over badges, nodes over nodes."""
    found = []
    boxes = np.array([shape.box for shape in shapes]).reshape(-1, 4, 2)
    for number, shape in enumerate(shapes):
        for hit in np.flatnonzero(shape.covers(inks)):
            word = words[hit]
            if (word["kind"], word["owner"], shape.what) != ("node", shape.name, "node"):
                found.append(f'"{word["text"]}" on {shape.what} {shape.name}')
        for hit in np.flatnonzero(shape.covers(boxes[number + 1 :])) + number + 1:
            other = shapes[hit]
            far = np.linalg.norm(shape.middle - other.middle) >= shape.radius + other.radius
            if other.name != shape.name and not (shape.radius and other.radius and far):
                found.append(f"{shape.what} {shape.name} on {other.what} {other.name}")
    return found


def _outside(
    words: list[dict[str, Any]], inks: Points, shapes: list[Shape], pieces: Pieces, size: Points
) -> list[str]:
    """Texts that leave their own node, and anything that leaves the picture."""
    found = []
    nodes = {shape.name: shape for shape in shapes if shape.what == "node"}
    for word, ink in zip(words, inks, strict=True):
        line = _line(word)
        if (line < 0).any() or (line > size).any():
            found.append(f'"{word["text"]}" leaves the picture')
        own = nodes.get(word["owner"]) if word["kind"] == "node" else None
        if own is not None and not own.holds(ink):
            found.append(f'"{word["text"]}" leaves node {own.name}')
    found += [
        f"{shape.what} {shape.name} leaves the picture"
        for shape in shapes
        if (shape.box < 0).any() or (shape.box > size).any()
    ]
    ends = np.concatenate([pieces.start, pieces.end])
    if (ends < 0).any() or (ends > size).any():
        found.append("an edge leaves the picture")
    return found


def _plots(
    words: list[dict[str, Any]], inks: Points, shapes: list[Shape], plots: list[Shape]
) -> list[str]:
    """Curves that leave their node, or lie on a text or a badge."""
    found = []
    nodes = {shape.name: shape for shape in shapes if shape.what == "node"}
    badges = [shape for shape in shapes if shape.what == "badge"]
    for plot in plots:
        if not nodes[plot.name].holds(plot.box):
            found.append(f"the curve leaves node {plot.name}")
        hit = plot.covers(inks) if len(words) else []
        found += [f'the curve of {plot.name} on "{words[n]["text"]}"' for n in np.flatnonzero(hit)]
        covered = plot.covers(np.array([badge.box for badge in badges]).reshape(-1, 4, 2))
        found += [
            f"the curve of {plot.name} on badge {badges[n].name}" for n in np.flatnonzero(covered)
        ]
    return found


def _edges_through_texts(
    words: list[dict[str, Any]], inks: Points, pieces: Pieces, backs: set[str]
) -> list[str]:
    """Foreign edges that strike a label out, and any edge through what has no background."""
    found = []
    along = pieces.end - pieces.start
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] == "node":
            continue
        for hit in np.flatnonzero(clip(ink, pieces.start, pieces.end) > 0):
            edge = pieces.edge[hit]
            name = f'{edge} through "{word["text"]}"'
            if word["kind"] == "free":
                found.append(name)
                continue
            if word["owner"] not in backs:
                found.append(f"{name}, which has no background")
            a, b = word["matrix"][:2]
            x, y = along[hit]
            turn = abs(math.atan2(y * a - x * b, x * a + y * b))
            angle = min(turn, math.pi - turn)
            middle = distance(ink.mean(axis=0), np.array([pieces.start[hit], pieces.end[hit]]))
            if word["owner"] != edge and angle < SHALLOW and middle < THROUGH:
                found.append(f"{name} at {math.degrees(angle):.0f}°")
    return found


def _lines_through_labels(
    words: list[dict[str, Any]], inks: Points, edges: list[dict[str, Any]]
) -> list[str]:
    """Lines that a picture by Graphviz does not cut where a label stands."""
    cut = [
        {"key": edge["key"], "points": points}
        for edge in edges
        for points in edge.get("strokes", ())
    ]
    pieces = Pieces.of(cut)
    found = []
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] == "label" and cut:
            hits = np.flatnonzero(clip(ink, pieces.start, pieces.end) > UNCUT)
            found += [f'the line of {pieces.edge[hit]} in "{word["text"]}"' for hit in hits]
    return found


def _edges_through_nodes(shapes: list[Shape], pieces: Pieces) -> list[str]:
    """Edges over nodes; at its own two nodes an edge may reach a border's width inside."""
    found = []
    for shape in shapes:
        inside: dict[str, float] = {}
        if shape.what == "node":
            for hit, length in enumerate(shape.length(pieces.start, pieces.end)):
                inside[pieces.edge[hit]] = inside.get(pieces.edge[hit], 0.0) + length
        found += [f"{edge} through {shape.name}" for edge, px in inside.items() if px > WITHIN]
    return found


def _far_from_their_edges(words: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[str]:
    lines = {edge["key"]: np.array(edge["points"]) for edge in edges}
    found = []
    for word in words:
        if word["kind"] == "label":
            away = gap(_line(word), lines[word["owner"]])
            if away > NEAR:
                found.append(f'"{word["text"]}" is {away:.1f} px from its edge')
    return found


def _nearer_to_others(
    words: list[dict[str, Any]], inks: Points, edges: list[dict[str, Any]]
) -> list[str]:
    """Labels whose middle is nearer to a foreign edge than to their own."""
    lines = {edge["key"]: np.array(edge["points"]) for edge in edges}
    found = []
    for word, ink in zip(words, inks, strict=True):
        if word["kind"] != "label":
            continue
        middle = ink.mean(axis=0)
        own = distance(middle, lines[word["owner"]])
        for key, line in lines.items():
            if key != word["owner"] and distance(middle, line) < own - SLACK:
                found.append(f'"{word["text"]}" is nearer to {key} than to its edge')
    return found
