"""The reference: forward pass, loss and gradient, node by node, readable beside a textbook."""
