"""`comity demo`: two real nodes, and the main job from end to end.

    demo     the command
    play     the scenes, in order
    story    how an act is said and approved, and what is told of it
    checks   both nodes compared, and proofs
    figures  a snapshot of a review that both compute
    pair_of_nodes  homes, officers, pairing and serving by the real commands
    commands       how a command is typed
    developers     what only a clone of the repository has

Floor: demo.
"""
