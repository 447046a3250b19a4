"""Floor 4: use cases, one function each, over ports."""
