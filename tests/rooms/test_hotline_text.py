"""The joint text of the hotline: adopted by both like the guideline, and counted by."""

from pathlib import Path
from typing import Any

import pytest
from rooms.test_hotline import WORDS
from rooms.test_hotline_drills import EVER
from support.agreed import adopt, shipped
from support.calls import Desks

from comity.clocks.term import MINUTE_MS
from comity.joint.hotline import acts, text, text_schema
from comity.kernel import ijson, plain_yaml
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.node.room import say
from comity.node.room.release import emergency_review
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.hotline import figures
from comity.rooms.hotline.figures import Figures

SHIPPED = "guideline/hotline.yaml"


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that have adopted the shipped text."""
    made = Desks(tmp_path)
    adopt(made.world, text.NAME, shipped(SHIPPED))
    made.world.pump()
    return made


def test_the_shipped_text_has_all_in_both_languages() -> None:
    """Scope, goals, procedure, grounds, levels, clocks, carriers, drills and review."""
    found = text.parse(shipped(SHIPPED))
    assert found.languages == ("en", "zh")
    assert {*found.terms} == {*text_schema.CLOCKS}
    assert {*found.drills} == {*acts.DRILL_KINDS}
    assert [kind for kind, _ in found.carriers] == [*acts.CARRIERS]
    assert {"life", "overdue"} <= found.grounds.keys()
    assert found.as_json()["version"] == found.version


def test_the_published_schema_is_the_one_that_reads() -> None:
    """What other implementations take is what this one asks."""
    assert ijson.parse(shipped("hotline.schema.json")) == text_schema.SCHEMA


@pytest.mark.parametrize(
    ("name", "value", "at"),
    [
        ("scope", [{"en": "No Chinese."}], "/scope/0"),
        ("clocks", [{"of": "pick-up", "amount": 0, "unit": "minutes"}], "/clocks/0"),
        ("clocks", [{"of": "take", "amount": n, "unit": "hours"} for n in (1, 2)], "/clocks/1"),
        ("clocks", [{"of": "take", "amount": 1, "unit": "weeks"}], "/clocks/0"),
        ("levels", [{"level": 10, "label": {"en": "x", "zh": "x"}}], "/levels/0"),
        ("drills", [{"kind": "raid", "months": 1}], "/drills/0"),
        ("secret", "x", ""),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(name: str, value: Json, at: str) -> None:
    """A language that is missing, a clock twice, a level out of range, an unknown field."""
    fields: Any = plain_yaml.parse(shipped(SHIPPED)).value
    with pytest.raises(Unfit) as caught:
        text.parse(ijson.render({**fields, name: value}))
    assert caught.value.code == "hotline.text.unfit"
    assert any(one.pointer.startswith(at) for one in caught.value.problems)


def test_grounds_are_those_of_the_text_that_both_have_adopted(desks: Desks) -> None:
    """A form offers them by name; another one is refused and says which there are."""
    offer = say.offer(desks.node("aa"), [f"{desks.world.arrangement}/hotline"])
    assert offer.listed[text.GROUNDS]["life"]["en"] == "Danger to life or limb"
    with pytest.raises(Unfit, match="attack"):
        desks.tell("aa", "call", "", {}, ground="boredom", level=1, word_by=9)


def test_words_of_a_ring_leave_at_once_by_the_text_and_other_words_wait(desks: Desks) -> None:
    """Two officers let words out; who rings needs none of them, and is reviewed within a day."""
    said = desks.tell("aa", "call", "", WORDS, ground="life", level=2, word_by=9)
    assert isinstance(said, Sent), said
    (shown,) = emergency_review.listing(desks.node("aa"), desks.officers["aa"])
    assert shown.review.due_ms - shown.review.at_ms == 24 * 3_600_000
    desks.world.pump()
    talk = desks.tell("bb", "say", said.matter_id, WORDS, sort="information")
    assert isinstance(talk, Waiting)


def test_figures_say_what_was_kept_by_the_text(desks: Desks) -> None:
    """Fifteen minutes to pick up: one call in time, one too late, one that still may be."""
    node, officer = desks.node("aa"), desks.officers["aa"]
    for minutes in (5, 20):
        matter = desks.call()
        desks.world.advance(minutes * MINUTE_MS)
        desks.say("bb", "pick-up", matter)
    desks.call()
    found = figures.figures(node, officer, EVER)
    assert isinstance(found, Figures)
    leg = found.calls["bb"].legs["pick-up"]
    assert (leg.begun, leg.ended, leg.kept, leg.missed) == (3, 2, 1, 1)
    desks.world.advance(20 * MINUTE_MS)
    later = figures.figures(node, officer, EVER)
    assert isinstance(later, Figures)
    assert later.calls["bb"].legs["pick-up"].missed == 2
