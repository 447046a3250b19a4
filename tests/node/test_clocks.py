"""Clocks on real nodes: by the guideline a request names and the calendars all have adopted."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from support.agreed import (
    adopt,
    agreed_world,
    ask,
    at,
    reckoned,
    reply,
    set_clock,
    shipped,
    state_of,
)
from support.pair import World, make_world

from comity.clocks import calendar_text, clock
from comity.clocks import days as numbers
from comity.clocks.calendar import Day, OfficeHours
from comity.joint.request import acts
from comity.kernel.ijson import Json
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.room import calendars
from comity.node.room.clocks import Channel
from comity.rooms.request.clocks import Requests

DAY_MS = 86_400_000


def told(found: Reckoned) -> dict[str, tuple[str, int | None]]:
    """Return `{clock: (status, due)}`."""
    return {one.rule.name: (one.clock.status, one.clock.due_at_ms) for one in found.timed}


def data(found: Reckoned) -> list[Json]:
    """Return everything that is told, to compare nodes by."""
    return [one.clock.as_json() for one in found.timed]


def agree(world: World, asked: Appended, now_ms: int) -> Reckoned:
    """Return the clocks at an instant, the same on every node."""
    here, *others = (reckoned(world, party, asked, now_ms) for party in world.states)
    for there in others:
        assert here.cut == there.cut
        assert data(here) == data(there)
        assert (here.dues, here.missing) == (there.dues, there.missing)
        assert here.elsewhere == there.elsewhere
        assert [one.moved for one in here.timed] == [one.moved for one in there.timed]
    return here


def test_both_nodes_count_a_request_by_the_days_of_each(tmp_path: Path) -> None:
    """Three working days of China from Wednesday 30 September end on 10 October."""
    world = agreed_world(tmp_path)
    set_clock(world, at("2026-09-30 10:00 +0800"))
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    found = agree(world, asked, at("2026-10-02 10:00 +0800"))

    assert found.missing == ()
    assert told(found)["completion"] == ("running", at("2026-10-11 00:00 +0800"))
    assert told(found)["first-response"][1] == found.timed[0].clock.started_at_ms + DAY_MS  # type: ignore[operator] # it runs
    assert {one.party for one in found.timed if one.is_open} == {"bb"}
    assert found.dues[0].action == "acknowledge"
    assert found.dues[0].status == clock.OVERDUE


def test_a_clarification_is_due_by_the_days_of_the_asker(tmp_path: Path) -> None:
    """While it is awaited, the clocks of the addressee wait; Columbus Day is no day of ours."""
    world = agreed_world(tmp_path, start="2026-10-08 09:00 +0800")
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    found = agree(world, asked, at("2026-10-09 12:00 +0800"))

    assert told(found)["clarify"] == ("running", at("2026-10-14 00:00 -0400"))
    assert told(found)["first-response"] == ("paused", None)
    assert next((one.party, one.action) for one in found.dues) == ("aa", "clarify")
    reply(world, "aa", asked, acts.CLARIFIED)
    world.pump()
    assert told(agree(world, asked, at("2026-10-09 13:00 +0800")))["clarify"][0] == "met"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Without a guideline nothing runs; without a calendar it runs by weekends, and says so."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    assert agree(world, asked, world.states["aa"].clock.at_ms).missing == (
        Missing("guideline-none", ""),
    )
    set_clock(world, at("2026-09-28 09:00 +0800"))
    unknown = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    now = world.states["aa"].clock.at_ms
    assert [one.code for one in agree(world, unknown, now).missing] == ["guideline-not-adopted"]
    adopt(world, "guideline", shipped("guideline/dialogue.yaml"))
    found = agree(world, unknown, now)
    assert {one.code for one in found.missing} == {"guideline-not-in-force", "calendar-none"}
    assert next(one for one in found.timed if one.rule.name == "completion").clock.is_provisional


def test_a_text_that_is_no_calendar_is_named_by_its_hash(tmp_path: Path) -> None:
    """Both adopted it, and neither counts by it."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    sha256 = adopt(world, "calendar.bb", b"id: nothing\n")
    found = agree(world, asked, world.states["aa"].clock.at_ms)

    assert found.missing == (Missing(calendars.UNREADABLE, "bb", sha256),)


def decree(**days: str) -> bytes:
    """Return the calendar of China with more days off: `d_2026_10_08="holiday"`."""
    before = calendar_text.parse(shipped("calendar/cn-2026.yaml"))
    more = {
        numbers.number_of(date.fromisoformat(name[2:].replace("_", "-"))): Day(
            kind, {"en": "By the new decree"}, "decree 2"
        )
        for name, kind in days.items()
    }
    entries = dict(sorted({**before.days, **more}.items()))
    return calendar_text.render(replace(before, version="2026.2", days=entries))


def test_a_new_decree_moves_what_is_open_and_nothing_that_is_over(tmp_path: Path) -> None:
    """It is told what moved, by which calendar, the same on both sides, after a rebuild too."""
    world = agreed_world(tmp_path)
    over = ask(world, "aa", "preservation", "urgent")
    open_ = ask(world, "aa", "preservation", "urgent")
    world.pump()
    set_clock(world, at("2026-09-29 09:00 +0800"))
    reply(world, "bb", over, acts.ANSWERED)
    world.pump()
    before = agree(world, over, at("2026-09-30 10:00 +0800"))
    set_clock(world, at("2026-09-30 11:00 +0800"))
    sha256 = adopt(world, "calendar.bb", decree(d_2026_10_08="holiday"))
    now = at("2026-09-30 12:00 +0800")
    found = agree(world, open_, now)

    assert told(agree(world, open_, at("2026-09-30 10:00 +0800")))["completion"][1] == at(
        "2026-10-09 00:00 +0800"
    )
    assert told(found)["completion"][1] == at("2026-10-10 00:00 +0800")
    (moved,) = next(one for one in found.timed if one.rule.name == "completion").moved
    assert moved.change.moved_ms == DAY_MS
    assert moved.after["addressee"].sha256 == sha256
    assert [one.kind for one in moved.change.added if one.kind == "holiday"] == ["holiday"]
    assert told(agree(world, over, now))["completion"] == told(before)["completion"]
    rebuild.rebuild(world.node("bb"))
    assert data(agree(world, open_, now)) == data(found)


def test_an_extension_by_another_request_moves_the_expiry_of_the_first(tmp_path: Path) -> None:
    """Sixty days and sixty more, in the agreed unit, from the same start; on both nodes."""
    world = agreed_world(tmp_path, start="2026-06-01 09:00 +0800")
    first = ask(world, "aa", "preservation", "routine")
    world.pump()
    reply(world, "bb", first, acts.ACCEPTED)
    world.pump()
    set_clock(world, at("2026-07-20 09:00 +0800"))
    assert told(agree(world, first, at("2026-07-20 09:00 +0800")))["preservation-expiry"] == (
        "running",
        at("2026-08-01 00:00 +0800"),
    )
    later = ask(world, "aa", "preservation-extension", "urgent", extends=first.act.matter.id)
    world.pump()
    assert "preservation-expiry" not in told(agree(world, later, at("2026-07-20 10:00 +0800")))
    reply(world, "bb", later, acts.ACCEPTED)
    world.pump()
    found = agree(world, first, at("2026-07-21 09:00 +0800"))

    assert told(found)["preservation-expiry"] == ("running", at("2026-09-30 00:00 +0800"))
    kinds = [step.kind for one in found.timed for step in one.clock.why]
    assert "extension" in kinds
    assert agree(world, later, at("2026-07-21 09:00 +0800")).elsewhere == {
        "bb": {"preservation-expiry": first.act.matter.id}
    }


def three(folder: Path) -> tuple[World, str]:
    """Return three States, and a guideline by which a preservation lapses from its receipt on.

    Or from a time that it names.
    """
    world = agreed_world(folder, start="2026-06-01 09:00 +0800", parties=("aa", "bb", "cc"))
    text = shipped("guideline/dialogue.yaml")
    from_receipt = text.replace(
        b"starts: [accepted, completed]", b"starts: [submitted, transaction-at]"
    )
    return world, adopt(world, "guideline", from_receipt)


def extensions(world: World, asked: Appended) -> dict[str, int]:
    """Return `{addressee whose preservation lapses on this request: how often it was extended}`.

    Clocks and rows say the same, on every node.
    """
    found = agree(world, asked, world.states["aa"].clock.at_ms)
    counted = {
        one.track: [step.kind for step in one.clock.why].count("extension")
        for one in found.timed
        if one.rule.name == "preservation-expiry"
    }
    for party in world.states:
        node, now = world.node(party), state_of(world, party, asked)
        with node.store.read() as tx:
            terms = Requests(Channel(node, tx, world.channel)).terms(asked.act.matter.id, now)
        assert counted == {
            addressee: sum(map(len, one.granted.values()))
            for addressee, one in terms.items()
            if any(rule.name == "preservation-expiry" for rule in one.rules)
        }
    return counted


def test_what_was_sent_to_another_addressee_extends_nothing(tmp_path: Path) -> None:
    """The clock of the one is as long as it was, and that of the other runs on its own request."""
    world, guideline = three(tmp_path)
    asked = [ask(world, "aa", "preservation", "routine", to=["bb"], guideline=guideline)]
    world.pump()
    for to in (["cc"], ["bb"]):
        earlier = asked[-1].act.matter.id
        later = ask(
            world,
            "aa",
            "preservation-extension",
            "urgent",
            to=to,
            guideline=guideline,
            extends=earlier,
        )
        asked.append(later)
        world.pump()
    first, to_another, last = asked

    assert extensions(world, first) == {"bb": 0}
    assert extensions(world, to_another) == {"cc": 0}
    assert extensions(world, last) == {"bb": 0}


def test_each_addressee_has_its_own_chain_of_extensions(tmp_path: Path) -> None:
    """The second was sent to both: one extends the first, and begins what the third extends."""
    world, guideline = three(tmp_path)
    asked = [ask(world, "aa", "preservation", "routine", to=["bb"], guideline=guideline)]
    world.pump()
    for _ in range(2):
        earlier = asked[-1].act.matter.id
        later = ask(
            world, "aa", "preservation-extension", "urgent", guideline=guideline, extends=earlier
        )
        asked.append(later)
        world.pump()
    first, second, third = asked
    now_ms = world.states["aa"].clock.at_ms
    on_first, on_second = ({"preservation-expiry": one.act.matter.id} for one in (first, second))

    assert extensions(world, first) == {"bb": 2}
    assert extensions(world, second) == {"cc": 1}
    assert extensions(world, third) == {}
    assert agree(world, second, now_ms).elsewhere == {"bb": on_first}
    assert agree(world, third, now_ms).elsewhere == {"bb": on_first, "cc": on_second}


def test_a_clock_that_the_first_request_lacks_runs_on_the_next_that_has_it(tmp_path: Path) -> None:
    """What extends it there does not run beside it."""
    world, guideline = three(tmp_path)
    asked: list[Appended] = []
    for kind in ("subscriber", "preservation", "preservation-extension"):
        earlier = asked[-1].act.matter.id if asked else ""
        asked.append(ask(world, "aa", kind, "urgent", guideline=guideline, extends=earlier))
        world.pump()
    _, has, last = asked

    assert extensions(world, has) == {"bb": 1, "cc": 1}
    assert extensions(world, last) == {}


def test_a_draft_extends_nothing_and_nothing_extends_it(tmp_path: Path) -> None:
    """It is no request yet, whatever times it names."""
    world, guideline = three(tmp_path)
    first = ask(world, "aa", "preservation", "routine", to=["bb"], guideline=guideline)
    world.pump()
    draft = ask(
        world,
        "aa",
        "preservation-extension",
        "urgent",
        times={"transaction-at": world.states["aa"].clock.at_ms},
        extends=first.act.matter.id,
        to=["bb"],
        guideline=guideline,
        say=acts.draft_shown,
    )
    world.pump()
    later = ask(
        world,
        "aa",
        "preservation-extension",
        "urgent",
        extends=draft.act.matter.id,
        to=["bb"],
        guideline=guideline,
    )
    world.pump()

    assert extensions(world, first) == {"bb": 0}
    assert extensions(world, later) == {"bb": 0}


def test_what_was_refused_is_not_preserved(tmp_path: Path) -> None:
    """No clock says that data are kept for sixty days, or for sixty more, that nobody keeps."""
    world = agreed_world(tmp_path)
    refused = ask(world, "aa", "preservation", "urgent")
    kept = ask(world, "aa", "preservation", "urgent")
    world.pump()
    reply(world, "bb", refused, acts.REFUSED, {"reason": "impossible"})
    reply(world, "bb", kept, acts.ACCEPTED)
    world.pump()
    now_ms = world.states["aa"].clock.at_ms
    before = told(agree(world, kept, now_ms))["preservation-expiry"]
    assert told(agree(world, refused, now_ms))["preservation-expiry"] == ("not-started", None)
    assert before[0] == "running"
    later = ask(world, "aa", "preservation-extension", "urgent", extends=kept.act.matter.id)
    world.pump()
    reply(world, "bb", later, acts.REFUSED, {"reason": "impossible"})
    world.pump()
    assert told(agree(world, kept, now_ms + DAY_MS // 24))["preservation-expiry"] == before


def test_what_is_preserved_in_part_still_lapses(tmp_path: Path) -> None:
    """A refusal of something else takes no warning away; one of all that is left does."""
    world = agreed_world(tmp_path)
    first, rest = (
        ask(world, "aa", "preservation", "urgent", items=("one", "two")) for _ in range(2)
    )
    world.pump()
    reply(world, "bb", first, acts.ACCEPTED)
    reply(world, "bb", first, acts.REFUSED, {"reason": "impossible", "items": ("two",)})
    reply(world, "bb", rest, acts.ANSWERED, items=("one",))
    reply(world, "bb", rest, acts.REFUSED, {"reason": "impossible", "items": ("two",)})
    world.pump()
    now_ms = world.states["aa"].clock.at_ms
    for one in (first, rest):
        assert told(agree(world, one, now_ms))["preservation-expiry"][0] == "running"
    reply(world, "bb", first, acts.REFUSED, {"reason": "impossible", "items": ("one",)})
    world.pump()
    now_ms = world.states["aa"].clock.at_ms
    assert told(agree(world, first, now_ms))["preservation-expiry"][0] == "stopped"


def test_a_stop_payment_counts_from_the_transfer(tmp_path: Path) -> None:
    """Seventy-two hours since the transaction, whose time stands in the entry."""
    world = agreed_world(tmp_path)
    transfer = at("2026-09-27 20:15 -0400")
    times = {"transaction-at": transfer}
    asked = ask(world, "aa", "stop-payment", "emergency", times=times)
    world.pump()
    found = agree(world, asked, world.states["aa"].clock.at_ms)

    assert told(found)["stop-window"] == ("running", transfer + 3 * DAY_MS)


def test_what_comes_after_hours_counts_when_the_office_opens(tmp_path: Path) -> None:
    """Received on the evening before the holidays: deemed received on 8 October at nine."""
    world = agreed_world(tmp_path)
    china = calendar_text.parse(shipped("calendar/cn-2026.yaml"))
    hours = replace(china, version="2026.3", office=OfficeHours(9 * 60, 18 * 60))
    adopt(world, "calendar.bb", calendar_text.render(hours))
    set_clock(world, at("2026-09-30 19:00 +0800"))
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    found = agree(world, asked, at("2026-10-08 10:00 +0800"))
    completion = next(one.clock for one in found.timed if one.rule.name == "completion")

    assert completion.started_at_ms == at("2026-10-08 09:00 +0800")
    assert completion.due_at_ms == at("2026-10-13 00:00 +0800")
    assert "deemed" in {step.kind for step in completion.why}


def test_in_an_emergency_every_hour_counts(tmp_path: Path) -> None:
    """What the shipped text promises: on the evening before the holidays nobody waits for them."""
    world = agreed_world(tmp_path)
    china = calendar_text.parse(shipped("calendar/cn-2026.yaml"))
    hours = replace(china, version="2026.3", office=OfficeHours(9 * 60, 18 * 60))
    adopt(world, "calendar.bb", calendar_text.render(hours))
    set_clock(world, at("2026-09-30 19:00 +0800"))
    asked = ask(world, "aa", "preservation", "emergency")
    world.pump()
    found = agree(world, asked, at("2026-09-30 19:30 +0800"))
    received = found.timed[0].clock.received_at_ms
    assert received is not None

    assert told(found)["first-response"] == ("running", received + DAY_MS // 3)
    assert told(found)["completion"] == ("running", received + DAY_MS)
