"""Freedonia and Sylvania as the years speak of them: who speaks, and which texts both adopt.

Floor: lab.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import resources
from types import MappingProxyType
from typing import Final

from comity.joint.guideline import acts
from comity.lab.pair_of_nodes import FREEDONIA, SYLVANIA, PairOfNodes
from comity.lab.years.making import DAYS, Wanted
from comity.lab.years.speaking import Voice
from comity.node import calendars

SECOND: Final[Mapping[str, str]] = MappingProxyType(
    {FREEDONIA.party: "anna", SYLVANIA.party: "bela"}
)
"""Counsel, who also approve what the first officers write."""

_CALENDARS: Final = {
    FREEDONIA.party: ("AT", "Europe/Vienna"),
    SYLVANIA.party: ("CN", "Asia/Shanghai"),
}
"""Two real countries, whose holidays the invented States keep."""

_OFFICE: Final = "08:00-18:00"
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
    years = [str(year) for year in range(first.year, last.year + 1)]
    found: dict[str, bytes] = {}
    for party, (country, zone) in _CALENDARS.items():
        file = nodes.folder / f"calendar.{party}.yaml"
        nodes.run(
            party, "calendar", "propose", "--country", country, "--zone", zone, "--id", party,
            "--years", *years, "--office-hours", _OFFICE, "-o", str(file), home=False,
        )  # fmt: skip
        found[calendars.name_of(party)] = file.read_bytes()
    shipped = resources.files("comity.catalogue").joinpath("guideline/dialogue.yaml")
    return {**found, acts.MAIN: shipped.read_bytes()}
