"""A room of the tests: one State gives another a tip, which is taken up or dropped in time.

Three verbs, one clock, one joint text (`tips`: how many hours), one blob (its words).
"""

from dataclasses import astuple, dataclass, replace
from typing import Any, Final, cast

from comity.acts import shape
from comity.acts.record import Act, Matter
from comity.acts.shape import NAME, Shape
from comity.acts.verb import CODE, Field, Table, Verb, both
from comity.acts.vocabulary import OURS, Vocabulary
from comity.clocks import clock
from comity.clocks.calendar_versions import Adopted
from comity.clocks.due import Due, Timed
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import HOURS, Term
from comity.domestic.nation.schema import OUTGOING
from comity.figures.observation import Moment, Observation
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.bindings import Text
from comity.node.base.history import History
from comity.node.base.reader import role_key
from comity.node.base.reckoned import Reckoned
from comity.node.base.rooms import Clocks, Law, Line, Listed, Room, Rows
from comity.node.base.rows import MatterRow
from comity.node.review.read_rows import NEVER_MS, At, Observed, Read
from comity.node.room import calendars, joint_texts
from comity.node.room.clocks import Channel

KIND: Final = "tip"
GIVEN, TAKEN, DROPPED = "tip.given/1", "tip.taken/1", "tip.dropped/1"
REASONS: Final = {"known": both("It was known", "已经掌握"), "idle": both("Of no use", "没有价值")}
SHAPES: Final = {
    GIVEN: Shape(needs={"topic": NAME}),
    TAKEN: Shape("the tip"),
    DROPPED: Shape("the tip", needs={"reason": REASONS}),
}
_REASON: Final = Field("reason", CODE, both("Reason", "理由"), known=REASONS)
_TOPIC: Final = Field("topic", CODE, both("Topic", "主题"))
_VERBS: Final = (
    Verb("give", GIVEN, both("Give a tip", "提供线索"), (_TOPIC,), opens=True),
    Verb("take", TAKEN, both("Take it up", "接收线索")),
    Verb("drop", DROPPED, both("Drop it", "不予采用"), (_REASON,)),
)
_TIP: Final = both("Tip", "线索")
VERBS: Final = Table(KIND, "tips", _TIP, _TIP, _VERBS, opened_by=lambda now: now.opened_by)
KNOWN: Final = Vocabulary({**OURS.added, KIND: {1: tuple(SHAPES)}})


@dataclass(frozen=True, slots=True)
class Tip:
    """Where a tip stands: who gave it to whom, and what was said when."""

    giver: str = ""
    taker: str = ""
    opened_by: str = ""
    topic: str = ""
    status: str = "none"
    turns: tuple[tuple[str, str, str, int | None], ...] = ()


def _admit(now: Tip, act: Act, party: str) -> Inadmissible | None:
    wrong = shape.problem(act, KIND, SHAPES)
    is_first = not now.giver and act.matter.id == shape.matter_id(KIND, party, act.id)
    is_next = (now.status, party, now.opened_by) == ("given", now.taker, act.answers)
    is_so = not wrong and (is_first if act.tag == GIVEN else is_next)
    return None if is_so else Inadmissible("tip.not-now", "Not now.", "See the tip.")


def _fold(history: History) -> Tip:
    now = Tip()
    for one in history.heard:
        act = one.placed.act
        if _admit(now, act, one.party) is None:
            event = act.tag.partition(".")[2].partition("/")[0]
            if act.tag == GIVEN:
                taker = next(p for p in history.parties if p != one.party)
                now = Tip(one.party, taker, act.id, act.codes["topic"])
            turns = (*now.turns, (event, one.party, act.id, one.at_ms))
            now = replace(now, status=event, turns=turns)
    return now


def _to_json(now: Tip) -> Json:
    return [*cast("list[Json]", astuple(now)[:-1]), [[*one] for one in now.turns]]


def _from_json(value: Json) -> Tip:
    *fields, turns = cast("list[Any]", value)
    return Tip(*[*fields, tuple(map(tuple, turns))])


def _holder(now: Tip) -> str:
    return now.taker if now.status == "given" else ""


def _listed(now: Tip, _own: str) -> Listed:
    holders, keys = tuple(filter(None, (_holder(now),))), (role_key("analyst"),)
    return Listed(now.status, now.topic, holders, (now.giver, now.taker), keys=keys)


def _reckon(at: Channel, row: MatterRow, now: Tip, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as it is called
    text = joint_texts.version_in_force(at.tx, at.path, now_ms, "tips")
    data = calendars.text(at.node, at.tx, text.sha256) if text else None
    if not (text and data):
        return Reckoned(row, now, at.cut, now_ms)
    length = Term(cast("Any", ijson.parse(data))["hours"], HOURS)
    rule = Rule("take-up", length, ("given",), ("taken", "dropped"))
    marks = tuple(Mark(event, at_ms, who, act_id) for event, who, act_id, at_ms in now.turns)
    found = clock.evaluate(rule, marks, Adopted({}), now_ms, explain=explain)
    timed = Timed(now.taker, now.taker, rule, found)
    due = Due(now.taker, now.taker, "take", rule.name, found.status, found.due_at_ms)
    dues = (due,) if timed.is_open else ()
    return Reckoned(row, now, at.cut, now_ms, now.giver, text.sha256, timed=(timed,), dues=dues)


def _observed(at: At, matter_id: str, now_ms: int) -> Read:
    told = at.history(matter := Matter(KIND, matter_id))
    now, first = _fold(told), told.heard[0].received
    asked = Moment(now.opened_by, first.at_ms, first.claimed_ms) if first else None
    row = asked and Observation(KIND, matter_id, now.giver, now.taker, asked, now.status)
    found = (row,) if row and row.asked.at_ms <= now_ms else ()
    return Read(Observed(found, now_ms, NEVER_MS), at.rests(matter), at.known())


ROOM: Final = Room(
    kind=KIND,
    shapes=SHAPES,
    last_words=frozenset({DROPPED}),
    fold=_fold,
    admit=_admit,
    to_json=_to_json,
    from_json=_from_json,
    line=lambda now: Line(now.status, _holder(now), asker=now.giver),
    listed=_listed,
    clocks=Clocks(_reckon),
    texts=(Text("tips", lambda data, _file: ijson.parse(data), lambda _text: "1"),),
    rows=Rows(_observed, lambda at, _read, matter_id, now_ms: _observed(at, matter_id, now_ms)),
    law=Law(
        direction=lambda act, _now, _own: OUTGOING if act.tag == GIVEN else "",
        executes=frozenset(),
        situation=lambda now, _act: (now.topic, "", ""),
        asked_last=lambda now: now.opened_by,
    ),
)
