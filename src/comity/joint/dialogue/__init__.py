"""The room `dialogue`: one session of a series, from its date to its agreed minutes.

Floor: joint (pure).
"""
