"""Requests: a spec and options -> the network, its inputs, and a result.

The command line, pages and notebooks share this room:

    request       ask(kind, spec, options) reads a request; a Request gives its results
    options       the options of each kind of request, read from texts
    parsing       parses option values: ID=NUMBER, ID=FROM:TO, lists of nodes
    clashes       the options that exclude or need each other
    caller        the names of options where they were typed, and the way to open tables there
    spec_source   a file or a text -> the network
    values        the values of the inputs, typed or from rows of a table
    example       an example of the spec in the place of typed values
    value_table   the computed values as a table of texts
    diagram       a picture for a page
"""
