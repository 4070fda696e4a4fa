"""View: everything that a picture shows, decided once, without a coordinate.

viewer        turns a network into a view
density       how full it is: columns, labels, sizes
steps         the order in which values appear
selection     the part of the network that is shown
layer_blocks  the collapsed view, one block for each layer
texts         captions, notes, tooltips, a description
changes       the legend of a picture that compares two networks
node_plots    the small plots in nodes
records       View, NodeView, EdgeView …, which are the result
"""
