"""The room `compartment`: what only named readers see, under terms that both sides signed.

Floor: joint (pure).
"""
