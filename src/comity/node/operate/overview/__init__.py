"""What an operator sees of this node: one read, plain values, no content of any blob."""
