"""Floor 5: the rooms as values, one module each; what a node asks of a kind is answered here."""
