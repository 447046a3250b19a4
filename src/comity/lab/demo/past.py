"""The past of the demo: two years of requests between both States, made before their nodes serve.

Each adopted the other's calendar and the guideline that ships on the first day; how many requests
followed is said on the command line.  See `comity.lab.years`.

Floor: lab.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from comity.lab.demo.story import Play
from comity.lab.years import states, two_homes
from comity.lab.years.making import Done, Wanted

REQUESTS: Final = 1_200
"""Of a demo that goes on running: a busy pair of States."""

REQUESTS_ONCE: Final = 60

_ENDED_MS: Final = 60_000
"""The past ends a little before the demo begins."""

type Advance = Callable[[int], None]
type Bar = Callable[[str, int], AbstractContextManager[Advance]]


def make(play: Play, requests: int, bar: Bar) -> Done:
    """Make the past of both homes; return what was made.

    Args:
        play: its nodes are paired and do not serve yet.
        requests: how many.
        bar: shows how far it is.

    Raises:
        Fault: `lab.years.failed`.
    """
    nodes, began = play.nodes, time.monotonic()
    wanted = Wanted(requests, play.now_ms() - _ENDED_MS)
    texts, voices = states.texts(nodes, wanted), states.voices(nodes)
    with bar("Making two years of requests", 2 * requests) as advance:
        done = two_homes.make(nodes, voices, texts, wanted, advance)
    done.seconds = time.monotonic() - began
    play.past = done.requests
    play.story.facts["past"] = {
        "requests": done.requests,
        "acts": done.acts,
        "statuses": {**done.statuses},
        "seconds": round(done.seconds, 1),
        "cpu_seconds": round(done.cpu_s, 1),
    }
    return done
