"""A second State, written from docs/spec alone, that shares no code with comity.

It shows that the wire, the acts and what they mean can be built from their clauses: cards and their
revocation, openings, generations of either side, and the folds of requests, joint texts, snapshots
and cases. It is no node for use: it has no officers, no high-water mark on another disk, no
recovery of what it lost (it begins a generation instead), one other party, no channel but `live`
and `hotline`, and no figures. Each module names the clauses that it follows.
"""
