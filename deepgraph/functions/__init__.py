"""The tables of functions: activations, aggregations, losses, and the arithmetic behind them."""
