"""The tables of functions: activations, aggregations, losses, and the arithmetic behind them.

- `activations`, `aggregations`, `losses`: the tables, one row for each function. A new function is
  a new row; every other module reads the columns of the rows and knows none by its name.
- `elementwise`: the columns of an activation, and what all activations share.
- `node_function`: an activation with its parameters and its gain, as a node has it.
- `softmax`: the one activation that spans several nodes, and so has no row.
- `cross_entropy`: the one loss that is computed from z, together with softmax or sigmoid.
- `special`: functions that take more than one expression.
- `piecewise`: piecewise-linear functions exactly, for the kinks.
- `in_place`: activations that training writes over z.
- `ordered_sums`: sums and products in a fixed order, so that bits repeat.
- `written`: how a spec writes an activation.
"""
