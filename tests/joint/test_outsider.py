"""Whoever folds the other rooms by their pages of docs/spec alone finds what comity finds."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from joint.case.test_case import every_logs as cases
from joint.guideline import histories as texts
from joint.review.histories import PARTIES, entries
from joint.review.test_said import every_logs as snapshots
from joint.taken import ids_taken

from comity.acts.codec import act_to_json
from comity.acts.order import Placed, has_seen, in_order
from comity.joint.case import fold as case_fold
from comity.joint.case import state as case_state
from comity.joint.review import fold as review_fold
from comity.joint.review import state as review_state
from comity.joint.text import fold as text_fold
from comity.joint.text import state as text_state
from tools.peer.agreed import Agreed
from tools.peer.case import Case
from tools.peer.history import Entry
from tools.peer.review import Snapshot
from tools.peer.said import ACT
from tools.peer.state import Saw

type History = tuple[list[Placed], tuple[str, ...]]
type Fold[Found] = Callable[[Sequence[Entry], Saw, Sequence[str]], Found]


def by_outsider[Found](
    fold: Fold[Found], placed: list[Placed], times: list[int | None], parties: Sequence[str]
) -> Found:
    """Fold the acts of a matter as the outsider does."""
    standing: dict[int, Placed] = {}
    acts = []
    for one, at_ms in zip(in_order(placed), times, strict=True):
        told = cast("dict[str, Any]", act_to_json(one.act))
        party = PARTIES[one.party_place]
        acts.append(Entry(party, one.index, ACT, told, received_ms=at_ms))
        standing[id(acts[-1])] = one

    def saw(later: Entry, earlier: Entry) -> bool:
        return has_seen(standing[id(later)], standing[id(earlier)])

    return fold(acts, saw, parties)


@given(st.sampled_from([2, 3]).flatmap(lambda n: st.tuples(texts.logs(n), st.just(PARTIES[:n]))))
def test_it_finds_the_same_state_of_a_joint_text(
    history: tuple[list[Placed], tuple[str, ...]],
) -> None:
    """The page on joint texts is enough to compute the digest, whatever was said."""
    placed, parties = history
    said = texts.entries(placed)
    ours = text_fold.fold_all(said, parties)
    theirs = by_outsider(Agreed, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == text_state.to_json(ours)
    assert theirs.digest() == text_state.digest(ours)


@given(snapshots)
def test_it_finds_the_same_state_of_a_snapshot(
    history: tuple[list[Placed], tuple[str, ...]],
) -> None:
    """So is the page on snapshots."""
    placed, parties = history
    said = entries(placed)
    ours = review_fold.fold_all(said, parties)
    theirs = by_outsider(Snapshot, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == review_state.to_json(ours)
    assert theirs.digest() == review_state.digest(ours)


@given(cases)
def test_it_finds_the_same_state_of_a_case(history: tuple[list[Placed], tuple[str, ...]]) -> None:
    """So is the page on cases."""
    placed, parties = history
    said = entries(placed)
    ours = case_fold.fold_all(said, parties)
    theirs = by_outsider(Case, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == case_state.to_json(ours)
    assert theirs.digest() == case_state.digest(ours)


def with_ids_taken(history: History) -> st.SearchStrategy[History]:
    """Return the same histories in which parties take ids of one another."""
    placed, parties = history
    return st.tuples(ids_taken(placed), st.just(parties))


@given(
    st.sampled_from([2, 3])
    .flatmap(lambda n: st.tuples(texts.logs(n), st.just(PARTIES[:n])))
    .flatmap(with_ids_taken)
)
def test_ids_that_are_taken_part_nobody_on_a_joint_text(history: History) -> None:
    """Clause 14 says what becomes of a proposal whose id another has."""
    placed, parties = history
    said = texts.entries(placed)
    theirs = by_outsider(Agreed, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == text_state.to_json(text_fold.fold_all(said, parties))


@given(snapshots.flatmap(with_ids_taken))
def test_ids_that_are_taken_part_nobody_on_a_snapshot(history: History) -> None:
    """A withdrawal is told from what another party says under its id."""
    placed, parties = history
    said = entries(placed)
    theirs = by_outsider(Snapshot, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == review_state.to_json(review_fold.fold_all(said, parties))


@given(cases.flatmap(with_ids_taken))
def test_ids_that_are_taken_part_nobody_on_a_case(history: History) -> None:
    """Of proposals and reports of one id the first by another party is answered."""
    placed, parties = history
    said = entries(placed)
    theirs = by_outsider(Case, placed, [at for _, _, _, at in said], parties)
    assert theirs.whole() == case_state.to_json(case_fold.fold_all(said, parties))
