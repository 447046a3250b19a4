"""The room `match`: what a node asks of a private match, and what its officers do."""
