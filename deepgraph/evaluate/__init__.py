"""The reference: forward pass, loss and gradient, node by node, readable beside a textbook.

- `reference`: the forward pass, a `Trace` with z and a of every node.
- `loss`: the loss of a trace, and its derivatives by the nodes that it reads.
- `gradient`: the backward pass, a `Gradient` by every parameter, edge, node and input.
- `steps`: steps of gradient descent, one after the other.
- `optimisers`: what becomes of the parameters and a gradient: a step of descent.
"""
