"""`comity bench`: speed, printed as ratios of one run.

Floor: lab.
"""

from comity_lab.bench.command import add_parser

__all__ = ["add_parser"]
