"""Compares two networks: what is another one, value by value, and a patch from one to the other.

- `difference` compares, and holds the result.
- `pairing` finds which node and which edge is which; `functions` compares what nodes compute.
- `structure`, `parameters`, `naming`, `words` and `form` find the changes; `records` holds them.
- `outcomes` compares what the two compute, and where they bend.
- `as_text`, `as_markdown` and `as_json` write reports; `json_patch` makes patches and applies them.
- `patching` makes one spec file of another by a patch.
"""

from deepgraph.diff.difference import Difference, compare
from deepgraph.diff.json_patch import PatchError
from deepgraph.diff.patching import patched
from deepgraph.diff.records import Change, ChangeGroup

__all__ = ["Change", "ChangeGroup", "Difference", "PatchError", "compare", "patched"]
