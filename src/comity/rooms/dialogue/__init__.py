"""The room `dialogue`: what a node asks of a session is answered here."""
