"""Freedonia and Sylvania as the years speak of them: who speaks, and which texts both adopt.

Floor: lab.
"""

from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Final

from comity.demo.pair_of_nodes import FREEDONIA, SYLVANIA, PairOfNodes
from comity.demo.story import SECOND, calendars
from comity.joint.text import acts
from comity_lab.years.making import DAYS, Wanted
from comity_lab.years.speaking import Voice

_SPEAKS: Final = {
    FREEDONIA.party: ("en", "UTC+01:00", "MOJ"),
    SYLVANIA.party: ("zh-Hans", "UTC+08:00", "NPC"),
}
"""Language, wall and beginning of the file numbers of each."""


def voices(nodes: PairOfNodes) -> dict[str, Voice]:
    """Return who speaks for each, by party."""
    return {
        party: Voice(
            party,
            side.state.agency[0],
            side.state.agency[1]["en"],
            *_SPEAKS[party][:2],
            (side.state.officer, SECOND[party]),
            _SPEAKS[party][2],
        )
        for party, side in nodes.sides.items()
    }


def texts(nodes: PairOfNodes, wanted: Wanted) -> dict[str, bytes]:
    """Let both propose their calendar, for all years that are touched; beside the guideline.

    Raises:
        Fault: what the command said.
    """
    first = datetime.fromtimestamp(wanted.from_ms / 1_000, UTC)
    last = first + timedelta(days=DAYS + 366)
    files = calendars(nodes, first.year, last.year)
    found = {name: file.read_bytes() for name, file in files.items()}
    shipped = resources.files("comity.catalogue").joinpath("guideline/dialogue.yaml")
    return {**found, acts.MAIN: shipped.read_bytes()}
