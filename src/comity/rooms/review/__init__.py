"""The room `review`: what a node asks of a snapshot is answered here."""
