"""The room `brief`: what a State keeps to itself of a matter that it negotiates."""
