"""No clock of the shipped guideline tells of a wait, or of data kept, that is not so."""

from pathlib import Path

from hypothesis import given
from joint.request.histories import folded, lawful
from node.test_clocks import agree, told
from support.agreed import MAIN, agreed_world, ask, at, reply, set_clock, shipped

from comity.acts.order import Placed
from comity.acts.record import Office
from comity.clocks import clock
from comity.joint.guideline import document
from comity.joint.request import acts, clocks, decide, possible_verbs
from comity.joint.request.clocks import timed
from comity.rooms.request import clock_rules

SHIPPED = document.parse(shipped(MAIN))
RULES = clock_rules.rules(SHIPPED, "preservation", "urgent")
WAITS = {"clarify": "deficiency", "consultation": "consultation"}


@given(lawful())
def test_a_clock_waits_for_nothing_that_the_request_waits_for_no_more(
    placed: list[Placed],
) -> None:
    """What an acceptance or a decision lifted holds up no clock, and is nobody's duty."""
    now, rules = folded(placed), clock_rules.rules(SHIPPED, "preservation", "urgent")
    for track in now.tracks:
        waiting = {one.kind for one in track.threads if one.status == "open"}
        for one in timed(now, track.party, rules, {}, 1_000 * len(placed)):
            if one.clock.status == clock.PAUSED:
                assert waiting & {"deficiency", "consultation", "postponement"}, one.rule.name
            if one.is_open and one.rule.name in WAITS:
                assert WAITS[one.rule.name] in waiting, one.rule.name


def test_what_was_accepted_all_the_same_is_clarified_no_more(tmp_path: Path) -> None:
    """Its asker may clarify no longer, so no clock of their runs on; that of the answer does."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    reply(world, "bb", asked, acts.ACCEPTED)
    world.pump()
    found = agree(world, asked, at("2026-12-01 12:00 +0800"))
    assert told(found)["clarify"] == ("stopped", told(found)["clarify"][1])
    assert told(found)["completion"][0] == "overdue"
    assert {one.party for one in found.dues} == {"bb"}


def test_what_is_asked_again_is_due_though_the_first_round_was_postponed(tmp_path: Path) -> None:
    """It was answered without being resumed; that pause holds up the second round no more."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    review_ms = at("2026-12-01 12:00 +0800")
    reply(
        world, "bb", asked, acts.POSTPONED, {"reason": "significant-delay", "review_at": review_ms}
    )
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    reply(world, "aa", asked, acts.REOPENED, {"reason": "incomplete"})
    world.pump()
    status, due_ms = told(agree(world, asked, at("2026-09-28 12:00 +0800")))["completion"]
    assert (status, due_ms) == ("running", at("2026-10-17 00:00 +0800"))


def test_what_was_refused_is_not_told_as_preserved(tmp_path: Path) -> None:
    """A refusal completes a request and preserves nothing, nor does it extend what is preserved."""
    world = agreed_world(tmp_path, start="2026-06-01 09:00 +0800")
    first, second = (ask(world, "aa", "preservation", "routine") for _ in range(2))
    world.pump()
    reply(world, "bb", first, acts.ACCEPTED)
    reply(world, "bb", second, acts.ACCEPTED)
    reply(world, "bb", second, acts.REFUSED, {"reason": "impossible"})
    later = ask(world, "aa", "preservation-extension", "urgent", extends=first.act.matter.id)
    third = ask(world, "aa", "preservation", "routine")
    world.pump()
    for one in (later, third):
        reply(world, "bb", one, acts.REFUSED, {"reason": "impossible"})
    world.pump()
    now_ms = at("2026-07-20 09:00 +0800")
    name = "preservation-expiry"
    assert told(agree(world, first, now_ms))[name] == ("running", at("2026-08-01 00:00 +0800"))
    assert told(agree(world, second, now_ms))[name][0] == "stopped"
    assert told(agree(world, third, now_ms))[name] == ("not-started", None)


def test_what_is_accepted_is_postponed_no_longer(tmp_path: Path) -> None:
    """Whoever accepts takes it up: the answer is due again."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    review_ms = at("2026-12-01 12:00 +0800")
    reply(world, "bb", asked, acts.POSTPONED, {"reason": "own-proceedings", "review_at": review_ms})
    reply(world, "bb", asked, acts.ACCEPTED)
    world.pump()
    found = agree(world, asked, at("2026-09-28 12:00 +0800"))
    assert told(found)["completion"][0] == "running"
    assert [(one.party, one.action) for one in found.dues if one.action != "report-status"] == [
        ("bb", "answer")
    ]


def test_a_consultation_on_what_is_decided_waits_for_nobody(tmp_path: Path) -> None:
    """Its items were answered, another is open: the asker owes no answer, and no clock waits."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent", items=("one", "two"))
    world.pump()
    by_ms = at("2026-12-01 12:00 +0800")
    reply(
        world,
        "bb",
        asked,
        acts.CONSULTED,
        {"reason": "essential-interests", "answer_by": by_ms, "items": ("one",)},
    )
    reply(world, "bb", asked, acts.ANSWERED, items=("one",))
    world.pump()
    found = agree(world, asked, at("2026-09-28 12:00 +0800"))
    assert told(found)["consultation"][0] == "stopped"
    assert told(found)["completion"][0] == "running"
    assert {one.party for one in found.dues} == {"bb"}


def test_each_of_two_deficiencies_is_to_be_clarified(tmp_path: Path) -> None:
    """One clarification answers one: the other still waits, with a clock of its asker's."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"offence": "missing"}})
    world.pump()
    now_ms = at("2026-09-28 18:00 +0800")
    reply(world, "aa", asked, acts.CLARIFIED, elements=("facts",))
    world.pump()
    found = agree(world, asked, now_ms)
    assert (told(found)["clarify"][0], told(found)["completion"][0]) == ("running", "paused")
    assert [one.action for one in found.dues if one.party == "aa"] == ["clarify"]
    reply(world, "aa", asked, acts.CLARIFIED, elements=("offence",))
    world.pump()
    found = agree(world, asked, now_ms)
    assert (told(found)["clarify"][0], told(found)["completion"][0]) == ("met", "running")


def test_the_status_is_reported_of_what_is_asked_again(tmp_path: Path) -> None:
    """An open request is reported on; so is one that is open anew, and one accepted at once."""
    world = agreed_world(tmp_path)
    first, second = (ask(world, "aa", "subscriber", "urgent") for _ in range(2))
    world.pump()
    reply(world, "bb", first, acts.ACKNOWLEDGED)
    reply(world, "bb", first, acts.ANSWERED)
    reply(world, "bb", second, acts.ACCEPTED)
    world.pump()
    reply(world, "aa", first, acts.REOPENED, {"reason": "incomplete"})
    world.pump()
    now_ms = at("2026-09-28 12:00 +0800")
    assert told(agree(world, first, now_ms))["status-report"][0] == "running"
    assert told(agree(world, second, now_ms))["status-report"][0] == "running"


def test_what_crossed_a_withdrawal_starts_no_clock(tmp_path: Path) -> None:
    """It reached the asker later: neither side owes anything on what was taken back."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "aa", asked, acts.WITHDRAWN, {"reason": "no-longer-needed"})
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    found = agree(world, asked, at("2026-12-01 12:00 +0800"))
    assert found.dues == ()
    assert not [one.rule.name for one in found.timed if one.is_open]


def test_a_preservation_lapses_though_its_request_was_closed(tmp_path: Path) -> None:
    """Closing says that nothing more is expected; the asker is warned before the data are gone."""
    world = agreed_world(tmp_path, start="2026-06-01 09:00 +0800")
    asked = ask(world, "aa", "preservation", "routine")
    world.pump()
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    reply(world, "aa", asked, acts.CLOSED, {"reason": "satisfied"})
    world.pump()
    name, due_ms = "preservation-expiry", at("2026-08-01 00:00 +0800")
    found = agree(world, asked, at("2026-07-28 09:00 +0800"))
    assert told(found)[name] == ("due-soon", due_ms)
    assert [(one.party, one.action, one.by_ms) for one in found.dues] == [("aa", "extend", due_ms)]
    found = agree(world, asked, due_ms)
    assert told(found)[name] == ("lapsed", due_ms)
    assert found.dues == ()


def test_an_extension_that_is_refused_after_all_does_not_count(tmp_path: Path) -> None:
    """It was accepted first; asked of an instant before the refusal, it counted."""
    world = agreed_world(tmp_path, start="2026-06-01 09:00 +0800")
    asked = ask(world, "aa", "preservation", "routine")
    world.pump()
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    later = ask(world, "aa", "preservation-extension", "urgent", extends=asked.act.matter.id)
    world.pump()
    reply(world, "bb", later, acts.ACCEPTED)
    world.pump()
    before_ms = world.states["aa"].clock.at_ms
    set_clock(world, at("2026-07-01 09:00 +0800"))
    reply(world, "bb", later, acts.REFUSED, {"reason": "impossible"})
    world.pump()
    name, due_ms = "preservation-expiry", at("2026-08-01 00:00 +0800")
    assert told(agree(world, asked, before_ms))[name][1] == at("2026-09-30 00:00 +0800")
    found = agree(world, asked, at("2026-07-20 09:00 +0800"))
    assert told(found)[name] == ("running", due_ms)
    steps = [step.kind for one in found.timed if one.rule.name == name for step in one.clock.why]
    assert "extension-taken-back" in steps


def test_what_was_asked_orally_is_to_be_confirmed_in_time(tmp_path: Path) -> None:
    """The text promises ten days at the latest; what was asked in writing has no such clock."""
    world = agreed_world(tmp_path)
    written = ask(world, "aa", "subscriber", "emergency")
    oral = ask(world, "aa", "subscriber", "emergency", is_oral=True)
    world.pump()
    now_ms = at("2026-09-30 12:00 +0800")
    assert told(agree(world, written, now_ms))["confirmation"] == ("not-started", None)
    found = agree(world, oral, now_ms)
    assert told(found)["confirmation"] == ("due-soon", at("2026-10-08 12:00 +0800"))
    assert [one.clock for one in found.dues if one.action == "confirm"] == ["confirmation"]
    reply(world, "aa", oral, acts.CONFIRMED)
    world.pump()
    assert told(agree(world, oral, now_ms))["confirmation"][0] == "met"


VERB_OF = {"review": "resume", "decide-condition": "accept-condition"}


@given(lawful())
def test_every_clock_that_runs_can_be_ended_by_whose_duty_it_is(placed: list[Placed]) -> None:
    """So nothing is overdue for ever, whatever crossed; what only lapses has no such duty."""
    now, later_ms = folded(placed), 1_000 * len(placed) + 10**10
    for track in now.tracks if now.request_id else ():
        for one in timed(now, track.party, RULES, {}, later_ms):
            if not one.is_open or not one.rule.ends:
                continue
            by = decide.By(acts.Saying("a" * 26, Office("police"), "REF-1"), one.party)
            action = clocks.action(one.rule)
            verbs = (VERB_OF.get(action, action), *(("refuse",) if action == "answer" else ()))
            found = [
                possible_verbs.of_verb(now, by, verb, later_ms, is_whole=False) for verb in verbs
            ]
            assert any(may is not None and may.no is None for may in found), one.rule.name
