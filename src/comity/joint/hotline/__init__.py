"""The room `hotline`: a call that reaches a person who may decide, and drills of it.

Floor: joint (pure).
"""
