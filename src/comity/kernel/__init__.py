"""Floor 0: the words that every other floor uses.  No clock, disk, network or chance."""
