"""Who is rung: rung by rung, once for all that rings alike, until somebody picks up."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from support.calls import LATER, Desks

from comity.domestic.duty import ladder as ladders
from comity.domestic.duty.ladder import LAST, MINUTE_MS, Ladder, Ring, Rung
from comity.domestic.duty.plan import ALL, DAY_MS, LineSet
from comity.domestic.officer import role
from comity.domestic.webhook import kinds
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk import mail_notices, matters, officer_admin
from comity.node.desk.duty import planning, rings
from comity.node.desk.webhooks import events, registry

STEPS = Ladder((Rung("line", "night", 5), Rung("officer", "han", 10)), repeats=1)


class Night(Desks):
    """A called State with a line of duty, a deputy, and a ladder of both."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.called: Node = self.node("bb")
        for name in ("li", "han"):
            officer_admin.add(self.called, name, "police", "", (role.CASE_OFFICER,))
        self.begin_line("li")
        made = rings.set_ladder(self.called, self.officers["bb"], STEPS)
        assert isinstance(made, Ladder)

    def begin_line(self, *names: str) -> None:
        """Let these be planned for the night, from now on."""
        day = self.called.clock.now_ms() // DAY_MS - 2
        line = LineSet("night", "", "UTC", names, (0, 720), day, ALL, "", 0)
        assert isinstance(planning.set_line(self.called, self.officers["bb"], line), LineSet)

    def rung(self, after_minutes: int = 0) -> list[tuple[str, ...]]:
        """Return who is rung, rung by rung, after some minutes, of the newest ring."""
        self.world.advance(after_minutes * MINUTE_MS)
        rings.step(self.called)
        return [one.officers for one in self.newest().rang]

    def newest(self) -> Ring:
        """Return the newest ring."""
        return rings.listing(self.called, self.officers["bb"])[0]

    def code(self, name: str) -> str:
        """Return the code of the message to an officer."""
        return self.newest().codes[name]


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Return two States in the night of the second."""
    return Night(tmp_path)


def test_rungs_are_rung_in_turn_until_somebody_picks_up(night: Night) -> None:
    """The line, after its minutes the deputy, then both again, at last everybody there is."""
    matter = night.call()
    assert night.rung() == [("li",)]
    assert night.rung(4) == [("li",)]
    assert night.rung(1) == [("li",), ("han",)]
    assert night.rung(10) == [("li",), ("han",), ("li",)]
    assert night.rung(5)[-1] == ("han",)
    assert night.rung(10)[-1] == ("wei",)
    assert night.newest().rang[-1].rung == LAST
    assert night.rung(60)[-1] == ("wei",)
    night.say("bb", "pick-up", matter)
    rings.step(night.called)
    assert night.newest().ended_ms is not None


def test_a_line_on_which_nobody_stands_takes_no_time(night: Night) -> None:
    """A line that has ended, or whose officer has left, is stepped over at once."""
    officer_admin.end(night.called, "li")
    night.call()
    assert night.rung() == [("han",)]


def test_without_a_ladder_the_lines_are_rung_and_then_the_contact_point(night: Night) -> None:
    """A State that has set nothing rings all the same."""
    assert isinstance(rings.set_ladder(night.called, night.officers["bb"], Ladder()), Ladder)
    night.call()
    assert night.rung() == [("li",)]
    assert night.rung(rings.MINUTES_DEFAULT) == [("li",), ("wei",)]


def test_what_rings_alike_is_one_ring_and_a_graver_call_is_another(night: Night) -> None:
    """A hundred calls wake one officer once; a level that was raised wakes them again."""
    first = night.call()
    night.call()
    assert night.rung() == [("li",)]
    assert len(rings.listing(night.called, night.officers["bb"])) == 1
    night.say("bb", "take", first, level=2, agency="police")
    night.say("aa", "raise", first, level=4, reason="graver")
    assert night.rung() == [("li",)]
    assert [one.word for one in rings.listing(night.called, night.officers["bb"])] == [
        "call-4",
        "call-2",
    ]


def test_a_quiet_drill_wakes_nobody_and_a_call_beside_it_is_rung_as_ever(night: Night) -> None:
    """A page shows the drill; no device, no command and no alarm of the machine tells of it."""
    kept = replace(STEPS, drills=0)
    assert isinstance(rings.set_ladder(night.called, night.officers["bb"], kept), Ladder)
    drill = night.say("aa", "call", ground="life", level=2, word_by=LATER, drill="yes")
    rings.step(night.called)
    assert rings.listing(night.called, night.officers["bb"]) == []
    assert (night.bar("bb"), night.look(), night.is_alarmed("bb")) == ([drill], [], False)
    night.call()
    assert night.rung() == [("li",)]
    assert (night.look(), night.is_alarmed("bb")) == (["call-2"], True)
    assert night.rung(5) == [("li",), ("han",)]


def test_a_drill_climbs_as_far_as_it_is_let(night: Night) -> None:
    """One rung, and not the whole contact point at night; it says that it is a drill."""
    kept = replace(STEPS, drills=1)
    assert isinstance(rings.set_ladder(night.called, night.officers["bb"], kept), Ladder)
    night.say("aa", "call", ground="life", level=2, word_by=LATER, drill="yes")
    assert night.rung() == [("li",)]
    assert night.rung(120) == [("li",)]
    assert rings.ring_json(night.called, night.newest())["drill"] is True
    assert rings.ring_json(night.called, night.newest())["next_ms"] is None


def test_a_node_that_was_killed_goes_on_where_it_was(night: Night) -> None:
    """What was rung is kept with its messages in one transaction; a look more rings nobody."""
    night.call()
    assert night.rung() == [("li",)]
    before = night.newest()
    assert rings.step(night.called) == 0
    assert night.newest() == before
    with night.called.store.read() as tx:
        assert ladders.ring_from_json(ladders.ring_to_json(before)) == before
        waiting = rings.waiting(tx, night.called.clock.now_ms())
        assert [*waiting.values()] == [("li",)]


def test_a_code_that_only_the_message_had_holds_the_ladder(night: Night) -> None:
    """Who gives it back has got it: nobody else is rung for a while, and then again if need be."""
    night.call()
    night.rung()
    code = night.code("li")
    wrong = rings.answer(night.called, 1, "AAAA-AAAA")
    assert isinstance(wrong, Inadmissible)
    assert wrong.rule == "duty.ring.code-unknown"
    answered = rings.answer(night.called, 1, code.lower())
    assert isinstance(answered, Ring)
    assert [name for name, _ in answered.answered] == ["li"]
    assert rings.answer(night.called, 1, code) == answered
    assert night.rung(6) == [("li",)]
    assert night.look() == []
    assert night.rung(5) == [("li",), ("han",)]
    assert night.look() == ["call-2"]


def test_the_command_runs_at_once_for_the_next_rung(night: Night) -> None:
    """It is told who was rung so far; nobody waits for its period."""
    night.watch.repeat_ms = 3_600_000
    night.call()
    night.rung()
    assert night.look() == ["call-2"]
    assert night.told[0]["COMITY_DUTY"] == "li"
    assert night.look() == []
    night.rung(5)
    assert night.look() == ["call-2"]
    assert night.told[0]["COMITY_DUTY"] == "li han"


def _told(node: Node) -> list[Mapping[str, Json]]:
    """Return the facts of each message that waits, and may be told now."""
    events.look(node)
    found: list[Mapping[str, Json]] = []
    with node.store.read() as tx:
        for hook in registry.active(tx):
            officer = tx.officer(hook.officer)
            assert officer is not None
            for value in registry.waiting(tx, hook.id, 99).values():
                assert isinstance(value, dict)
                event = registry.Event(**value["event"])  # type: ignore[arg-type]
                if events.may_know(tx, node, officer, event):
                    found.append({"to": hook.url, **event.facts})
    return found


def test_a_device_is_told_of_its_officers_ring_alone_and_never_after_an_answer(
    night: Night,
) -> None:
    """A webhook and a mailbox of who is rung get number and code, with no State and no matter."""
    wei, li = night.officers["bb"], replace(night.officers["bb"], name="li")
    mail_notices.ask(night.called, li, "li@police.example", "en")
    registry.add(night.called, wei, "https://modem.example/ring", [kinds.RING])
    night.call()
    night.rung()
    (told,) = [one for one in _told(night.called) if "ring" in one]
    assert {**told} == {
        "to": "mailto:li@police.example?lang=en",
        "ring": "1",
        "officer": "li",
        "code": night.code("li"),
    }
    rings.answer(night.called, 1, night.code("li"))
    assert not [one for one in _told(night.called) if "ring" in one]


def test_a_ladder_names_lines_and_officers_there_are(night: Night) -> None:
    """An unknown name, a length out of range and an officer elsewhere are refused, by rule."""
    wei = night.officers["bb"]
    for wanted, rule in (
        (Ladder((Rung("line", "day", 5),)), "duty.ladder.rung-unknown"),
        (Ladder((Rung("officer", "zhou", 5),)), "duty.ladder.rung-unknown"),
        (Ladder((Rung("line", "night", 0),)), "duty.ladder.too-long"),
        (Ladder((Rung("line", "night", 5),) * 17), "duty.ladder.too-long"),
        (replace(STEPS, drills=17), "duty.ladder.too-long"),
    ):
        no = rings.set_ladder(night.called, wei, wanted)
        assert isinstance(no, Inadmissible)
        assert no.rule == rule
    no = rings.set_ladder(night.called, replace(wei, roles=(role.CASE_OFFICER,)), STEPS)
    assert isinstance(no, Inadmissible)


def test_the_page_of_a_call_shows_who_was_rung_and_who_is_next(night: Night) -> None:
    """The called State alone knows it; the caller's page has none of it."""
    matter = night.call()
    night.rung()
    shown = matters.show(night.called, night.officers["bb"], "hotline", matter)
    assert [label["en"] for label, _ in shown.own] == ["Rung", "Next rung at the earliest"]
    assert shown.own[0][1].endswith("li")
    ours = matters.show(night.node("aa"), night.officers["aa"], "hotline", matter).own
    assert not {"Rung", "Next rung at the earliest"} & {label["en"] for label, _ in ours}
