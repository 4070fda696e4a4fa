"""What a person asks for: a spec and options as text, and the results of them.

The command line, pages and notebooks share this room:

    asking        ask(kind, spec, options) reads a request; a Request gives its results
    options       the options of each kind of request, read from texts
    typed         parses option values: ID=NUMBER, ID=FROM:TO, lists of nodes
    caller        how options are called where they were typed, and how tables are opened there
    spec_source   a file or a text -> the network
    values        the values of the inputs, typed or from rows of a table
    value_table   the computed values as a table of texts
    diagram       a picture as pages take it
"""
