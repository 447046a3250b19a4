"""A second State, written from docs/spec alone, that shares no code with comity.

It shows that the wire and the acts can be built from their clauses. It is no node for use: it has
no officers, no high-water mark on another disk and no recovery; one other party, no revocations,
one card of its own, and no channel but `live` and `hotline`. Each module names the clauses that it
follows.
"""
