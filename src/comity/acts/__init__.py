"""Floor 2: the act record, its codec and padding, what an act has seen, order, vocabulary."""
