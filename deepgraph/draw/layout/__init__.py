"""Layout: the place of everything in a picture, in px, y downwards.

layered     columns of our own, straight edges; calls irregular where they do not fit
irregular   levels, rows and lanes for all other networks, by these modules:
  levels          the rank of each node, edges cut into pieces between neighbouring levels
  ordering        the order in each level, with few crossings
  coordinates     places across the flow: straight rows
  lanes           the lines of edges
  routing         which of its lines an edge takes
  rows            long pictures in several rows
  network_simplex the smallest sum of weighted lengths, for levels and coordinates
labels      a place on its edge for each label, by these modules:
  label_places    all places along an edge, and what each costs
  label_search    one of them for each label, so that no two touch
routes      ends of edges at nodes, detours around columns
node_sizes  the sizes of nodes, and the places of their texts
typography  font sizes and the widths of texts
geometry    curves, rectangles, segments
records     Box, Text and Layout, which are the result
"""
