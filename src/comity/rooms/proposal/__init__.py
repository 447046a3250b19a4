"""The room `proposal`: what a node asks of a proposal is answered here."""
