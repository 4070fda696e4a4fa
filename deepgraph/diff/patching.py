"""Applies a patch to a spec file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from deepgraph.diff import json_patch
from deepgraph.diff.json_patch import PatchError
from deepgraph.spec import reading
from deepgraph.spec.canonical import Object, lay_out, tree
from deepgraph.spec.positions import without_mark
from deepgraph.spec.records import Spec

if TYPE_CHECKING:
    from deepgraph.spec.canonical import Tree


def patched(content: bytes, patch: bytes, name: str = "spec", patch_name: str = "patch") -> str:
    """The text of a spec after a patch, in the canonical layout.

    Args:
        content: of the spec file.
        patch: what `deepgraph diff --format json` writes, or a list of operations of RFC 6902.
        name: the name of the spec in messages.
        patch_name: that of the patch.

    Raises:
        SpecError: the file is no spec, or what the patch makes of it is none.
        PatchError: the patch is none, or does not fit the file.
    """
    reading.read(content, name)
    try:
        msgspec.json.decode(patch)
        document: Tree = tree(without_mark(patch).decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PatchError(f"{patch_name}: this is no JSON: {error}") from None
    try:
        operations = json_patch.read(document)
        whole = json_patch.apply(cast("Object", tree(without_mark(content).decode())), operations)
    except PatchError as error:
        raise PatchError(f"{patch_name}: {error}") from None
    text = lay_out(whole, Spec)
    reading.read(text.encode(), f"{name} after the patch")
    return text
