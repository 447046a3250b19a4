"""What a history of a roll means."""

import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from joint.of_facts import TWO, History, Laws
from joint.of_facts import said as say
from joint.review.histories import act_id

from comity.acts import shape
from comity.acts.facts import State
from comity.acts.record import Act
from comity.acts.vocabulary import OURS
from comity.joint.roll import acts, decide, fold, view

ROOT, OTHER = "11" * 32, "22" * 32
OPENED = say(acts.OPENED, 31, "", kind="child-exploitation", scheme="national", onward="none")


def edition(number: int, added: int, withdrawn: int, total: int, id_: int = 0) -> Act:
    """Return an edition."""
    return say(
        acts.EDITION,
        id_,
        number=str(number),
        added=str(added),
        changed="0",
        withdrawn=str(withdrawn),
        total=str(total),
        root=ROOT,
    )


def menu(about: str) -> list[Act]:
    """Return one act of each kind, about the opening or about another act."""
    return [
        edition(1, 5, 0, 5),
        edition(2, 1, 2, 4),
        say(acts.LOADED, 0, about, root=ROOT, holding="2"),
        say(acts.LOADED, 0, about, root=ROOT, holding="0"),
        say(acts.DIFFERED, 0, about, reason="root", root=OTHER),
        say(acts.VOTED, 0, about, up="0", down="2", flawed="0"),
        say(acts.VOTE_ANSWERED, 0, about, kept="1", withdrawn="1", reclassified="0"),
        say(acts.PAUSED, reason="error"),
        say(acts.RESUMED, reason="mended"),
        say(acts.CLOSED, reason="ended"),
    ]


NONSENSE = [
    replace(OPENED, id=act_id(8)),
    edition(2, 1, 0, 1),
    edition(1, 1, 0, 2),
    edition(1, 0, 0, 0),
    edition(1, 100_001, 0, 100_001),
    say(acts.VOTED, 0, act_id(9), up="1", down="0", flawed="0"),
    say(acts.CLOSED, reason="because"),
    say("roll.burnt/1"),
]


def found(now: State) -> object:
    """Return what a screen finds."""
    return (
        view.status(now),
        view.holder(now),
        view.number(now),
        [(one, view.lag(now, one), view.holding(now, one)) for one in sorted(view.readers(now))],
        sorted(one.key for one in view.owed(now)),
        sorted(view.crossings(now)),
    )


LAWS = Laws(fold.RULES, OPENED, menu, NONSENSE, found, decide.admit)
histories = LAWS.histories()


@given(histories)
def test_every_history_folds(history: History) -> None:
    """Whatever the parties say, lawful or not, there is a state, and each act left a turn."""
    now = LAWS.every_history_folds(history)
    assert view.status(now) in view.STATUS_WORDS
    assert all(view.lag(now, one) >= 0 for one in view.readers(now))


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


def test_a_roll_goes_from_its_first_edition_to_a_withdrawal() -> None:
    """Editions follow one another; a reader loads, votes down, and the author answers."""
    told, refused = LAWS.told, LAWS.refused
    now = told(State(TWO), "aa", OPENED)
    assert refused(now, "bb", edition(1, 5, 0, 5)) == "facts.not-entitled"
    assert refused(now, "aa", edition(2, 5, 0, 5)) == "roll.not-next"
    assert refused(now, "aa", edition(1, 5, 0, 6)) == "roll.total-wrong"
    now = told(now, "aa", edition(1, 5, 0, 5))
    assert (view.holder(now), view.lag(now, "bb")) == ("bb", 1)
    loaded = say(acts.LOADED, 1, act_id(0), root=ROOT, holding="3")
    assert refused(now, "aa", loaded) == "facts.not-entitled"
    another = say(acts.LOADED, 1, act_id(0), root=OTHER, holding="3")
    assert refused(now, "bb", another) == "roll.loaded-another"
    now = told(now, "bb", loaded)
    assert (view.lag(now, "bb"), view.holding(now, "bb"), view.holder(now)) == (0, 3, "")
    now = told(now, "bb", say(acts.LOADED, 2, act_id(0), root=ROOT, holding="0"))
    assert view.holding(now, "bb") == 0
    now = told(now, "bb", say(acts.VOTED, 3, act_id(0), up="0", down="2", flawed="0"))
    assert view.holder(now) == "aa"
    much = say(acts.VOTE_ANSWERED, 4, act_id(3), kept="2", withdrawn="1", reclassified="0")
    assert refused(now, "aa", much) == "roll.more-than-voted"
    answer = say(acts.VOTE_ANSWERED, 4, act_id(3), kept="1", withdrawn="1", reclassified="0")
    now = told(now, "aa", answer)
    assert refused(now, "aa", replace(answer, id=act_id(5))) == "facts.said-before"
    now = told(now, "aa", edition(2, 0, 1, 4, 5))
    now = told(now, "aa", say(acts.CLOSED, 6, reason="ended"))
    assert refused(now, "aa", say(acts.PAUSED, 7, reason="error")) == "facts.ended-before"
    now = told(now, "bb", say(acts.LOADED, 7, act_id(5), root=ROOT, holding="1"))
    now = told(now, "aa", edition(3, 0, 4, 0, 8))
    assert (view.status(now), view.number(now)) == (view.CLOSED, 3)


def test_a_roll_is_paused_once_and_resumed_once() -> None:
    """What is paused matches nothing; each pause has its resumption."""
    told, refused = LAWS.told, LAWS.refused
    now = told(State(TWO), "aa", OPENED)
    assert refused(now, "aa", say(acts.RESUMED, reason="mended")) == "roll.not-paused"
    now = told(now, "aa", say(acts.PAUSED, reason="error"))
    assert view.status(now) == view.PAUSED
    assert refused(now, "aa", say(acts.PAUSED, 1, reason="legal")) == "roll.paused-before"
    now = told(now, "aa", say(acts.RESUMED, 1, reason="mended"))
    assert view.status(now) == view.OPEN


def test_the_tables_of_the_page_are_those_of_the_room() -> None:
    """Whoever writes another node reads what this one does."""
    page = Path("docs/spec/roll.md").read_text("utf-8")
    common = page + Path("docs/spec/facts.md").read_text("utf-8")
    for render in (shape.render(acts.SHAPES), shape.render_lists(acts.LISTS)):
        assert render in page, "run: python -m tools.tables"
    told_of = {*shape.PROBLEMS, *(rule.partition(".")[2] for rule in decide.RULES)}
    assert not {one for one in told_of if f"`{one}`" not in common}
    assert set(acts.SHAPES) <= {*OURS.tags()}
