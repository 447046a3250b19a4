"""The room `commitment`: what parties said they would do, by when, and how it stands.

Floor: joint (pure).
"""
