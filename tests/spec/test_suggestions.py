"""The tables of words from other tools fit the format."""

from __future__ import annotations

from deepgraph import spec
from deepgraph.spec import suggestions


def test_the_words_of_other_tools_stand_for_keys_of_the_format():
    keys = {
        kind.__name__: set(kind.__struct_encode_fields__)
        for kind in (
            spec.Spec,
            spec.Node,
            spec.Edge,
            spec.Group,
            spec.Layer,
            spec.Example,
            spec.Loss,
            spec.Normalise,
            spec.Rescale,
        )
    }
    for record, words in suggestions.OTHER_WORDS.items():
        assert set(words.values()) <= keys[record]
        assert keys[record].isdisjoint(words)
    for place in (*suggestions.INSTEAD, *suggestions.NEEDED):
        record, key = place.split(".")
        assert key in keys[record]
    for place in suggestions.HINTS:
        record, key = place.split(".")
        assert key not in keys[record]
