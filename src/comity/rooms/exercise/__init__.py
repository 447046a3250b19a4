"""The room `exercise`: what a node asks of an exercise is answered here."""
