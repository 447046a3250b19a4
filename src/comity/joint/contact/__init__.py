"""The room `contact`: the official contact points of a party, and who has proved them.

Floor: joint (pure).
"""
