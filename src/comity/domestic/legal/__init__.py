"""The legal gate: what counsel has to decide before a request is executed or something leaves.

    question   a decision that has to be on record         (asked by the nation profile)
    decided    one officer's decision on one question       (kept, never changed)
    state      the newest decision on each question

Floor: domestic (pure).
"""
