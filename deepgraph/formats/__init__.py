"""Reads and writes the networks of other tools: one module for each format.

Files of other tools are read in `readers`.

A module has `to_spec`, which makes a spec of the other tool's network, or `from_network`, which
makes the other tool's network of a graph, or both. Both import the other tool's package themselves,
and `to_spec` raises a `SpecError` for what a spec cannot hold.

What a network is exported to, `deepgraph export`, has a room of its own, `writers`.

To add a format, write its module here and its tests in `tests/formats/`, and call it from where
people look for it: a method of `Network`, as `from_networkx`, or a command.
"""
