"""Who had an item of evidence in their hands, and what may be done with it.

Floor: domestic (pure).
"""
