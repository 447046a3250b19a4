"""The use of the hotline: by State, ground, level and hour; in the snapshot that both agree on."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any, cast

from node.review.test_agreeing import named
from node.review.test_pack import AUDITOR, changed, checked, held
from node.review.test_taking import asked_world, wanted
from rooms.test_hotline_clocks import alone
from support.agreed import adopt
from support.calls import LATER, Desks

from comity.acts.record import Act, Document, Matter, Office
from comity.domestic.officer import role
from comity.figures import use
from comity.figures.observation import TYPE, Fact, Moment, Observation, Span
from comity.joint.contact import acts as contact
from comity.joint.hotline import text
from comity.kernel import ijson
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.review import take
from comity.node.review.take import Taken
from comity.rooms.hotline import figures as hotline
from comity.rooms.hotline.drills import Tried
from comity.rooms.review import agree, pack
from tools.verify import figures as oracle

WORDS = {"en": "At 20:00.", "zh": "20时。"}
MINUTE = 60_000
POLICE = Office("police")


def used_desks(folder: Path) -> Desks:
    """Return States that have asked each other, and called: picked up, corrected, by telephone."""
    world, _ = asked_world(folder)
    adopt(world, text.NAME, alone())
    world.pump()
    desks = Desks(folder, world)
    call = desks.call()
    desks.world.advance(2 * MINUTE)
    desks.say("bb", "pick-up", call)
    desks.say("bb", "take", call, level=2, agency="police")
    for name, party, more in (
        ("say", "bb", {"sort": "undertaking", "read_back": "yes"}),
        ("read-back", "aa", {}),
    ):
        desks.tell(party, name, call, WORDS, **cast("dict[str, Any]", more))
        desks.world.pump()
    desks.say("bb", "correct", call, reason="time")
    began = desks.node("aa").clock.now_ms()
    desks.say("aa", "carry", call, carrier="tel", outcome="reached", began=began)
    desks.say("aa", "close", call, reason="concluded")
    drill = desks.say("aa", "call", ground="life", level=1, word_by=LATER, drill="yes")
    desks.say("bb", "pick-up", drill)
    begins = desks.node("aa").clock.now_ms() + 10 * MINUTE
    window: dict[str, Any] = {"from": begins, "until": begins + 10 * MINUTE}
    planned = desks.say("aa", "drill/plan", kind="voice", **window)
    desks.say("bb", "drill/join", planned)
    tried_contacts(desks)
    desks.world.advance(30 * MINUTE)
    desks.world.pump()
    return desks


def tried_contacts(desks: Desks) -> None:
    """Let `bb` publish two contact points; `aa` reaches one of them, and not the other."""
    matter, entries = Matter(contact.KIND, "bb"), {"entry.day": "44" * 32, "entry.desk": "33" * 32}
    document = Document("55" * 32, 9, contact.MEDIA_TYPE, contact.ROLE_CONTACTS)
    published = Act(
        random_id(bytes([1]) * 16),
        contact.PUBLISHED,
        matter,
        POLICE,
        codes=entries,
        documents=(document,),
    )
    desks.world.say("bb", published)
    desks.world.pump()
    at: dict[str, Any] = {"answers": published.id, "times": {contact.REACHED_AT: 1_000}}
    proved = Act(random_id(bytes([2]) * 16), contact.PROVED, matter, POLICE, items=("desk",), **at)
    why = {contact.REASON: "hours"}
    failed = Act(
        random_id(bytes([3]) * 16), contact.FAILED, matter, POLICE, items=("day",), codes=why, **at
    )
    for act in (proved, failed):
        desks.world.say("aa", act)
    desks.world.pump()


def taken(desks: Desks, party: str, cut: dict[str, int] | None = None) -> Taken:
    """Return the figures of a State, at its newest cut or at one that is named."""
    asked = wanted(desks.world)
    of = take.Wanted(asked.channel, asked.period, None, asked.now_ms, cut)
    return take.computed(desks.node(party), of)


def test_both_nodes_find_the_same_use_in_the_figures_of_a_snapshot(tmp_path: Path) -> None:
    """By side, ground, level and hour; drills apart; the other side concurs."""
    desks = used_desks(tmp_path)
    ours = taken(desks, "aa")
    theirs = taken(desks, "bb", dict(ours.cut))
    assert ours.digest == theirs.digest
    used = cast("dict[str, Any]", ours.figures["use"])
    calls = used["hotline"]
    assert calls.keys() == {"call", "drill", "drill-voice"}
    assert calls["drill-voice"]["side/bb"] == {
        "n": 1, "legs": {}, "counts": {"joined": 1, "status/missed": 1},
    }  # fmt: skip
    assert used["contact"]["alone"]["side/bb"]["counts"] == {
        "status/proved": 1, "status/failed": 1, "entry": 2, "reason/hours": 1,
    }  # fmt: skip
    call = calls["call"]
    (hour,) = [name for name in call if name.startswith("hour/")]
    assert hour != "hour/~"
    assert call.keys() == {"all", "side/bb", "ground/life", "level/2", hour}
    assert call["level/2"] == call["all"]
    assert call["all"]["n"] == 1
    assert 2 * MINUTE <= call["all"]["legs"]["pick-up"]["median_ms"] < 4 * MINUTE
    assert call["all"]["counts"] == {
        "carrier/tel/reached": 1,
        "ending/concluded": 1,
        "misunderstanding/time/corrected": 1,
        "status/closed": 1,
    }
    assert calls["drill"]["all"]["legs"]["pick-up"]["ended"] == 1
    snapshot_id = named(desks.world)
    ben = desks.world.states["bb"].officer("ben", role.SECRETARIAT)
    compared = agree.compared(desks.node("bb"), ben, snapshot_id)
    assert not isinstance(compared, Inadmissible)
    assert compared.is_same
    assert compared.ours.figures["use"] == ours.figures["use"]


def member(data: bytes, name: str) -> bytes:
    """Return a file of a pack."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


def test_a_pack_shows_the_rows_of_calls_and_a_changed_one_is_found(tmp_path: Path) -> None:
    """The rows give the use as they give the figures: who shortens a call is caught offline."""
    desks = used_desks(tmp_path)
    made = pack.make(desks.node("aa"), AUDITOR, wanted(desks.world), ())
    assert not isinstance(made, Inadmissible)
    assert held(checked(desks.world, made.data))["figures"]
    told, rows = (member(made.data, name) for name in ("figures.json", "rows.jsonl"))
    lines = [json.loads(line) for line in rows.splitlines()]
    assert oracle.figures(lines, json.loads(told)) == json.loads(told)
    assert held(checked(desks.world, made.data))["places"]
    for told, untold in (
        (b'"tel"', b'"file"'),
        (b'"missed"', b'"closed"'),
        (b'"failed"', b'"proved"'),
    ):
        shorter = changed(made.data, "rows.jsonl", told, untold)
        assert held(checked(desks.world, shorter))["figures"] is False


def test_the_figures_of_a_node_count_missed_drills_and_contact_points(tmp_path: Path) -> None:
    """Each State reads the same of both, beside the calls that were answered."""
    desks = used_desks(tmp_path)
    for party in ("aa", "bb"):
        period = wanted(desks.world).period
        found = hotline.figures(desks.node(party), desks.officers[party], period)
        assert isinstance(found, hotline.Figures)
        assert (found.drills["bb"].missed, found.calls["bb"].missed) == (1, 0)
        assert found.contacts == {"bb": Tried(proved=1, failed=1)}


def test_figures_without_calls_say_nothing_of_use(tmp_path: Path) -> None:
    """A member stands where there is something to tell: nobody reads of an empty hotline."""
    world, _ = asked_world(tmp_path)
    assert "use" not in take.computed(world.node("aa"), wanted(world)).figures


def row(number: int, took_ms: int | None, level: str, hour: str) -> Observation:
    """Return a call that was picked up after so long, or never."""
    asked = Moment(f"a{number}", 1_000, 1_000)
    end = None if took_ms is None else Moment(f"b{number}", 1_000 + took_ms, 1_000 + took_ms)
    facts = (Fact("ground", "life"), Fact("level", level), Fact("hour", hour))
    return Observation(
        "hotline", f"m{number}", "fr", "sn", asked, "ringing", {TYPE: "call"},
        (Span("pick-up", asked, end),), (), facts,
    )  # fmt: skip


def test_use_is_the_same_in_every_order_and_ranks_are_of_those_that_ended() -> None:
    """Median, nine in ten, longest, by nearest rank; a wait without an end is no length."""
    rows = [row(at, 100 * (at + 1), "2", "03") for at in range(10)] + [row(10, None, "3", "")]
    found = use.use(rows)
    assert ijson.render(cast("Any", found)) == ijson.render(cast("Any", use.use(rows[::-1])))
    of = cast("dict[str, Any]", found)["hotline"]["call"]
    leg = of["all"]["legs"]["pick-up"]
    assert (leg["begun"], leg["ended"], leg["stopped"]) == (11, 10, 0)
    assert (leg["median_ms"], leg["p90_ms"], leg["longest_ms"]) == (500, 900, 1_000)
    assert of["hour/~"]["legs"]["pick-up"]["median_ms"] is None
    assert of["hour/03"]["n"] == 10
