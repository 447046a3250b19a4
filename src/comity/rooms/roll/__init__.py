"""The room `roll`: what a node asks of a list of hashes, and what its officers do."""
