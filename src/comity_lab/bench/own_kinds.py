"""The kinds of `bench` that add a command of their own.

Floor: lab.
"""

from typing import Final

from comity_lab.bench import callers, dialogue, exercise, hotline, lanes, partners, taxii

ADDED: Final = (
    lanes.add,
    hotline.add,
    dialogue.add,
    exercise.add,
    taxii.add,
    callers.add,
    partners.add,
)
"""Each adds one to the parser of kinds."""
