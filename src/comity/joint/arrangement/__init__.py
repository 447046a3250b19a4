"""Who the parties are: roots, cards, revocations, pairing, and which key is in force when.

Floor: joint (pure).
"""
