"""The room `share`: what a node asks of shares is answered here."""
