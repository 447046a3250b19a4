"""The room `contact`: what a node asks of contact points is answered here."""
