"""The room `share`: threats that one State gives to others, their use, and what is taken back.

Floor: joint (pure).
"""
