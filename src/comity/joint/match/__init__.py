"""The room `match`: two States learn which identifiers both have, and hand over no list.

Floor: joint (pure).
"""
