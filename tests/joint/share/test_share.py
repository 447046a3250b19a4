"""What a history of a share means."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.review.histories import PARTIES, act_id, entries, every, logs

from comity.acts import shape
from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Office, require_valid
from comity.acts.vocabulary import OURS
from comity.joint.share import acts, coming, decide, fold, positions, state, view
from comity.joint.share.positions import Span
from comity.joint.share.state import State

TWO = PARTIES[:2]
OPENER = act_id(31)
MATTER = acts.matter_id("aa", OPENER)


def said(
    tag: str,
    number: int = 0,
    answers: str = OPENER,
    *,
    times: Mapping[str, int] | None = None,
    items: tuple[str, ...] = (),
    **codes: str,
) -> Act:
    """Return any act of the matter."""
    named = {name.replace("_", "-").replace("--", "."): code for name, code in codes.items()}
    return Act(
        act_id(number),
        tag,
        Matter(acts.KIND, MATTER),
        Office("cert"),
        answers=answers,
        items=items,
        codes=named,
        times=times or {},
    )


GIVEN = said(
    acts.GIVEN,
    31,
    "",
    times={"valid-until": 9_000},
    category="indicators",
    mark="TLP:GREEN",
    objects="20",
    offered="2",
)
NONE = said(acts.DECLARED_NONE, 31, "", times={"from": 1, "to": 9}, category="samples")


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the giving or about an act of the share."""
    return [
        said(acts.ADDED, objects="5"),
        said(acts.MARKED, mark="TLP:RED", items=("3-9",)),
        said(acts.MARKED, mark="TLP:CLEAR"),
        said(acts.RETRACTED, reason="false-positive", items=("4", "b2.1-2")),
        said(acts.RETRACTED, reason="false-positive", items=("1-20",)),
        said(acts.RETRACTED, reason="law"),
        said(acts.TAKEN, valid="18", invalid="2", items=("7", "8")),
        said(acts.TAKEN, answers=about, valid="5", invalid="0", known="1"),
        said(acts.DISPUTED, reason="our-network", items=("4-5",)),
        said(acts.DISPUTED, answers=about, reason="false-positive"),
        said(acts.UPHELD, answers=about, reason="seen-since"),
        said(acts.SAMPLE_ASKED, items=("2",)),
        said(acts.USED, use__blocked="3"),
        said(acts.USED, use__blocked="2", use__sighted="9", final="yes"),
        said(acts.USED, use__blocked="1", corrects=about),
        said(acts.STOPPED, answers=about, told="3", confirmed="2", open="1"),
        said(acts.STOPPED, answers=about, told="3", confirmed="3", open="0", final="yes"),
        said(acts.DESTROYED, reason="retracted", blob__1="1a" * 32),
    ]


nonsense = st.sampled_from(
    [
        said(acts.RETRACTED, reason="because"),
        said(acts.RETRACTED, reason="law", items=("21", "b9.1")),
        said(acts.RETRACTED, reason="law", items=("0",)),
        said(acts.TAKEN, valid="99999", invalid="1"),
        said(acts.USED, use__blocked="21"),
        said(acts.USED, use__sold="1"),
        said(acts.STOPPED, told="3", confirmed="3", open="3"),
        said(acts.RETRACTED, answers=act_id(9), reason="law"),
        replace(GIVEN, id=act_id(8)),
        replace(GIVEN, tag="share.sold/1"),
        GIVEN,
        NONE,
    ]
)
about_ids = st.sampled_from([OPENER, *(act_id(n) for n in range(5))])
anything = st.one_of(about_ids.flatmap(lambda about: st.sampled_from(menu(about))), nonsense)
every_logs = st.tuples(st.sampled_from([2, 3]), st.sampled_from([GIVEN, GIVEN, NONE])).flatmap(
    lambda one: st.tuples(logs(one[1], anything, one[0], 12), st.just(PARTIES[: one[0]]))
)
type History = tuple[list[Placed], tuple[str, ...]]


def folded(placed: list[Placed], parties: tuple[str, ...] = TWO) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed), parties)


def holds(now: State) -> tuple[object, ...]:
    """Return what is so, whatever the order in which it is told."""
    return (
        view.status(now),
        view.in_force(now),
        sorted((one, view.taker_status(now, one)) for one in now.takers),
        sorted((one, [taking.id for taking in view.owed(now, one)]) for one in now.takers),
        [*coming.levels(now)],
        sorted((one.party, one.id, view.dispute_status(now, one)) for one in now.disputes),
        sorted((one, str(view.last_use(now, one) and view.last_use(now, one).counts))  # type: ignore[union-attr]
               for one in now.takers),
        sorted((one.party, one.act_id, one.result) for one in now.turns),
    )  # fmt: skip


def told(now: State, party: str, act: Act) -> State:
    """Return the state after something that must be admitted."""
    require_valid(act)
    assert decide.admit(now, act, party) is None, act
    return fold.fold(now, act, party)


def refused(now: State, party: str, act: Act) -> str:
    """Return the rule by which something is refused."""
    no = decide.admit(now, act, party)
    assert no is not None
    assert no.rule in decide.RULES
    return no.rule.removeprefix("share.")


@given(every_logs)
def test_every_history_folds(history: History) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    placed, parties = history
    now = folded(placed, parties)

    assert len(now.turns) == len(placed)
    assert all(turn.result for turn in now.turns)
    assert view.status(now) in view.STATUS_WORDS
    assert {*view.holders(now)} <= {*parties}
    assert all(view.taker_status(now, one) in view.STATUS_WORDS for one in now.takers)
    assert all(view.dispute_status(now, one) in view.DISPUTE_WORDS for one in now.disputes)
    assert state.from_json(state.to_json(now)) == now


@given(every_logs, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(history: History, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    placed, parties = history
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived, parties)) == state.digest(folded(placed, parties))


@given(every_logs, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(history: History, places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    placed, parties = history
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]

    assert holds(folded(placed, parties)) == holds(folded(swapped, parties))


@given(every_logs)
def test_what_an_act_did_when_it_was_said_it_does_at_the_end(history: History) -> None:
    """What a screen showed its author stays so: an act that comes later changes it no more."""
    placed, parties = history
    at_the_end = Counter(
        (one.party, one.act_id, one.result) for one in folded(placed, parties).turns
    )
    for count in range(1, len(placed) + 1):
        so_far = folded(placed[:count], parties)
        now = Counter((one.party, one.act_id, one.result) for one in so_far.turns)
        assert now <= at_the_end


@given(every_logs)
def test_what_was_retracted_never_counts_again(history: History) -> None:
    """No later act brings a position back: what was right is given anew."""
    placed, parties = history
    ordered = sorted(placed, key=lambda one: one.depth)
    gone: positions.Positions = ()
    for count in range(1, len(ordered) + 1):
        now = folded(ordered[:count], parties)
        assert not positions.common(gone, view.in_force(now))
        gone = positions.united(gone, coming.retracted(now))


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Over all histories of two acts of either side, seen or crossed."""
    for placed in every(GIVEN, menu(act_id(0)), 2):
        swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
        assert holds(folded(placed)) == holds(folded(swapped))


spans = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(0, 4)).map(
        lambda one: Span(one[0], one[1], one[1] + one[2])
    ),
    max_size=6,
)


def members(some: positions.Positions) -> set[tuple[int, int]]:
    """Return every position one by one."""
    return {(one.bundle, at) for one in some for at in range(one.first, one.last + 1)}


@given(spans, spans)
def test_sets_of_positions_are_sets(first: list[Span], second: list[Span]) -> None:
    """Operations are those of the single positions; one set is one value; items name it."""
    one, other = positions.united(first), positions.united(second)

    assert members(positions.united(one, other)) == members(one) | members(other)
    assert members(positions.without(one, other)) == members(one) - members(other)
    assert members(positions.common(one, other)) == members(one) & members(other)
    assert positions.number(one) == len(members(one))
    assert (members(one) == members(other)) == (one == other)
    named = positions.parse(positions.render(one))
    assert named is not None
    assert positions.answering(named, 1) == one


def test_items_have_one_spelling() -> None:
    """What is beyond any bundle or goes backwards is no position; many digits cost nothing."""
    for item in ("0", "01", "b0.1", "9-3", "3-3", "50001", "1-", "b1", "x", "1" * 60, "b1000.1"):
        assert positions.parse((item,)) is None, item
    assert positions.parse(("3", "b2.5-9", "4")) == (Span(0, 3, 4), Span(2, 5, 9))


def test_a_share_is_taken_and_used() -> None:
    """Counts are those of the bundle; they rise, or name the report that was wrong."""
    now = told(State(TWO), "aa", GIVEN)
    assert (view.status(now), view.own_status(now, "bb"), view.holder(now)) == (
        view.WHOLE, view.GIVEN, "bb",
    )  # fmt: skip
    assert refused(now, "aa", said(acts.TAKEN, 1, valid="20", invalid="0")) == "not-entitled"
    assert refused(now, "bb", said(acts.TAKEN, 1, valid="20", invalid="1")) == "counts-unclear"
    one_too_many = said(acts.TAKEN, 1, valid="19", invalid="1", items=("3-4",))
    assert refused(now, "bb", one_too_many) == "counts-unclear"
    now = told(now, "bb", said(acts.TAKEN, 1, valid="18", invalid="2", items=("7", "40-50")))
    assert now.takes[0].positions == (Span(1, 7, 7),)
    now = told(now, "bb", said(acts.USED, 2, use__blocked="9"))
    assert refused(now, "bb", said(acts.USED, 3, use__blocked="8")) == "count-falls"
    assert refused(now, "bb", said(acts.USED, 3, use__blocked="21")) == "counts-unclear"
    now = told(now, "bb", said(acts.USED, 3, use__blocked="8", corrects=act_id(2), final="yes"))
    assert refused(now, "bb", said(acts.USED, 4, use__blocked="9")) == "final-before"
    assert view.own_status(now, "bb") == view.USED


def test_a_retraction_is_for_good_and_owes_a_stop() -> None:
    """Each taker owes a stop until it says that nobody is open; what is left counts on."""
    now = told(State(TWO), "aa", GIVEN)
    assert refused(now, "bb", said(acts.RETRACTED, 1, reason="law")) == "not-entitled"
    beyond = said(acts.RETRACTED, 1, reason="law", items=("21-90", "b2.1"))
    assert refused(now, "aa", beyond) == "position-unknown"
    part = said(acts.RETRACTED, 1, reason="false-positive", items=("20-40",))
    now = told(now, "aa", part)
    assert view.in_force(now) == (Span(1, 1, 19),)
    assert (view.status(now), view.own_status(now, "bb")) == (view.PART_RETRACTED, view.STOP_OWED)
    assert refused(now, "aa", replace(part, id=act_id(2))) == "retracted-before"
    so_far = said(acts.STOPPED, 2, act_id(1), told="3", confirmed="2", open="1")
    now = told(now, "bb", so_far)
    assert view.own_status(now, "bb") == view.STOP_OWED
    done = said(acts.STOPPED, 3, act_id(1), told="3", confirmed="3", open="0", final="yes")
    assert refused(now, "bb", replace(done, codes={**so_far.codes, "final": "yes"})) == "open-left"
    now = told(now, "bb", done)
    assert view.own_status(now, "bb") == view.GIVEN
    assert refused(now, "bb", replace(done, id=act_id(4))) == "final-before"
    now = told(now, "aa", said(acts.RETRACTED, 4, reason="law"))
    assert (view.status(now), view.in_force(now)) == (view.RETRACTED, ())
    assert refused(now, "aa", said(acts.ADDED, 5, objects="1")) == "retracted-before"


def test_a_narrower_mark_owes_a_stop_and_a_wider_one_owes_none() -> None:
    """Only the positions that it closes; and what is added later has the mark of everything."""
    now = told(State(TWO), "aa", GIVEN)
    now = told(now, "aa", said(acts.MARKED, 1, mark="TLP:CLEAR"))
    assert view.own_status(now, "bb") == view.GIVEN
    now = told(now, "aa", said(acts.MARKED, 2, mark="TLP:AMBER PAP:RED", items=("5-6",)))
    assert view.own_status(now, "bb") == view.STOP_OWED
    assert now.markings[-1].narrowed == (Span(1, 5, 6),)
    assert refused(
        now, "bb", said(acts.STOPPED, 3, act_id(1), told="0", confirmed="0", open="0")
    ) == ("nothing-owed")
    now = told(now, "aa", said(acts.ADDED, 3, objects="4"))
    marks = [view.mark_at(now, *one) for one in ((1, 4), (1, 5), (2, 1), (2, 5))]
    assert marks == ["TLP:CLEAR", "TLP:AMBER PAP:RED", "TLP:CLEAR", ""]
    assert refused(now, "aa", said(acts.MARKED, 4, mark="TLP:CLEAR", items=("1-4",))) == (
        "marked-before"
    )


def test_a_dispute_is_upheld_or_retracted() -> None:
    """One that the giver's retraction crossed is settled, and both see that it crossed."""
    now = told(State(TWO), "aa", GIVEN)
    disputed = said(acts.DISPUTED, 1, reason="our-network", items=("4",))
    now = told(now, "bb", disputed)
    assert view.holders(now) == ("aa", "bb")
    assert refused(now, "bb", replace(disputed, id=act_id(2))) == "disputed-before"
    upheld = told(now, "aa", said(acts.UPHELD, 2, act_id(1), reason="seen-since"))
    assert view.dispute_status(upheld, upheld.disputes[0]) == view.UPHELD
    assert refused(upheld, "aa", said(acts.UPHELD, 3, act_id(1), reason="seen-since")) == (
        "settled-before"
    )
    retracted = said(acts.RETRACTED, 2, reason="false-positive", items=("4-5",))
    seen = fold.fold(now, retracted, "aa")
    assert view.dispute_status(seen, seen.disputes[0]) == view.RETRACTED
    crossed = fold.fold(now, retracted, "aa", unseen=frozenset({1}))
    assert view.dispute_status(crossed, crossed.disputes[0]) == view.RETRACTED_WHILE_DISPUTED


def test_a_dispute_is_of_what_its_author_had_seen() -> None:
    """What was added meanwhile is not disputed by it, whatever its position."""
    now = told(told(State(TWO), "aa", GIVEN), "aa", said(acts.ADDED, 1, objects="30"))
    late = said(acts.DISPUTED, 2, reason="no-context", items=("b2.3",))
    unseen = fold.fold(now, late, "bb", unseen=frozenset({1}))
    assert unseen.turns[-1].result == coming.POSITION_UNKNOWN
    own = said(acts.DISPUTED, 2, act_id(1), reason="no-context", items=("3",))
    assert told(now, "bb", own).disputes[0].positions == (Span(2, 3, 3),)


def test_samples_are_asked_for_where_they_are_offered() -> None:
    """A share without an offer has none to ask for."""
    now = told(State(TWO), "aa", GIVEN)
    assert told(now, "bb", said(acts.SAMPLE_ASKED, 1, items=("2",))).asks[0].party == "bb"
    plain = replace(GIVEN, codes={k: v for k, v in GIVEN.codes.items() if k != "offered"})
    now = told(State(TWO), "aa", plain)
    assert refused(now, "bb", said(acts.SAMPLE_ASKED, 1)) == "nothing-offered"


def test_a_declaration_of_none_is_all_that_is_said_of_it() -> None:
    """It has a period that ends after it begins, and nothing that anybody takes."""
    now = told(State(TWO), "aa", NONE)
    assert (view.status(now), view.holder(now)) == (view.DECLARED_NONE, "")
    assert refused(now, "bb", said(acts.TAKEN, 1, valid="0", invalid="0")) == "no-share"
    backwards = replace(NONE, times={"from": 9, "to": 1})
    assert refused(State(TWO), "aa", backwards) == "window-unclear"


def test_file_numbers_of_every_act_find_a_share() -> None:
    """Each side may give its own with whatever it says; old ones find it still."""
    now = told(State(TWO), "aa", replace(GIVEN, codes={**GIVEN.codes, "own-reference": "AA-1"}))
    now = told(now, "bb", said(acts.TAKEN, 1, valid="20", invalid="0", own_reference="BB 7"))
    now = told(now, "aa", said(acts.RETRACTED, 2, reason="law", own_reference="AA-2"))
    assert view.references(now) == ("AA-1", "AA-2", "BB 7")


def test_nothing_that_is_said_may_be_empty() -> None:
    """A giving gives something, and a report of use counts something."""
    empty = replace(GIVEN, codes={**GIVEN.codes, "objects": "0", "offered": "0"})
    assert refused(State(TWO), "aa", empty) == "nothing-given"
    assert (
        refused(State(TWO), "aa", replace(GIVEN, id=act_id(1)))
        == shape.no("matter-of-another").rule
    )
    now = told(State(TWO), "aa", GIVEN)
    assert refused(now, "bb", said(acts.USED, 1)) == "use-missing"
    assert refused(now, "bb", said(acts.DESTROYED, 1, reason="law")) == "blob-missing"


def test_the_page_names_every_tag_list_and_reason() -> None:
    """The page of the room is whole: the tags, and each name by which something does nothing."""
    text = Path("docs/spec/share.md").read_text("utf-8")
    reasons = {rule.removeprefix("share.") for rule in decide.RULES if rule.startswith("share.")}
    assert OURS.added[acts.KIND][1] == tuple(acts.SHAPES)
    assert not [one for one in {*acts.SHAPES, *reasons} if f"`{one}`" not in text]
    assert {rule.partition(".")[2] for rule in decide.RULES} >= acts.PROBLEMS
