"""What a history of a request means."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import override

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.request.histories import (
    ABOUT,
    ITEMS,
    REQUEST_ID,
    act_id,
    admitted,
    anything,
    as_entries,
    because,
    closed_cut,
    entries,
    folded,
    lawful,
    logs,
    place,
    said,
    saying,
    submission,
)

from comity.acts import shape
from comity.acts.order import Placed, has_seen
from comity.acts.record import Act, Addressee, Matter, Office
from comity.acts.turns import Entry
from comity.joint.request import acts, codes, decide, fold, state, table, view
from comity.joint.request.acts import Parts
from comity.joint.request.state import ITEM_ANSWERED, ITEM_REFUSED, RISING, State, Track
from comity.kernel.ids import random_id

type Meaning = dict[str, object]

ACKNOWLEDGE = ("bb", said(acts.ACKNOWLEDGED))
DEFICIENT = ("bb", said(acts.FOUND_DEFICIENT, parts=Parts({"on.facts": "missing"})))
CONDITION = ("bb", said(acts.ACCEPTED, parts=Parts({"condition.1": "confidential"})))
CONSULT = (
    "bb",
    said(
        acts.CONSULTED,
        parts=Parts({acts.REASON: "essential-interests"}, times={acts.ANSWER_BY: 5}),
    ),
)
POSTPONE = (
    "bb",
    said(
        acts.POSTPONED,
        parts=Parts({acts.REASON: "significant-delay"}, times={acts.REVIEW_AT: 5}),
    ),
)
PART = ("bb", said(acts.ANSWERED, parts=Parts(items=ITEMS[:1])))
ANSWER = ("bb", said(acts.ANSWERED))
REFUSE = ("bb", because(acts.REFUSED, "impossible"))
CLOSE = ("aa", said(acts.CLOSED, parts=Parts({acts.REASON: "satisfied"}, to=("bb",))))
REOPEN = (
    "aa",
    said(acts.REOPENED, parts=Parts({acts.REASON: "incomplete"}, ITEMS[:1], to=("bb",))),
)
PLACES: dict[str, list[tuple[str, Act]]] = {
    "submitted": [],
    "acknowledged": [ACKNOWLEDGE],
    "deficient": [ACKNOWLEDGE, DEFICIENT],
    "accepted": [("bb", said(acts.ACCEPTED))],
    "conditional": [CONDITION],
    "consulting": [CONSULT],
    "postponed": [POSTPONE],
    "partly": [PART],
    "answered": [ANSWER],
    "refused": [REFUSE],
    "closed": [ANSWER, CLOSE],
    "reopened, after an answer": [ANSWER, REOPEN],
    "reopened, after a refusal": [REFUSE, CLOSE, REOPEN],
    "withdrawn": [("aa", because(acts.WITHDRAWN, "replaced"))],
}
"""What was said to come there."""


def after(name: str) -> list[Placed]:
    """Return the history of a place, in which each saw all that was said before."""
    placed = [Placed(submission(), "aa/log", 0, 1, 0, {}, 1)]
    for number, (party, act) in enumerate(PLACES[name]):
        other = "bb/log" if party == "aa" else "aa/log"
        cut = {other: sum(one.origin == other for one in placed)}
        made = replace(act, id=act_id(number))
        placed.append(place(placed, made, int(party == "bb"), cut))
    return placed


def meaning(folded_state: State) -> list[Meaning]:
    """Return what a state says, without the places of its turns, which an order decides."""
    whole: Meaning = {
        "form": folded_state.form,
        "superseded": folded_state.superseded_by,
        "corrections": sorted((c.of, c.act_id) for c in folded_state.corrections),
        "opened": sorted((o.of, o.act_id) for o in folded_state.opened),
        "destroyed": sorted(d.act_id for d in folded_state.destroyed),
        "effects": sorted(t.act_id for t in folded_state.turns if t.takes_effect),
        "holders": view.holders(folded_state),
    }
    return [*(_meaning_of(track) for track in folded_state.tracks), whole]


def _meaning_of(track: Track) -> Meaning:
    return {
        "status": (track.party, track.status, view.track_status(track)),
        "items": dict(track.items),
        "given": track.given,
        "rounds": {item: len(again) for item, again in track.rounds.items()},
        "reference": (track.own_reference, track.agency),
        "threads": sorted((t.id, t.kind, t.status, t.reason) for t in track.threads),
    }


def any_order(placed: list[Placed], chance: random.Random) -> list[Placed]:
    """Return the acts in an order at random in which causes come before effects."""
    left, done = placed.copy(), []
    while left:
        ready = [
            one
            for one in left
            if not any(has_seen(one, other) for other in left if other is not one)
        ]
        done.append(chance.choice(ready))
        left.remove(done[-1])
    return done


@given(logs())
def test_every_history_folds(placed: list[Placed]) -> None:
    """Whatever both sides say, lawful or not, there is a state, and each act left a turn."""
    result = folded(placed)

    assert len(result.turns) == len(placed)
    assert all(turn.results for turn in result.turns)
    assert view.status(result) in view.STATUSES
    assert state.from_json(state.to_json(result)) == result


@given(logs(), st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(placed: list[Placed], chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the two logs arrived."""
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived)) == state.digest(folded(placed))


@given(st.lists(st.tuples(anything, st.sampled_from(["aa", "bb", "cc"])), max_size=12))
def test_nothing_is_undone(acts_said: list[tuple[Act, str]]) -> None:
    """No later act takes back what was given, nor a turn, nor a thread that was settled."""
    before = fold.fold(state.EMPTY, submission(("bb", "cc")), "aa")
    for act, party in acts_said:
        after = fold.fold(before, act, party)
        for track in before.tracks:
            later = after.track(track.party)
            assert later is not None
            assert_rises(track, later)
        assert after.turns[: len(before.turns)] == before.turns
        before = after


def assert_rises(before: Track, after: Track) -> None:
    """Assert that items, rounds, what was given and threads only rise."""
    assert set(before.given) <= set(after.given)
    for item, now in before.items.items():
        again = (len(before.rounds.get(item, ())), len(after.rounds.get(item, ())))
        ranks = (state.ITEMS.index(now), state.ITEMS.index(after.items[item]))
        assert again[0] < again[1] or (again[0] == again[1] and ranks[0] <= ranks[1])
    for thread, later in zip(before.threads, after.threads, strict=False):
        rising = RISING[thread.kind]
        assert rising.index(thread.status) <= rising.index(later.status)


@given(lawful(), st.randoms(use_true_random=False))
def test_the_order_of_crossing_acts_decides_nothing(
    placed: list[Placed], chance: random.Random
) -> None:
    """In whatever order acts that crossed are read, every track says the same.

    And what a node admitted on what it had seen takes effect, whatever crossed it.
    """
    result = folded(placed)

    assert meaning(fold.fold_all(as_entries(any_order(placed, chance)))) == meaning(result)
    assert all(turn.takes_effect for turn in result.turns)


def short_histories(depth: int) -> Iterator[list[Placed]]:
    """Yield every lawful history of two States with so many acts after the submission.

    At each step either side speaks, having seen any beginning of the other's log.
    """
    yield from _longer([Placed(submission(), "aa/log", 0, 1, 0, {}, 1)], depth)


def _longer(placed: list[Placed], depth: int) -> Iterator[list[Placed]]:
    if depth == 0:
        yield placed
        return
    for party_place, other in ((0, "bb/log"), (1, "aa/log")):
        origin = "aa/log" if party_place == 0 else "bb/log"
        held = sum(one.origin == other for one in placed)
        cuts = (closed_cut(placed, origin, {other: size}) for size in range(held + 1))
        unlike = [dict(cut) for cut in {tuple(sorted(cut.items())) for cut in cuts}]
        for cut in sorted(unlike, key=str):
            for one in admitted(placed, party_place, cut, len(placed)):
                yield from _longer([*placed, one], depth - 1)


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Every history of two acts after the submission: the order of the parties decides nothing."""
    count = 0
    for placed in short_histories(2):
        count += 1
        assert_orders_agree(placed)
    assert count > 500


def assert_orders_agree(placed: list[Placed]) -> None:
    """Assert that a history says the same whichever party is named first."""
    swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
    assert meaning(folded(swapped)) == meaning(folded(placed)), placed


@pytest.mark.parametrize("name", list(PLACES))
def test_every_pair_that_crosses_says_the_same_in_both_orders(name: str) -> None:
    """From each place that a request can be in, every pair of acts that can cross."""
    placed = after(name)
    aa, bb = (sum(one.origin == f"{party}/log" for one in placed) for party in ("aa", "bb"))
    asks = list(admitted(placed, 0, {"bb/log": bb}, 20))
    replies = list(admitted(placed, 1, {"aa/log": aa}, 21))
    for ask in asks:
        for reply in replies:
            assert_orders_agree([*placed, ask, reply])
    assert asks or replies


def test_every_place_is_told_from_the_others() -> None:
    """The places from which pairs are tried are what their names say."""
    assert {name: view.status(folded(after(name))) for name in PLACES} == {
        name: name.partition(",")[0] for name in PLACES
    }


@given(logs(to=("bb", "cc")))
def test_what_one_addressee_does_leaves_the_other_alone(placed: list[Placed]) -> None:
    """Two States that are asked are two tracks."""
    without = [
        replace(one, seen={k: v for k, v in one.seen.items() if k != "cc/log"})
        for one in placed
        if one.origin != "cc/log"
    ]
    alone, together = folded(without).track("bb"), folded(placed).track("bb")

    assert alone is not None
    assert together is not None
    assert (alone.status, alone.items) == (together.status, together.items)


def test_a_request_is_answered_item_by_item() -> None:
    """An answer to one item leaves the other open; a refusal of it closes the request."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    partly = fold.fold(asked, acts.answered(saying(1), ABOUT, ITEMS[:1]), "bb")
    closed = fold.fold(partly, acts.refused(saying(2), ABOUT, "impossible"), "bb")

    assert view.open_items(partly, "bb") == ITEMS[1:]
    assert view.holder(partly) == "bb"
    assert view.status(closed) == table.ANSWERED
    assert closed.tracks[0].items == {ITEMS[0]: ITEM_ANSWERED, ITEMS[1]: ITEM_REFUSED}


def test_nobody_opens_a_matter_in_the_name_of_another() -> None:
    """The id of a matter comes from who asked: another party's submission folds to nothing."""
    result = fold.fold(state.EMPTY, submission(("cc",)), "bb")

    assert result.asker == ""
    assert result.turns[0].results == {"": shape.MATTER_OF_ANOTHER}


@given(st.text("234567abcdefghijklmnopqrstuvwxyz", min_size=26, max_size=26))
def test_a_matter_stands_by_the_act_that_opens_it_and_is_of_no_other(opening: str) -> None:
    """Requests of one moment are few pages of an index; the rest of the id is a hash."""
    own = acts.matter_id("aa", opening)
    assert own[:3] == opening[:3]
    assert acts.is_opened_by(own, "aa", opening)
    assert not acts.is_opened_by(own, "bb", opening)
    assert not acts.is_opened_by(own, "aa", f"{opening[:25]}{'a' if opening[-1] != 'a' else 'e'}")


def test_a_matter_whose_id_is_all_hash_is_a_request_as_before() -> None:
    """What was asked before ids of one second stood together stays asked, and is answered."""
    whole = Matter(acts.KIND, shape.matter_id(acts.KIND, "aa", REQUEST_ID))
    assert whole != submission().matter
    asked = fold.fold(state.EMPTY, replace(submission(), matter=whole), "aa")
    assert (asked.asker, asked.matter_id) == ("aa", whole.id)
    assert decide.about(asked).matter_id == whole.id


def test_an_answer_to_a_request_that_was_not_seen_does_nothing() -> None:
    """An act cannot answer what its author had not seen."""
    first = Placed(submission(), "aa/log", 0, 1, 0, {}, 1)
    blind = Placed(said(acts.ANSWERED), "bb/log", 1, 1, 0, {}, 1)
    result = fold.fold_all(entries([first, blind]))

    assert view.status(result) == table.SUBMITTED
    assert result.turns[1].results == {"": table.NO_REQUEST}


class Compared(str):
    """A name of an element that counts how often it is compared."""

    __slots__ = ()
    times = 0

    @override
    def __eq__(self, other: object) -> bool:
        """Count it."""
        Compared.times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_elements_of_many_acts_are_looked_up_and_not_searched_for() -> None:
    """A peer names 256 in each act: 400 such acts took half a minute of one transaction."""
    saying = acts.Saying("a" * 25 + "e", Office("police"))
    asked = acts.Asked("preservation", "urgent")
    opening = acts.submitted(saying, "aa", (Addressee("bb"),), asked)
    about = acts.About(opening.matter.id, opening.id, "aa", answers=opening.id)
    entries = [_entry(opening, 0)]
    for number in range(1, 40):
        said = acts.said(
            acts.CORRECTED,
            acts.Saying(random_id(bytes((number,)) * 16), Office("police")),
            about,
            acts.Parts({acts.ERROR: next(iter(codes.ERRORS))}),
        )
        names = tuple(Compared(f"e{number}-{one}") for one in range(256))
        entries.append(_entry(replace(said, elements=names), number))
    Compared.times = 0
    folded = fold.fold_all(entries)

    assert len(folded.elements) == 39 * 256
    assert Compared.times < 20 * len(folded.elements)


def _entry(act: Act, index: int) -> Entry:
    return (Placed(act, "aa/x/live/1", 0, 1, index, {}, index + 1), False, "aa", 0)
