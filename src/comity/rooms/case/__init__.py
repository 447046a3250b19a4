"""The room `case`: what a node asks of a case is answered here."""
