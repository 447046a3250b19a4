"""The room `request`: what a node asks of a request is answered here."""
