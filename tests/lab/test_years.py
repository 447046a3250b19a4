"""Two years between two States, made quickly: their table, and what both nodes hold afterwards."""

import csv
import io
import os
import random
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node.review.test_pack import AUDITOR
from support.pair import World, make_world

from comity.acts import points
from comity.figures.figures import Period
from comity.joint.commitment import view
from comity.joint.dialogue import view as session_view
from comity.joint.guideline import completeness, document
from comity.joint.request import acts, state
from comity.joint.text import acts as text_acts
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.base.rows import MatterRow
from comity.node.desk import pack
from comity.node.exchange import refold
from comity.node.operate import rebuild
from comity.node.operate.fsck import run as fsck
from comity.node.review import take
from comity.rooms.review import annex
from comity_lab.years import at_home, keeping, phrases, table, values
from comity_lab.years.line import Made
from comity_lab.years.making import Wanted, Years
from comity_lab.years.speaking import Voice
from comity_lab.years.table import Spread
from comity_lab.years.two_homes import channel_of
from comity_lab.years.values import Case

UNTIL_MS = 1_795_500_000_000
DAYS = 300
REQUESTS = 40
UNDERTAKEN = 40
PARTIES = ("fr", "sy")


def _shipped(name: str) -> bytes:
    return resources.files("comity.catalogue").joinpath(name).read_bytes()


TEXTS = {
    "calendar.fr": _shipped("calendar/us-2025-2027.yaml"),
    "calendar.sy": _shipped("calendar/cn-2025-2027.yaml"),
    text_acts.MAIN: _shipped("guideline/dialogue.yaml"),
}
VOICES = {
    "fr": Voice("fr", "police", "Police", "en", "UTC-05:00", ("ann", "ben"), "FR"),
    "sy": Voice("sy", "police", "Police", "zh-Hans", "UTC+08:00", ("cai", "dan"), "SY"),
}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two nodes after their years."""
    world = make_world(tmp_path_factory.mktemp("years"), PARTIES, "memory")
    nodes = [world.node(party) for party in PARTIES]
    keys = {node.party: node.keys for node in nodes}
    channels = {
        name: channel_of(ground, PARTIES, keys)
        for name, ground in keeping.grounds(nodes[0]).items()
    }

    def keep(made: Made) -> None:
        for node in nodes:
            keeping.keep(node, made)

    years = Years(
        VOICES, TEXTS, Wanted(REQUESTS, UNTIL_MS, days=DAYS, commitments=UNDERTAKEN), channels, keep
    )
    years.play(lambda _: None)
    assert years.done.requests == REQUESTS
    for one in world.states.values():
        one.clock.at_ms = UNTIL_MS + 60_000
        keeping.fold(one.node, lambda _: None)
    return world


def _data() -> Path:
    folder = os.environ.get("COMITY_TEST_DATA")
    if not folder:
        pytest.skip("COMITY_TEST_DATA is not set")
    return Path(folder) / "google-user-data-requests.csv"


def test_the_shipped_figures_are_those_of_the_public_dataset() -> None:
    """Summed by half-year, country told apart and process; rates weighted by their volumes."""
    shipped = [*csv.DictReader(io.StringIO(_shipped("practice/requests-2016-2018.csv").decode()))]
    ends = {row["period_ending"] for row in shipped}
    found: dict[tuple[str, str, str], Counter[str]] = {}
    with _data().open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Period Ending"] not in ends:
                continue
            country = "US" if row["CLDR Territory Code"] == "US" else "others"
            counted = found.setdefault(
                (row["Period Ending"], country, row["Legal Process"]), Counter()
            )
            volume = int(row["User Data Requests"] or 0)
            rate = row["Percentage of requests where some data produced"]
            counted["requests"] += volume
            counted["known"] += volume if rate else 0
            counted["given"] += volume * int(rate or 0)
    assert len(shipped) == len(found)
    for row in shipped:
        counted = found[row["period_ending"], row["countries"], row["legal_process"]]
        assert int(row["requests"]) == counted["requests"]
        known = counted["known"]
        told = str(round(10 * counted["given"] / known)) if known else ""
        assert row["some_data_permille"] == told


@pytest.mark.parametrize(("half", "nine"), [(20, 60), (2_900, 11_000), (263_000, 1_051_000)])
def test_times_have_the_two_quantiles_that_the_table_names(half: int, nine: int) -> None:
    """Half of the times are shorter than the first, nine in ten than the second."""
    chance = random.Random(7)  # noqa: S311 -- it must be repeated
    spread = Spread(half * 60_000, nine * 60_000)
    drawn = sorted(spread.drawn_ms(chance) for _ in range(4_000))
    assert drawn[2_000] == pytest.approx(spread.half_ms, rel=0.1)
    assert drawn[3_600] == pytest.approx(spread.nine_ms, rel=0.1)


def test_a_request_of_the_years_has_what_the_guideline_asks_for() -> None:
    """Of every type and urgency, whatever is drawn, nothing that is required is missing."""
    guideline = document.parse(TEXTS[text_acts.MAIN])
    figures = table.load()
    for type_id, mix in figures.types.items():
        for urgency in mix.urgencies:
            for seed, crime in enumerate(figures.crimes):
                chance = random.Random(seed)  # noqa: S311 -- it must be repeated
                case = Case(type_id, urgency, crime, UNTIL_MS, chance, "FR-1", "Police", "UTC")
                found = completeness.check(
                    guideline,
                    type_id,
                    urgency,
                    values.elements(case, guideline),
                    texts=phrases.asking(type_id, "Police", "en"),
                    attachments=(),
                    now_ms=UNTIL_MS,
                    to=("sy",),
                )
                assert [one for one in found if one.is_required] == [], (type_id, urgency, crime)


def test_after_the_years_both_nodes_hold_the_same(after: World) -> None:
    """Every request has one state on both, each of its acts took effect, and none is missing."""
    first, second = (_states(after, party) for party in PARTIES)
    assert first == second
    assert len(first) >= REQUESTS
    for row in _requests(after, "fr"):
        folded = state.from_json(row.state)
        assert all(turn.takes_effect and turn.received_at_ms for turn in folded.turns)
    assert {row.asker for row in _requests(after, "fr")} == {*PARTIES}


def test_the_years_read_from_their_entries_are_the_same(after: World) -> None:
    """Who drops what was understood and opens every sealed entry again finds the same."""
    before = _states(after, "sy")
    rebuild.rebuild(after.node("sy"))
    assert _states(after, "sy") == before


def test_ten_years_of_sessions_lose_no_commitment_and_no_first_date(after: World) -> None:
    """Both nodes have one pack; what was undertaken stands with its first date, and its proof."""
    packs = [pack.pack(after.node(party), AUDITOR) for party in PARTIES]
    assert packs[0].digest == packs[1].digest
    assert [one.digest for one in packs[0].sections] == [one.digest for one in packs[1].sections]
    with after.node("sy").store.read() as tx:
        made = [
            points.from_json(row.state) for row in tx.matters("commitment", "", 10 * UNDERTAKEN)
        ]
        held = [points.from_json(row.state) for row in tx.matters("dialogue", "", 10 * UNDERTAKEN)]
    first = [view.first_due_ms(now) for now in made]
    assert len(made) == UNDERTAKEN + 1
    assert first.count(None) == 1, "the test of the hotline has no date"
    assert {view.status(now) for now in made} == {"done", "not-started"}
    moved = [now for now in held if len(now.ever("when")) > 1]
    assert moved, "some dates moved"
    assert all(session_view.first_when_ms(now) != session_view.when_ms(now) for now in moved)


def test_after_the_years_both_nodes_go_on(after: World) -> None:
    """Their logs meet as those of any two nodes: what is said next crosses, and is answered."""
    asked = after.ask("fr")
    after.pump()
    after.acknowledge("sy", asked)
    after.pump()
    assert _states(after, "fr") == _states(after, "sy")
    (row,) = [one for one in _requests(after, "fr") if one.matter == asked.act.matter]
    assert row.status == "acknowledged"


def test_the_years_have_steps_at_home_that_stay_there(after: World) -> None:
    """Each node times its own, in the order in which work goes; no log that crosses names one."""
    of = take.Wanted(after.channel, Period(UNTIL_MS - DAYS * 86_400_000, UNTIL_MS))
    for party in PARTIES:
        found = annex.annex(after.node(party), AUDITOR, of)
        assert isinstance(found, annex.Annex)
        told = {one.name: one for one in found.steps}
        ways = ["matter.opened", "duty.routed", "duty.assigned", "duty.accepted"]
        assert {told[step].n for step in (*ways, "duty.finished")} == {told["duty.routed"].n}
        assert told["duty.routed"].n > REQUESTS // 8
        medians = [told[step].median_ms or 0 for step in ways]
        assert medians == sorted(medians)
        assert medians[0] > 0
        assert told["release.released"].n >= told["duty.finished"].n
        assert not fsck.check(after.node(party)).problems
        theirs = after.node(next(one for one in PARTIES if one != party))
        with theirs.store.read() as tx:
            assert tx.log(local_origin(party)) is None
            codes = [value for log in tx.logs(after.channel) for value in _said(tx, log.origin)]
        assert not any(word in code for code in codes for word in ("duty.", "ann", "cai"))


@given(st.tuples(*[st.integers(0, 10**6)] * 3), st.text("ab2", min_size=3, max_size=3))
def test_steps_at_home_stand_in_the_order_of_work(times: tuple[int, int, int], id_: str) -> None:
    """Whenever a request was received, and what answers it was written and let out."""
    received_ms, wrote_ms, more_ms = times
    file = at_home._File(("c", id_), "urgent", "police", ("ann", "ben"))
    steps = [*at_home._done(file, received_ms, wrote_ms, wrote_ms + more_ms)]
    verbs = [one.verb for one in sorted(steps, key=lambda one: one.at_ms) if hasattr(one, "verb")]
    assert verbs == ["routed", "assigned", "accepted", "finished"]


def _said(tx: Tx, origin: str) -> list[str]:
    """Return what acts of a log say in the clear of one who can open them."""
    rows = tx.acts(origin, 0, 1 << 30)
    return [f"{row.act.tag} {row.act.speaker} {dict(row.act.codes)}" for row in rows]


def _requests(world: World, party: str) -> list[MatterRow]:
    with world.node(party).store.read() as tx:
        return tx.matters(acts.KIND, "", 10 * REQUESTS)


def _states(world: World, party: str) -> Mapping[str, str]:
    return refold.digests(_requests(world, party))
