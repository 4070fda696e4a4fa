"""Compares two networks: what is another one, value by value, and a patch from one to the other.

- `difference` compares, and holds the result.
- `pairing` finds which node and which edge is which; `functions` compares what nodes compute.
- `structure`, `parameters`, `naming`, `words` and `form` find the changes; `records` holds them.
- `outcomes` compares what the two compute, and where they bend.
- `as_text`, `as_markdown` and `as_json` write reports.
- `json_patch` makes a patch of two specs, and `patching` applies one.
- `union` is the graph of both, and `picture` draws it.
"""

from deepgraph.diff.difference import Difference, compare
from deepgraph.diff.patching import PatchError, patched
from deepgraph.diff.records import Change, ChangeGroup

__all__ = ["Change", "ChangeGroup", "Difference", "PatchError", "compare", "patched"]
