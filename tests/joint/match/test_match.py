"""What a history of a private match means."""

import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.of_facts import OPENER, TWO, History, Laws
from joint.of_facts import said as say
from joint.review.histories import act_id

from comity.acts import facts, shape
from comity.acts.facts import State
from comity.acts.record import Act, Addressee
from comity.acts.vocabulary import OURS
from comity.joint.match import acts, canon, decide, fold, view

ROOT, KEY = "11" * 32, "22" * 32
ASKED = say(
    acts.ASKED,
    31,
    "",
    to=("bb",),
    kind="iban",
    slots="1024",
    epoch="2027-03",
    suite=acts.SUITE_NAME,
    canon=canon.VERSION,
    root=ROOT,
)
EVALUATED = say(acts.EVALUATED, key=KEY, tags="64", root=ROOT)


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the question or about an act in it."""
    return [
        EVALUATED,
        say(acts.REJECTED, 0, about, reason="proof"),
        say(acts.OPENED, 0, about, hits="3"),
        say(acts.PURSUED, 0, about, tag="7", items=("x",)),
        say(acts.PURSUED, 0, about, tag="8"),
        say(acts.BACKED, 0, about, entry="file", grade="confirmed", own_reference="B-1"),
        say(acts.JUDGED, 0, about, use="useful"),
        say(acts.DECLINED, reason="budget"),
        say(acts.WITHDRAWN, reason="mistaken"),
        say(acts.CLOSED, reason="concluded"),
    ]


NONSENSE = [
    replace(ASKED, id=act_id(8)),
    replace(ASKED, codes={**ASKED.codes, "slots": "12"}),
    replace(ASKED, codes={**ASKED.codes, "kind": "phone"}),
    replace(ASKED, codes={**ASKED.codes, "kind": "name"}),
    replace(ASKED, to=(Addressee("zz"),)),
    say(acts.EVALUATED, key=KEY, tags="65", root=ROOT),
    say(acts.EVALUATED, key=KEY, tags="0", root=ROOT),
    say(acts.EVALUATED, 0, act_id(9), key=KEY, tags="64", root=ROOT),
    say(acts.CLOSED, reason="because"),
    say("match.guessed/1"),
]


def found(now: State) -> object:
    """Return what a screen finds."""
    return (
        view.status(now),
        view.holder(now),
        view.hits(now),
        view.hits_left(now),
        sorted(one.key for one in view.unbacked(now)),
        view.useful(now),
        sorted(view.crossings(now)),
    )


LAWS = Laws(fold.RULES, ASKED, menu, NONSENSE, found, decide.admit)
histories = LAWS.histories()


@given(histories)
def test_every_history_folds(history: History) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    now = LAWS.every_history_folds(history)
    assert view.status(now) in view.STATUS_WORDS
    assert view.holder(now) in {"", *now.parties}


@given(histories, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(history: History, chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the logs arrived."""
    LAWS.every_delivery_gives_one_state(history, chance)


@given(histories, st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(history: History, places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    LAWS.the_order_of_parties_decides_nothing(history, places)


@given(histories)
def test_what_an_act_did_when_it_was_said_it_does_at_the_end(history: History) -> None:
    """What a screen showed its author stays so: an act that comes later changes it no more."""
    LAWS.what_an_act_did_it_does_at_the_end(history)


def test_both_orders_of_every_short_history_say_the_same() -> None:
    """Over all histories of two acts of either side, seen or crossed."""
    LAWS.both_orders_say_the_same()


def test_what_is_malformed_does_nothing() -> None:
    """It is kept and named on the time line."""
    LAWS.nonsense_does_nothing()


def test_a_match_goes_from_the_question_to_a_hit_that_was_useful() -> None:
    """Each side says its part, once, in its turn."""
    told, refused = LAWS.told, LAWS.refused
    now = told(State(TWO), "aa", ASKED)
    assert (view.status(now), view.holder(now)) == (view.ASKED, "bb")
    assert refused(now, "aa", EVALUATED) == "facts.not-entitled"
    assert refused(now, "aa", say(acts.OPENED, 1, act_id(0), hits="3")) == "facts.nothing-said"
    now = told(now, "bb", EVALUATED)
    assert (view.status(now), view.holder(now)) == (view.EVALUATED, "aa")
    assert refused(now, "bb", replace(EVALUATED, id=act_id(1))) == "match.evaluated-before"
    assert refused(now, "aa", say(acts.WITHDRAWN, 1, reason="late")) == "match.evaluated-before"
    assert refused(now, "aa", say(acts.PURSUED, 1, act_id(0), tag="7")) == "match.not-opened"
    too_many = say(acts.OPENED, 1, act_id(0), hits="1025")
    assert refused(now, "aa", too_many) == "match.too-many-hits"
    now = told(now, "aa", say(acts.OPENED, 1, act_id(0), hits="2"))
    assert (view.status(now), view.holder(now), view.hits_left(now)) == (view.OPENED, "aa", 2)
    assert refused(now, "aa", say(acts.PURSUED, 2, act_id(0), tag="65")) == "match.tag-unknown"
    now = told(now, "aa", say(acts.PURSUED, 2, act_id(0), tag="64"))
    assert refused(now, "aa", say(acts.PURSUED, 3, act_id(0), tag="64")) == "facts.said-before"
    assert (view.status(now), view.holder(now)) == (view.PURSUED, "bb")
    back = say(acts.BACKED, 3, act_id(2), entry="file", grade="confirmed")
    assert refused(now, "aa", back) == "facts.not-entitled"
    now = told(now, "bb", back)
    assert refused(now, "bb", replace(back, id=act_id(4))) == "facts.said-before"
    now = told(now, "aa", say(acts.CLOSED, 5, reason="concluded"))
    assert refused(now, "bb", say(acts.CLOSED, 6, reason="concluded")) == "facts.ended-before"
    now = told(now, "aa", say(acts.JUDGED, 6, act_id(2), use="useful"))
    assert (view.status(now), view.useful(now)) == (view.CLOSED, 1)


def test_a_third_party_takes_no_part() -> None:
    """A match is between two, in whatever channel it stands."""
    now = LAWS.told(State(("aa", "bb", "cc")), "aa", ASKED)
    for party in ("cc", "aa"):
        assert LAWS.refused(now, party, EVALUATED) == "facts.not-entitled"
    nobody = replace(ASKED, to=())
    assert LAWS.refused(State(("aa", "bb", "cc")), "aa", nobody) == "facts.party-unknown"
    assert LAWS.refused(now, "cc", say(acts.CLOSED, 1, reason="abandoned")) == "facts.not-entitled"


def test_a_few_telephones_are_asked_for_one_case() -> None:
    """Kinds that can be guessed take few slots and name what they are for."""
    few = replace(ASKED, codes={**ASKED.codes, "kind": "phone"})
    assert LAWS.refused(State(TWO), "aa", few) == "match.case-missing"
    LAWS.told(State(TWO), "aa", replace(few, items=("case",)))
    many = replace(few, items=("case",), codes={**few.codes, "slots": "2048"})
    assert LAWS.refused(State(TWO), "aa", many) == "match.slots-out-of-range"


def test_what_crossed_stands_and_is_shown_to_both() -> None:
    """A question that is withdrawn while it is evaluated."""
    now = LAWS.told(State(TWO), "aa", ASKED)
    now = LAWS.told(now, "bb", EVALUATED)
    crossed = facts.fold(
        fold.RULES, now, say(acts.WITHDRAWN, 1, reason="late"), "aa", unseen=frozenset({1})
    )
    assert [*view.crossings(crossed)] == ["evaluated-while-withdrawn"]


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/match.md").read_text("utf-8")
    common = page + Path("docs/spec/facts.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*shape.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in common}
    assert set(acts.SHAPES) <= {*OURS.tags()}
    assert ASKED.id == OPENER
