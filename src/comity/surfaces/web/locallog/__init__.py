"""The room of the local log: what was done at this node, in words, with its proofs."""
