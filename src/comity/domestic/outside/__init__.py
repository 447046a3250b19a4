"""The room of those who are no officers: guests, banks, consumers of a feed; who let them in.

Floor: domestic (pure).
"""
