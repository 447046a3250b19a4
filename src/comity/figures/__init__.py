"""Figures of how matters went: rows, measures, and what is between two computations of them.

They are computed from rows of any kind of matter, which its room gives; nothing here knows a room.

Source: docs/spec/review.md, parts 1 to 5.
Floor: figures (pure).
"""
