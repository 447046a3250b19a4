"""Commands of rooms that are written by hand beside those of their tables.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.verb import Table
from comity.surfaces.cli import (
    brief,
    commitment_report,
    compartment_pages,
    dialogue_cadence,
    dialogue_pack,
    exercise_files,
    exercise_report,
    exercise_run,
    exercise_seats,
    share_board,
    share_figures,
    share_give,
    wording_text,
    wording_translation,
)
from comity.surfaces.cli.context import Subparsers

MORE: Final[Mapping[str, tuple[Callable[[Subparsers, Table], None], ...]]] = MappingProxyType(
    {
        "commitment": (commitment_report.add,),
        "compartment": (compartment_pages.add,),
        "dialogue": (dialogue_cadence.add, dialogue_pack.add, brief.add),
        "exercise": (exercise_files.add, exercise_run.add, exercise_seats.add, exercise_report.add),
        "share": (share_give.add, share_board.add, share_figures.add),
        "wording": (wording_text.add, wording_translation.add, brief.add),
    }
)
"""By the noun of the room: verbs that read or make a file, or show what no matter shows."""
