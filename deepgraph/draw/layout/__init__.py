"""Layout: the place of everything in a picture, in px, y downwards.

layered     columns of our own, straight edges; calls irregular where they do not fit
irregular   positions and curves by Graphviz `dot`
labels      a place on its edge for each label
routes      ends of edges at nodes, detours around columns
node_sizes  the sizes of nodes, and the places of their texts
typography  font sizes and the widths of texts
geometry    curves, rectangles, segments
records     Box, Text and Layout, which are the result
"""
