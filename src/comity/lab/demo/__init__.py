"""`comity demo`: two real nodes, and the main job from end to end.

    command  the command
    play     the scenes, in order
    story    how an act is said and approved, and what is told of it
    checks   both nodes compared, and proofs

Floor: lab.
"""

from comity.lab.demo.command import add_parser

__all__ = ["add_parser"]
