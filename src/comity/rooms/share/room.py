"""The room `share` as a value: threats that are given, used and taken back.

Floor: rooms.
"""

from collections.abc import Iterable
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.verb import both
from comity.domestic.nation.schema import OUTGOING
from comity.joint.share import acts, decide, fold, state, text, verbs, view
from comity.joint.share.state import State
from comity.joint.share.text import ProtectionText
from comity.node.base.bindings import Approvals, Bound, Text
from comity.node.base.history import History
from comity.node.base.rooms import Law, Line, Listed, Room
from comity.node.base.section import Section
from comity.rooms.share import clocks, observe, pack, retention, where


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    opened = now.giving or now.declaration
    return Line(view.status(now), view.holder(now), asker=opened.party if opened else "")


def _listed(now: State, own: str) -> Listed:
    opened = now.giving or now.declaration
    return Listed(
        view.own_status(now, own),
        type=opened.category if opened else "",
        holders=view.holders(now),
        parties=view.parties(now),
        references=view.references(now),
    )


def _destroys(act: Act) -> Iterable[str]:
    return shape.under(act, acts.BLOB).values() if act.tag == acts.DESTROYED else ()


def _direction(act: Act, _now: State, _own: str) -> str:
    return OUTGOING if act.tag in {acts.GIVEN, acts.ADDED} else ""


def _situation(now: State, draft: Act | None) -> tuple[str, str, str]:
    said = draft.codes.get(acts.CATEGORY, "") if draft is not None else ""
    return where.type_of(said or (now.giving.category if now.giving else "")), "", ""


def _approvals(adopted: ProtectionText, tag: str, _urgency: str) -> Approvals | None:
    """Return what lets a giving out; the main text says it of everything else."""
    if tag not in {acts.GIVEN, acts.ADDED}:
        return None
    return Approvals(adopted.count, adopted.roles, adopted.review_hours)


_TEXT: Final = Text(
    text.NAME,
    text.parse,
    lambda adopted: str(adopted.version),
    lambda adopted: int(adopted.in_force_from_ms),
    approvals=_approvals,
    languages=lambda adopted: tuple(adopted.languages),
    words={"en": "Terms of network protection", "zh": "网络保护条款"},
    page="protection_text",
)


SHARE: Final = Room(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
    destroys=_destroys,
    bound=lambda _now, _act: Bound(text.NAME),
    law=Law(
        direction=_direction,
        executes=frozenset(),
        situation=_situation,
        asked_last=view.opened_by,
        is_open_without=True,
    ),
    table=verbs.TABLE,
    status_words=view.STATUS_WORDS,
    section=Section(both("Network protection", "网络保护"), pack.facts),
    clocks=clocks.CLOCKS,
    rows=observe.ROWS,
    gates=(clocks.needs, retention.gate),
    retention=retention.RETENTION,
    sent=retention.destroy,
    texts=(_TEXT,),
)
