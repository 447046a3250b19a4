"""The past of the demo: two years of requests between both States, made before their nodes serve.

Each adopted the other's calendar and the guideline that ships on the first day; how many requests
followed is said on the command line.  Ten years of sessions lie before.  See `comity_lab.years`.

Floor: lab.
"""

import time
from typing import Final

from comity.demo.developers import Bar
from comity.demo.story import Play
from comity_lab.years import states, two_homes
from comity_lab.years.making import Wanted
from comity_lab.years.talks import COMMITMENTS

_ENDED_MS: Final = 60_000
"""The past ends a little before the demo begins."""


def make(play: Play, requests: int, bar: Bar, commitments: int | None = None) -> None:
    """Make the past of both homes.

    Args:
        play: its nodes are paired and do not serve yet.
        requests: how many.
        bar: shows how far it is.
        commitments: of the ten years of sessions before; None: no more than requests.

    Raises:
        Fault: `lab.years.failed`.
    """
    nodes, began = play.nodes, time.monotonic()
    born = min(COMMITMENTS, requests) if commitments is None else commitments
    wanted = Wanted(requests, play.now_ms() - _ENDED_MS, commitments=born)
    texts, voices = states.texts(nodes, wanted), states.voices(nodes)
    with bar("Making two years of requests", 2 * requests) as advance:
        done = two_homes.make(nodes, voices, texts, wanted, advance)
    done.seconds = time.monotonic() - began
    play.past, play.label = done.requests, done.label
    play.story.facts["past"] = {
        "requests": done.requests,
        "acts": done.acts,
        "sessions": done.sessions,
        "commitments": born,
        "statuses": {**done.statuses},
        "seconds": round(done.seconds, 1),
        "cpu_seconds": round(done.cpu_s, 1),
    }
