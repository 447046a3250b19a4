"""The past of the demo: two years of requests between both States, made before their nodes serve.

Each adopted the other's calendar and the guideline that ships on the first day; how many requests
followed is said on the command line.  See `comity.lab.years`.

Floor: lab.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Final

from comity.joint.guideline import acts
from comity.lab.demo.story import FIRST, FR, SECOND, SY, Play
from comity.lab.years import two_homes
from comity.lab.years.making import DAYS, Wanted
from comity.lab.years.speaking import Voice
from comity.node import calendars

REQUESTS: Final = 1_200
"""Of a demo that goes on running: a busy pair of States."""

REQUESTS_ONCE: Final = 60

_CALENDARS: Final = {FR: ("AT", "Europe/Vienna"), SY: ("CN", "Asia/Shanghai")}
"""Two real countries, whose holidays the invented States keep."""

_OFFICE: Final = "08:00-18:00"
_SPEAKS: Final = {FR: ("en", "UTC+01:00", "MOJ"), SY: ("zh-Hans", "UTC+08:00", "NPC")}
"""Language, wall and beginning of the file numbers of each."""

_ENDED_MS: Final = 60_000
"""The past ends a little before the demo begins."""

type Advance = Callable[[int], None]
type Bar = Callable[[str, int], AbstractContextManager[Advance]]


def make(play: Play, requests: int, bar: Bar) -> None:
    """Make the past of both homes, and tell of it.

    Args:
        play: its nodes are paired and do not serve yet.
        requests: how many.
        bar: shows how far it is.

    Raises:
        Fault: `lab.years.failed`.
    """
    story, began = play.story, time.monotonic()
    wanted = Wanted(requests, play.now_ms() - _ENDED_MS)
    texts = {**_calendars(play, wanted), acts.MAIN: _guideline()}
    with bar("Making two years of requests", 2 * requests) as advance:
        done = two_homes.make(play.nodes, _voices(play), texts, wanted, advance)
    play.past = done.requests
    story.facts["past"] = {
        "requests": done.requests,
        "acts": done.acts,
        "statuses": {**done.statuses},
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(done.cpu_s, 1),
    }


def _voices(play: Play) -> dict[str, Voice]:
    return {
        party: Voice(
            party,
            side.state.agency[0],
            side.state.agency[1]["en"],
            *_SPEAKS[party][:2],
            (FIRST[party], SECOND[party]),
            _SPEAKS[party][2],
        )
        for party, side in play.nodes.sides.items()
    }


def _calendars(play: Play, wanted: Wanted) -> dict[str, bytes]:
    """Let both propose their calendar, with all years that the past and the demo touch."""
    first = datetime.fromtimestamp(wanted.from_ms / 1_000, UTC)
    last = first + timedelta(days=DAYS + 366)
    years = [str(year) for year in range(first.year, last.year + 1)]
    found: dict[str, bytes] = {}
    for party, (country, zone) in _CALENDARS.items():
        file = play.nodes.folder / f"calendar.{party}.yaml"
        play.nodes.run(
            party, "calendar", "propose", "--country", country, "--zone", zone, "--id", party,
            "--years", *years, "--office-hours", _OFFICE, "-o", str(file), home=False,
        )  # fmt: skip
        found[calendars.name_of(party)] = file.read_bytes()
    return found


def _guideline() -> bytes:
    return resources.files("comity.catalogue").joinpath("guideline/dialogue.yaml").read_bytes()
