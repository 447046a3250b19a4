"""The room `guideline`: what a node asks of a joint text is answered here."""
