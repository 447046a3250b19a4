"""The room `case`: requests of one investigation, and where it stands for both sides.

Floor: joint (pure).
"""
