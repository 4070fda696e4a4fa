"""Readers of the networks of other tools: each makes a spec of a file, and runs nothing of it.

    table                            the formats: their suffixes, first bytes and readers
    assembly, terms, spatial         a network while it is read: tensors that become nodes and terms
    emit, names                      the assembled network as a spec, in layers or nodes and edges
    record                           what a reader gets and gives: options, the result, the report
    protobuf, inert_pickle, archives containers that several formats share, read as mere data

All others read one format each. A reader is a function `read(source, options) -> Imported`; it
raises a `FormatError`, by the name of a node or layer, for what a spec cannot express. No reader
imports or runs anything that a file names, and none opens a file that it was not given.

To add a format, write its module and its tests, and its row of the table.
"""
