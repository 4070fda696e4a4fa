"""The patch of a comparison, applied to A, gives B; and patches that do not fit are refused."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given

from deepgraph.diff import PatchError, compare, patched
from deepgraph.edit.formatting import LayoutError, expanded, formatted
from deepgraph.errors import SpecError
from deepgraph.loading import loads
from tests.support.spec_edits import EDITS, edited
from tests.support.strategies import GALLERY, examples, specs

CASES = 500


def edited_gallery(count):
    """Specs of the gallery, each beside itself after some edits, and the renamed nodes."""
    small = [path for path in GALLERY if path.stem != "digits"]
    for seed in range(count):
        rng = random.Random(seed)
        path = rng.choice(GALLERY if rng.random() < 0.1 else small)
        before = path.read_bytes()
        yield f"{path.stem} {seed}", before, *edited(before, rng, rng.randint(1, 4))


def test_a_patch_gives_b_to_the_last_character_and_renames_are_found():
    """Of 500 random edits of the gallery; a rename counts if an edge is left that shows it."""
    found, missed, seen = 0, [], set()
    for name, before, after, renamed, edits in edited_gallery(CASES):
        seen |= edits
        a, b = loads(before), loads(after)
        difference = compare(a, b, texts=(before, after))
        assert patched(before, difference.json().encode()) == formatted(after), name
        told = difference.new_names.nodes
        real = {old: new for old, new in renamed.items() if old in a.index}
        assert told.items() <= real.items(), (name, told, real)
        found += len(told)
        missed += [
            (name, old, new)
            for old, new in real.items()
            if old not in told and shows(a, b, a.index[old], b.index[new])
        ]
    assert seen == set(EDITS)
    assert found > 100
    assert len(missed) <= 0.01 * (found + len(missed)), missed


SMALL = json.dumps({
    "deepgraph": 1,
    "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
    "edges": [{"source": "x", "target": "y", "weight": 1}],
}).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ('"add", "path": "/nodes/1/activaton", "value": "tanh"', 'unknown key "activaton"'),
        ('"add", "path": "/titel", "value": "t"', 'unknown key "titel"; did you mean "title"'),
        ('"replace", "path": "/edges/0/weight", "value": "1/0"', "1/0"),
        ('"replace", "path": "/edges/0/source", "value": "z"', '"z"'),
        ('"add", "path": "/parameters", "value": {"w": 1}', "parameters"),
    ],
)
def test_a_patch_that_makes_no_valid_spec_is_refused(operation, told):
    with pytest.raises(SpecError, match=r"^a \(after the patch\):\$") as caught:
        patched(SMALL, f'[{{"op": {operation}}}]'.encode(), "a")
    assert told in str(caught.value)


DOUBLED = ", ".join(f'{{"op": "copy", "from": "", "path": "/k{n}"}}' for n in range(40))


def with_deep(operation, depth):
    value = "[" * depth + "]" * depth
    return f'[{{"op": "{operation}", "path": "/title", "value": {value}}}]'


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ('[{"op": "remove", "path": "/edges/' + "9" * 5000 + '"}]', "is no place in a list"),
        ('[{"op": "remove", "path": "/edges/00"}]', '"00" is no place in a list'),
        ('[{"op": "remove", "path": "/ed~ges"}]', "in a path ~ is written ~0"),
        (with_deep("add", 300), "200 deep"),
        (with_deep("add", 150_000), "lie too deep"),
        (f"[{DOUBLED}]", "10,000,000 values"),
        (with_deep("test", 300), "200 deep"),
    ],
    ids=["digits", "zeros", "tilde", "deep", "deeper", "copies", "deep test"],
)
def test_hostile_patches_are_refused(patch, told):
    with pytest.raises(PatchError, match="patch: ") as caught:
        patched(SMALL, patch.encode())
    assert told in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("options", [{}, {"ignore": ["parameters"]}, {"atol": 9}])
@pytest.mark.parametrize("change", ["grows", "moves"])
def test_numbers_of_a_file_stand_in_the_patch_whatever_the_report_leaves_out(
    tmp_path, change, options
):
    """Layer h grows from 2 to 3, or a number moves; both specs name w.npz."""
    networks, texts = [], []
    for name, size in (("a", 2), ("b", 3 if change == "grows" else 2)):
        numbers = {"W": np.ones((size, 1)), "V": np.full((1, size), 2.0)}
        numbers["V"][0, 0] += name == "b" and change == "moves"
        spec = {"deepgraph": 1, "layers": [
            {"id": "x", "size": 1},
            {"id": "h", "size": size, "weights": "W", "bias": None},
            {"id": "y", "size": 1, "weights": "V", "bias": None},
        ], "parameters": "w.npz"}  # fmt: skip
        (tmp_path / name).mkdir()
        np.savez(tmp_path / name / "w.npz", **numbers)
        texts.append(json.dumps(spec).encode())
        networks.append(loads(texts[-1], name, tmp_path / name))
    found = compare(*networks, texts=(texts[0], texts[1]), **options)
    after = patched(texts[0], found.json().encode(), folder=tmp_path / "a")
    assert loads(after).diff(networks[1]).equal
    assert not compare(networks[0], networks[0], texts=(texts[0], texts[0])).patch


@pytest.mark.parametrize("name", ["nodes", "edges", "layers", "examples", "loss", "normalise"])
@pytest.mark.parametrize("section", ["stages", "groups", "parameters", "matrix", "input"])
def test_names_that_are_keys_of_the_format_are_names(section, name):
    """A stage, a group, a parameter, a matrix or an input may be called like a section."""
    before, after = (named(section, name, last) for last in (1, 2))
    difference = compare(loads(before), loads(after), texts=(before, after))
    assert not difference.equal
    assert patched(before, difference.json().encode()) == formatted(after)


def named(section, name, last):
    """A spec with a thing of a name, which holds one figure or one node more or less."""
    spec = {"deepgraph": 1, "layers": [
        {"id": "x", "size": 2},
        {"id": "h", "size": 2, "weights": "W", "bias": None},
        {"id": "y", "size": 1, "weights": "V", "bias": None},
    ], "parameters": {"W": [[1, 2], [3, 4]], "V": [[5, 6]]}}  # fmt: skip
    if section == "stages":
        spec["stages"] = {"first": ["h1"], name: ["h1", f"x{last}"], "last": ["h2"]}
    elif section == "groups":
        spec["groups"] = {name: ["W[1,1]", f"W[2,{last}]"]}
    elif section == "matrix":
        spec["layers"][1]["weights"] = name
        spec["parameters"] = {name: [[1, 2], [3, last]], "V": [[5, 6]]}
    else:
        spec = {"deepgraph": 1, "nodes": [
            {"id": name if section == "input" else "x", "kind": "input"},
            {"id": "y", "kind": "output"},
        ], "edges": [{"source": name if section == "input" else "x", "target": "y",
                      "label": "w" if section == "input" else name}]}  # fmt: skip
        spec["parameters"] = {"w" if section == "input" else name: last}
        inputs = {name if section == "input" else "x": last}
        spec["examples"] = [{"inputs": inputs, "expect": {"y": 1}}]
    return json.dumps(spec).encode()


@examples(100)
@given(specs())
def test_a_random_network_does_not_differ_from_itself_nor_from_its_nodes(content):
    text = json.dumps(content).encode()
    same = compare(loads(text), loads(text), texts=(text, text))
    assert (same.equal, same.patch) == (True, [])
    try:
        spelled = expanded(text).encode()
    except LayoutError:  # a group names a bias of a layer
        return
    found = compare(loads(text), loads(spelled), texts=(text, spelled))
    assert found.equal, str(found)
    assert patched(text, found.json().encode()) == spelled.decode()


@examples(100)
@given(specs(), specs())
def test_a_patch_leads_from_any_network_to_any_other(one, other):
    texts = [json.dumps(content).encode() for content in (one, other)]
    found = compare(*map(loads, texts), texts=tuple(texts))
    assert patched(texts[0], found.json().encode()) == formatted(texts[1])


def shows(a, b, old, new):
    """True if a node still has an edge that it had, by its label or else by its other end."""
    return bool(marks(a, old) & marks(b, new))


def marks(network, node):
    found = {}
    for edge in range(len(network.source)):
        ends = int(network.source[edge]), int(network.target[edge])
        if node in ends:
            number = int(network.edge_parameter[edge])
            key = network.parameters.key(number) if number >= 0 else None
            end = ends[1] if node == ends[0] else ends[0]
            found[edge] = key if isinstance(key, str) else ("end", network.ids[end])
    labels = {mark for mark in found.values() if isinstance(mark, str)}
    return labels or set(found.values())


def test_the_patch_is_one_of_rfc_6902():
    """Names of operations, pointers, and values of JSON, as any other tool reads them."""
    a, b = spec({"w": 1}), spec({"v": 2.5})
    document = json.loads(compare(loads(a), loads(b), texts=(a, b)).json())
    assert document["patch"] == [
        {"op": "test", "path": "/edges/0/label", "value": "w"},
        {"op": "replace", "path": "/edges/0/label", "value": "v"},
        {"op": "test", "path": "/edges/0/weight", "value": 1},
        {"op": "replace", "path": "/edges/0/weight", "value": 2.5},
    ]


def test_a_bare_list_of_operations_is_a_patch():
    text = patched(spec({"w": 1}), b'[{"op": "replace", "path": "/edges/0/weight", "value": 1.30}]')
    assert '"weight": 1.30' in text


def test_a_patch_of_another_tool_may_copy():
    patch = b'[{"op": "copy", "from": "/edges/0/label", "path": "/title"}]'
    assert '"title": "w"' in patched(spec({"w": 1}), patch)


def test_equal_numbers_pass_a_test_however_they_are_written():
    patch = (
        b'[{"op": "test", "path": "/edges/0/weight", "value": 1.0},'
        b'{"op": "remove", "path": "/edges/0/label"}]'
    )
    assert '"label"' not in patched(spec({"w": 1}), patch)


REFUSED = {
    "{": (
        "patch: this is no JSON: Input data was truncated; a patch is the JSON that "
        "`deepgraph diff` writes"
    ),
    "{}": (
        "patch: this is no patch: it is a list of operations, or an object with such a list as "
        '"patch"'
    ),
    '["a"]': 'patch: operation 1: an object with "op" and "path" belongs here',
    '[{"op": "set", "path": "/a"}]': (
        'patch: operation 1: "set" is no operation; there are add, remove, replace, move, copy, '
        "test"
    ),
    '[{"op": "add", "path": "/a"}]': 'patch: operation 1: "add" needs a "value"',
    '[{"op": "move", "path": "/a"}]': 'patch: operation 1: "move" needs a "from"',
    '[{"op": "remove", "path": "/edges/7"}]': (
        "patch: operation 1 (remove /edges/7) does not fit this file: the list has 1 entry, "
        "numbered from 0 to 0; nothing was changed"
    ),
    '[{"op": "add", "path": "/edges/7", "value": 1}]': (
        "patch: operation 1 (add /edges/7) does not fit this file: the list has 1 entry; nothing "
        "was changed"
    ),
    '[{"op": "test", "path": "/edges/0/weight", "value": 7}]': (
        "patch: operation 1 (test /edges/0/weight) does not fit this file: there is 1, not 7; "
        "nothing was changed"
    ),
    '[{"op": "remove", "path": "/edges/x"}]': (
        'patch: operation 1 (remove /edges/x) does not fit this file: "x" is no place in a list; '
        "nothing was changed"
    ),
    '[{"op": "remove", "path": "edges"}]': (
        "patch: operation 1 (remove edges) does not fit this file: a path begins with /; nothing "
        "was changed"
    ),
    '[{"op": "remove", "path": "/edges/0/weight/x"}]': (
        "patch: operation 1 (remove /edges/0/weight/x) does not fit this file: there is nothing "
        'with "x" in it; nothing was changed'
    ),
    '[{"op": "replace", "path": "", "value": 1}]': "patch: the patch leaves no spec",
}


@pytest.mark.parametrize("patch", REFUSED)
def test_what_does_not_fit_is_refused_with_its_place(patch):
    with pytest.raises(PatchError) as caught:
        patched(spec({"w": 1}), patch.encode())
    assert str(caught.value) == REFUSED[patch]


def test_a_patch_that_makes_no_spec_is_refused():
    with pytest.raises(SpecError, match=r"spec \(after the patch\)"):
        patched(spec({"w": 1}), b'[{"op": "remove", "path": "/deepgraph"}]')


def test_a_patch_in_the_place_of_the_spec_is_told_so():
    for patch in (b'{"a": "x", "patch": []}', b'[{"op": "remove", "path": "/x"}]'):
        with pytest.raises(PatchError) as caught:
            patched(patch, spec({"w": 1}), "change.json", "net.json")
        assert str(caught.value) == (
            "change.json: this is a patch, and no spec; the spec comes first: "
            "deepgraph patch net.json change.json"
        )


def spec(weights):
    """A network x → y with these labels and weights on its one edge."""
    [(label, weight)] = weights.items()
    return json.dumps(
        {
            "deepgraph": 1,
            "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],
            "edges": [{"source": "x", "target": "y", "label": label, "weight": weight}],
        }
    ).encode()
