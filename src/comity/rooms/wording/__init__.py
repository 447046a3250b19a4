"""The room `wording`: what a node asks of a text in the making is answered here."""
