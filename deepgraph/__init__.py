"""deepgraph: small neural networks as directed graphs, from one JSON file."""

__version__ = "0.1.0"
