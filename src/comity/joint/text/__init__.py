"""Joint texts: how the parties of a channel propose one, adopt it, decline it or leave it.

    acts          what can be said: four tags and the fields each uses
    table         what follows: (status, verb, crossed?) -> (status, result), as data
    fold          what a history means
    decide        what may be said now
    view          what a screen asks: which version is in force, who is waited for
    verbs         the rows from which commands, calls and forms follow

What a text says is of the room that brings it: the guideline, a calendar, a roster.

Floor: joint (pure).
"""
