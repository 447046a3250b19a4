"""The room `commitment`: what a node asks of a commitment is answered here."""
