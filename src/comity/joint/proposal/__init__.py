"""The room `proposal`: what one party puts to the others, how it is assessed and decided.

Floor: joint (pure).
"""
