"""Who had an item of evidence in his hands, and what may be done with it.

Floor: domestic (pure).
"""
