"""The room of guidelines: joint texts that are proposed, adopted by every party, and in force.

    acts          what can be said: four tags and the fields each uses
    table         what follows: (status, verb, crossed?) -> (status, result), as data
    fold          what a history means
    decide        what may be said now
    view          what a screen asks: which version is in force, who is waited for

    document      the main text: what a request contains and how soon it is answered
    completeness  what a request lacks, each with why it matters
    difference    what changed between two texts, in words

Floor: joint (pure).
"""
