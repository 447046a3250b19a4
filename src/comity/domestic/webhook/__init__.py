"""The room of webhooks: which happenings a program is told of, and how it knows who told it.

Floor: domestic (pure).
"""
