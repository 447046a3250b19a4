"""Whoever folds requests by docs/spec/request.md alone finds every state that comity finds."""

from typing import Any, cast

from hypothesis import given
from joint.request.histories import PARTIES, as_entries, lawful, logs
from joint.taken import ids_taken

from comity.acts.codec import act_to_json
from comity.acts.order import Placed, has_seen, in_order
from comity.joint.request import fold, state
from tools.peer.history import Entry
from tools.peer.said import ACT
from tools.peer.state import Request


def _folded_by_the_outsider(ordered: list[Placed]) -> Request:
    """Return what `tools/peer` makes of acts in this order."""
    times = [at_ms for _, _, _, at_ms in as_entries(ordered)]
    placed: dict[int, Placed] = {}
    acts = []
    for at, one in enumerate(ordered):
        told = cast("dict[str, Any]", act_to_json(one.act))
        entry = Entry(PARTIES[one.party_place], one.index, ACT, told, received_ms=times[at])
        placed[id(entry)] = one
        acts.append(entry)

    def saw(later: Entry, earlier: Entry) -> bool:
        return has_seen(placed[id(later)], placed[id(earlier)])

    return Request(acts, saw, ordered[0].act.matter.id)


@given(logs() | logs(to=("bb",)) | lawful() | lawful(to=("bb",)))
def test_it_finds_the_same_state(said: list[Placed]) -> None:
    """Clauses 2, 6 to 8 and 13 to 15 are enough to compute the digest, whatever was said."""
    ordered = in_order(said)
    ours = fold.fold_all(as_entries(ordered))

    theirs = _folded_by_the_outsider(ordered)

    assert theirs.whole() == state.to_json(ours)
    assert theirs.digest() == state.digest(ours)


@given((logs() | logs(to=("bb",)) | lawful() | lawful(to=("bb",))).flatmap(ids_taken))
def test_it_finds_the_same_state_where_parties_take_ids_of_one_another(said: list[Placed]) -> None:
    """Clauses 6 and 14 say which act is meant where several have the id that is answered."""
    ordered = in_order(said)
    ours = fold.fold_all(as_entries(ordered))

    theirs = _folded_by_the_outsider(ordered)

    assert theirs.whole() == state.to_json(ours)
