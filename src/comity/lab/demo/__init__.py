"""`comity demo`: two real nodes, and the main job from end to end.

    command  the command
    play     the scenes, in order
    story    how an act is said and approved, and what is told of it
    past     the two years before
    checks   both nodes compared, and proofs
    figures  a snapshot of a review that both compute

Floor: lab.
"""

from comity.lab.demo.command import add_parser

__all__ = ["add_parser"]
