"""Training: small, honest gradient descent."""
