"""The room of routing: which agency deals with a request, by rule, and why.

Floor: domestic (pure).
"""
