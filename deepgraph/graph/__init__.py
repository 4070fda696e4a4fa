"""A spec as a graph of numbered nodes, edges and parameters, and what can be asked of it."""
