"""Readers of the networks of other tools: each makes a spec of a file, and runs nothing of it.

    table                            the formats: their suffixes, first bytes and readers
    record                           what a reader gets and gives: options, the result, the report
    store, sums, assembly            a network while it is read: its nodes, sums, the rest
    banks, terms, spatial            tensors that become nodes, the terms between them, windows
    genome                           the same for files that hold a network node by node
    emit, naming, names, emit_…      the assembled network as a spec, in layers or nodes and edges
    reaching, scaling, repeats       what feeds what, what only scales, what is there twice
    noted                            what our own exports note in their metadata
    runtimes                         the originals' own runtimes, to compare an import with

Containers that several formats share are read as mere data by `protobuf`, `hdf5`, `archives`,
`xml_text`, `json_text`, `numbers_in_text`, and by `inert_pickle` with `pickle_machine`,
`pickle_opcodes` and `pickled_arrays`.

All others read one format each. A reader is a function `read(source, options) -> Imported`; it
raises a `FormatError`, by the name of a node or layer, for what a spec cannot express. No reader
imports or runs anything that a file names, and none opens a file that it was not given.

To add a format, write its module and its tests, and its row of the table.
"""
