"""Who at home uses what is shared, and what each of them may have.

Floor: domestic (pure).
"""
