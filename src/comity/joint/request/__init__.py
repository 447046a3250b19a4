"""The room of requests: one State asks, another answers, refuses with its ground, or neither yet.

    acts, fields      what can be said: the tags, and exactly the fields that each uses
    reasons, codes    the closed lists of codes, each with its source
    effects, table    what follows: (status, verb, who, crossed?) -> (status, result), as data
    state, turn       where a request stands, and what each act of it did
    moves, fold       what a history means; targets: what an act may be about
    verbs             what an officer can say, as the one table that every surface reads
    decide, possible  what may be said now; answerable: of which act; noes: why not
    rules             what a guideline decides of it
    clocks            how long each side has, and why
    view              what a screen asks

Floor: joint (pure).
"""
