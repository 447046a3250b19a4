"""Pages of any room that has none of its own.

Floor: surfaces.
"""
