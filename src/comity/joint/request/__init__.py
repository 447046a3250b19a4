"""The room of requests: one State asks, another answers, refuses with its ground, or neither yet.

    acts     what can be said: five tags and the fields each uses
    table    what follows: (status, verb, who, crossed?) -> (status, result), as data
    fold     what a history means
    decide   what may be said now
    view     what a screen asks

Floor: joint (pure).
"""
