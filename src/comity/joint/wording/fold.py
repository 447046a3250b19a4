"""What a history of a text in the making means: who stands on which variant of a paragraph.

Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.points_fold import Coming, Rules
from comity.acts.turns import Entry
from comity.joint.wording import acts

NOT_OURS: Final = "not-ours"
CLOSED_BEFORE: Final = "closed-before"


def _problem(now: State, coming: Coming) -> str:
    tag = coming.act.tag
    if now.told(acts.CLOSED, unseen=coming.unseen):
        return CLOSED_BEFORE
    if tag == acts.TABLED:
        return _names(now, coming)
    return _attests(now, coming) if tag == acts.ATTESTED else ""


def _names(now: State, coming: Coming) -> str:
    """Return why a tabling names a paragraph wrongly, or ""."""
    named = acts.paragraphs(coming.act)
    new = [one for one in named if not _is_known(now, coming, one)]
    is_ours = all(one.rpartition(".")[0] == coming.party for one in new)
    if not is_ours:
        return NOT_OURS
    behind = {*shape.under(coming.act, acts.AFTER).values()} - {acts.FIRST, *named}
    is_there = all(_is_known(now, coming, one) for one in behind)
    return "" if is_there else points_fold.POINT_UNKNOWN


def _is_known(now: State, coming: Coming, paragraph: str) -> bool:
    return any(one.at not in coming.unseen for one in now.stances(paragraph))


def _attests(now: State, coming: Coming) -> str:
    about = points_fold.answered(now, coming, acts.TABLED)
    if about is None:
        return points_fold.NOTHING_ANSWERED
    tabled = now.given(about).keys()
    return "" if shape.under(coming.act, acts.ON).keys() <= tabled else points_fold.POINT_UNKNOWN


RULES: Final = Rules(
    acts.KIND,
    acts.SHAPES,
    openings=frozenset({acts.OPENED}),
    stating=frozenset({acts.TABLED, acts.ACCEPTED}),
    leaving=frozenset({acts.RESERVED}),
    values=acts.values,
    leaves=lambda act: act.items,
    check=acts.check,
    problem=_problem,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a text stands after all its acts, given in their order."""
    return points_fold.fold_all(RULES, entries, parties)
