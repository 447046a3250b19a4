"""The room `review`: the timeliness and quality of responses, in figures both sides recompute.

Floor: joint (pure).
"""
