"""The room `compartment`: what a node asks of it, and what its officers do."""
