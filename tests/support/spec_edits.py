"""Random edits of specs, as trees whose leaves are pieces of text; and what became of nodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph.edit.formatting import LayoutError, compacted, expanded
from deepgraph.errors import SpecError
from deepgraph.loading import loads
from deepgraph.spec.canonical import lay_out, tree
from deepgraph.spec.records import Spec

if TYPE_CHECKING:
    import random

    Tree = dict[str, Any]

NUMBERS = ("0.37", "-1.50", '"1/3"', "2", "1e-3", "0.5", '"-7/2"', "12.0")
NEVER = "this edit does not fit this spec"


class UnfitError(Exception):
    """An edit finds nothing to change in a spec."""


def edited(
    content: bytes, rng: random.Random, edits: int, names: tuple[str, ...] = ()
) -> tuple[bytes, dict[str, str], set[str]]:
    """A spec after some edits that leave it valid, of all kinds or of those that are named.

    Returns:
        Its text, the new ids of the renamed nodes that are still there by the old ones, and the
        names of the edits.
    """
    text, new, done = content, {}, set()
    while len(done) < edits:
        name = rng.choice(names or tuple(EDITS))
        whole = tree(text.decode())
        try:
            fresh, renamed = tried(whole, name, rng, set(loads(content).ids))
        except (UnfitError, SpecError, LayoutError):
            continue
        text = fresh
        ids = set(loads(text).ids)
        before = {now: first for first, now in new.items()}
        for old, now in renamed.items():
            new[before.get(old, old)] = now
        new = {old: now for old, now in new.items() if now in ids and old != now}
        done.add(f"{name} {len(done)}")
    return text, new, {name.split()[0] for name in done}


def tried(
    whole: Tree, name: str, rng: random.Random, taken: set[str]
) -> tuple[bytes, dict[str, str]]:
    """The text after one edit, and the nodes that it renamed; the result is a valid network."""
    state = rng.getstate()
    for without in ((), ("groups", "stages", "examples")):
        rng.setstate(state)
        rest = {key: json.loads(json.dumps(value)) for key, value in whole.items()}
        for key in without:
            rest.pop(key, None)
        renamed = EDITS[name](rest, rng, taken) or {}
        if "text" in rest:
            return rest["text"].encode(), renamed
        text = lay_out(rest, Spec).encode()
        try:
            loads(text)
        except SpecError:
            if without:
                raise
            continue
        return text, renamed
    raise UnfitError


def q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def u(leaf: str) -> str:
    return json.loads(leaf)


# --- values -----------------------------------------------------------------------------------


def places(whole: Tree) -> list[tuple[Any, Any]]:
    """Every place of a number of a parameter: the object or list, and the key."""
    found: list[tuple[Any, Any]] = []
    for record in whole.get("edges", []):
        found += [(record, "weight")] * ("weight" in record)
    for record in whole.get("nodes", []):
        found += [(record, "value")] * ("value" in record)
    given = whole.get("parameters", {})
    if isinstance(given, dict):
        for key, value in given.items():
            if isinstance(value, str):
                found.append((given, key))
            else:
                rows = value if isinstance(value[0], list) else [value]
                found += [(row, n) for row in rows for n in range(len(row))]
    return found


def value(whole: Tree, rng: random.Random, _: set[str]) -> None:
    found = places(whole)
    for _ in range(rng.randint(1, 3)):
        holder, key = rng.choice(found)
        holder[key] = rng.choice(NUMBERS)


# --- nodes ------------------------------------------------------------------------------------


def fresh(rng: random.Random, taken: set[str]) -> str:
    while True:
        name = rng.choice(["k", "node", "p_", "q~/", "ü "]) + str(rng.randint(10, 999))
        if name not in taken:
            taken.add(name)
            return name


def rename(whole: Tree, rng: random.Random, taken: set[str]) -> dict[str, str]:
    nodes = whole.get("nodes", [])
    if not nodes:
        return rename_in_layer(whole, rng, taken)
    node = rng.choice(nodes)
    old, new = u(node["id"]), fresh(rng, taken)
    node["id"] = q(new)
    replaced(whole, old, new)
    return {old: new}


def rename_in_layer(whole: Tree, rng: random.Random, taken: set[str]) -> dict[str, str]:
    layer = rng.choice(whole["layers"])
    size, name = int(layer["size"]), u(layer["id"])
    names = layer.get("names") or [q(name if size == 1 else f"{name}{n + 1}") for n in range(size)]
    at = rng.randrange(size)
    old, new = u(names[at]), fresh(rng, taken)
    layer["names"] = [*names[:at], q(new), *names[at + 1 :]]
    replaced(whole, old, new)
    return {old: new}


def replaced(whole: Tree, old: str, new: str) -> None:
    """Put a new id into the place of the old one wherever it stands."""

    def name(text: str) -> str:
        return {old: new, f"z({old})": f"z({new})"}.get(text, text)

    for edge in whole.get("edges", []):
        for end in ("source", "target"):
            edge[end] = q(name(u(edge[end])))
    for section in ("groups", "stages"):
        for key, members in whole.get(section, {}).items():
            whole[section][key] = [q(name(u(member))) for member in members]
    if isinstance(whole.get("parameters"), dict):
        whole["parameters"] = {name(key): v for key, v in whole["parameters"].items()}
    for example in whole.get("examples", []):
        for key, content in example.items():
            if isinstance(content, dict) and key != "loss":
                example[key] = {name(inner): figure for inner, figure in content.items()}


def add_node(whole: Tree, rng: random.Random, taken: set[str]) -> None:
    order = loads(lay_out(whole, Spec).encode())
    names = order.ids
    new = fresh(rng, taken)
    after = [n for n in range(len(names)) if order.kind[n] != 1]
    one, other = sorted(rng.sample(after, 2), key=lambda n: int(order.rank[n]))
    if order.kind[other] < 2:
        raise UnfitError
    node = {"id": q(new), "activation": q(rng.choice(["relu", "tanh", "sin"]))}
    nodes = whole.setdefault("nodes", [])
    nodes.insert(rng.randint(0, len(nodes)), node)
    label = fresh(rng, taken)
    edges = whole.setdefault("edges", [])
    into = {"source": q(names[one]), "target": q(new), "label": q(label), "weight": "0.25"}
    edges.insert(rng.randint(0, len(edges)), into)
    out = {"source": q(new), "target": q(names[other])}
    if rng.random() < 0.7:
        out |= {"label": q(fresh(rng, taken)), "weight": rng.choice(NUMBERS)}
    edges.append(out)


def remove_node(whole: Tree, rng: random.Random, _: set[str]) -> None:
    nodes = [
        n for n in whole.get("nodes", []) if n.get("kind", '"hidden"') in ('"hidden"', '"bias"')
    ]
    if not nodes:
        raise UnfitError
    node = rng.choice(nodes)
    whole["nodes"].remove(node)
    whole["edges"] = [e for e in whole["edges"] if node["id"] not in (e["source"], e["target"])]
    if isinstance(whole.get("parameters"), dict):
        whole["parameters"].pop(u(node["id"]), None)


# --- edges ------------------------------------------------------------------------------------


def add_edge(whole: Tree, rng: random.Random, taken: set[str]) -> None:
    order = loads(lay_out(whole, Spec).encode())
    there = set(zip(order.source.tolist(), order.target.tolist(), strict=True))
    free = [
        (one, other)
        for one in range(len(order.ids))
        for other in range(len(order.ids))
        if order.rank[one] < order.rank[other]
        and order.kind[other] >= 2
        and order.kind[one] != 1
        and (one, other) not in there
    ]
    if not free:
        raise UnfitError
    one, other = rng.choice(free)
    edge = {"source": q(order.ids[one]), "target": q(order.ids[other])}
    if rng.random() < 0.8:
        edge |= {"label": q(fresh(rng, taken)), "weight": rng.choice(NUMBERS)}
    edges = whole.setdefault("edges", [])
    edges.insert(rng.randint(0, len(edges)), edge)


def remove_edge(whole: Tree, rng: random.Random, _: set[str]) -> None:
    if not whole.get("edges"):
        raise UnfitError
    edge = rng.choice(whole["edges"])
    whole["edges"].remove(edge)
    if "label" in edge and isinstance(whole.get("parameters"), dict):
        whole["parameters"].pop(u(edge["label"]), None)


def shuffle(whole: Tree, rng: random.Random, _: set[str]) -> None:
    section = rng.choice(["edges", "nodes"])
    if len(whole.get(section, [])) < 2:
        raise UnfitError
    records = whole[section]
    records.insert(rng.randrange(len(records)), records.pop(rng.randrange(len(records))))


def relabel(whole: Tree, rng: random.Random, taken: set[str]) -> None:
    labelled = [edge for edge in whole.get("edges", []) if "label" in edge]
    if not labelled:
        raise UnfitError
    old, new = rng.choice(labelled)["label"], fresh(rng, taken)
    for edge in labelled:
        edge["label"] = q(new) if edge["label"] == old else edge["label"]
    if isinstance(whole.get("parameters"), dict):
        given = whole["parameters"]
        whole["parameters"] = {new if key == u(old) else key: v for key, v in given.items()}


# --- layers, words ----------------------------------------------------------------------------


def layers(whole: Tree, _: random.Random, __: set[str]) -> None:
    text = lay_out(whole, Spec).encode()
    whole["text"] = (expanded if whole.get("layers") else compacted)(text)


def words(whole: Tree, rng: random.Random, _: set[str]) -> None:
    kind = rng.choice(["title", "note", "style", "figure", "function", "trainable"])
    if kind == "style":
        whole["style"] = {"direction": '"down"', **whole.get("style", {})}
    elif kind == "figure" and whole.get("examples"):
        example = rng.choice(whole["examples"])
        example["note"] = q("another note")
        if "inputs" in example:
            key = rng.choice(list(example["inputs"]))
            if isinstance(example["inputs"][key], list):
                example["inputs"][key][0] = "0.125"
            else:
                example["inputs"][key] = "0.125"
    elif kind in ("title", "note"):
        whole[kind] = q(f"words {rng.random()}")
    elif kind == "trainable" and whole.get("edges"):
        rng.choice([e for e in whole["edges"] if "label" in e] or [{}])["trainable"] = "false"
    else:
        hidden = [n for n in whole.get("nodes", []) if n.get("kind", '"hidden"') == '"hidden"']
        if not hidden:
            raise UnfitError
        rng.choice(hidden)["activation"] = '"tanh"'


EDITS = {
    "value": value,
    "rename": rename,
    "add_node": add_node,
    "remove_node": remove_node,
    "add_edge": add_edge,
    "remove_edge": remove_edge,
    "shuffle": shuffle,
    "relabel": relabel,
    "layers": layers,
    "words": words,
}
