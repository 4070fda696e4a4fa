"""View: everything that a picture shows, decided once, without a coordinate.

viewer        turns a network into a view
selection     the part of the network that is shown
layer_blocks  the collapsed view, one block for each layer
captions      texts about columns, groups and the whole picture
tooltips      texts with every number in full
node_plots    the small plots in nodes
records       View, NodeView, EdgeView …, which are the result
"""
