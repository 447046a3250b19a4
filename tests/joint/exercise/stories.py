"""Acts of an exercise, and random histories of each kind of matter.

Floor: tests.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, logs

from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Office
from comity.joint.exercise import acts

TWO = PARTIES[:2]
OPENER = act_id(31)
PLAN, LIST = "1a" * 32, "2b" * 32
SALT = "33" * 32
CONTENT = hashlib.sha256(b"The minister asks who did it.").hexdigest()
COMMIT = acts.commitment(SALT, CONTENT)
WINDOW = {"from": 1_000, "until": 9_000}
OTHER_WINDOW = {"from": 2_000, "until": 9_000}
STOP_ID = act_id(3)


def said(
    kind: str,
    tag: str,
    number: int = 0,
    answers: str = OPENER,
    /,
    *,
    times: Mapping[str, int] | None = None,
    office: str = "",
    **codes: str,
) -> Act:
    """Return any act of the matter of a kind that the first party opened."""
    named = {name.replace("_", "-").replace("--", "."): code for name, code in codes.items()}
    return Act(
        act_id(number),
        tag,
        Matter(kind, acts.matter_id(kind, "aa", OPENER)),
        Office("police", office),
        answers=answers,
        codes=named,
        times=times or {},
    )


def opening(kind: str) -> Act:
    """Return the act that opens a matter of a kind."""
    return {
        acts.EXERCISE: said(
            acts.EXERCISE, acts.PROPOSED, 31, "", times=WINDOW,
            kind__1="cybercrime", control="cells", play="players",
        ),
        acts.CONTROL: said(acts.CONTROL, acts.CONTROL_OPENED, 31, ""),
        acts.PLAY: said(acts.PLAY, acts.PLAY_OPENED, 31, ""),
        acts.INJECT: said(
            acts.INJECT, acts.DELIVERED, 31, "",
            play=act_id(7), number="4", sort="scheduled", side="bb", seat="bank",
        ),
        acts.EVALUATION: said(
            acts.EVALUATION, acts.RATED, 31, "", task="answer-in-time", side="bb", rating="S"
        ),
    }[kind]  # fmt: skip


def menu(kind: str, about: str) -> list[Act]:
    """Return one act of each tag of a kind, about the opening or about an act of the matter."""
    one = {
        acts.EXERCISE: [
            said(kind, acts.AGREED, times=WINDOW),
            said(kind, acts.AGREED, times=OTHER_WINDOW),
            said(kind, acts.DECLINED, reason="scope"),
            said(kind, acts.RESCHEDULED, times=OTHER_WINDOW),
            said(kind, acts.CANCELLED, reason="real-world"),
            said(kind, acts.REPORTED, report=PLAN),
            said(kind, acts.REPORT_AGREED, 0, about),
            said(kind, acts.REPORT_DISPUTED, 0, about, reason="facts"),
        ],
        acts.CONTROL: [
            said(kind, acts.MET, times={"held-at": 5}, meeting="initial"),
            said(kind, acts.TEXT_PROPOSED, text="plan", sha256=PLAN),
            said(kind, acts.TEXT_PROPOSED, text="master-list", sha256=LIST),
            said(kind, acts.TEXT_ADOPTED, 0, about),
            said(kind, acts.TEXT_DECLINED, 0, about, reason="untested"),
            said(kind, acts.FIXED, times=WINDOW, number="9", objective="voice", commit=COMMIT),
            said(kind, acts.DISCLOSED, number="9", salt=SALT, content=CONTENT),
            said(kind, acts.DISCLOSED, number="9", salt=SALT, content=PLAN),
            said(kind, acts.READY, plan=PLAN, list=LIST, seats="6"),
            said(kind, acts.SKIPPED, number="4", reason="overtaken"),
            said(kind, acts.MOVED, times={"scenario-at": 7_000}, number="4"),
            said(kind, acts.NOTED),
        ],
        acts.PLAY: [
            *settings(),
            said(kind, acts.SET_AGREED, 0, about),
            said(kind, acts.SET_DECLINED, 0, about, reason="busy"),
            said(kind, acts.STOPPED, reason="real-world"),
        ],
        acts.INJECT: [
            said(kind, acts.CORRECTED),
            said(kind, acts.WITHDRAWN, reason="mistaken"),
            said(kind, acts.TAKEN, seat="bank"),
            said(kind, acts.TAKEN, seat="bank", office="control"),
            said(kind, acts.TAKEN, seat="court"),
            said(kind, acts.ANSWERED, seat="bank", outcome="done"),
        ],
        acts.EVALUATION: [
            said(kind, acts.CONCURRED),
            said(kind, acts.DIFFERED, rating="M", reason="evidence"),
        ],
    }
    return one[kind]


def settings() -> list[Act]:
    """Return one proposal of each setting of time."""
    kind = acts.PLAY
    start = {"scenario-at": 1_000_000}
    return [
        said(kind, acts.START, times=start, plan=PLAN, list=LIST, rate="60"),
        said(kind, acts.PAUSE),
        said(kind, acts.RESUME),
        said(kind, acts.RESUME, stop=STOP_ID, rate="5"),
        said(kind, acts.RATE, rate="1"),
        said(kind, acts.JUMP, times={"scenario-at": 90_000_000}),
        said(kind, acts.END),
    ]


def histories(kind: str) -> st.SearchStrategy[tuple[list[Placed], tuple[str, ...]]]:
    """Return random histories of a kind, of two or three parties."""
    first = opening(kind)
    about = st.sampled_from([act_id(n) for n in range(6)])
    nonsense = st.sampled_from(
        [
            first,
            replace(first, id=act_id(8)),
            replace(first, tag="play.begun/1"),
            replace(menu(kind, OPENER)[0], answers=act_id(9)),
            replace(menu(kind, OPENER)[0], codes={"reason": "because"}),
        ]
    )
    lawful = about.flatmap(lambda one: st.sampled_from(menu(kind, one)))
    anything = st.one_of(lawful, lawful, lawful, nonsense)
    return st.sampled_from([2, 3]).flatmap(
        lambda count: st.tuples(logs(first, anything, count, 12), st.just(PARTIES[:count]))
    )
