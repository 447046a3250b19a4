"""The room `hotline`: what a node asks of a hotline is answered here."""
