"""The room `roll`: a list of hashes that one State keeps for others, with editions and votes.

Floor: joint (pure).
"""
