"""How a node says it stands."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import adopt, agreed_world, at, set_clock, shipped
from support.pair import make_world

from comity.joint.arrangement.card import DAY_MS
from comity.kernel.fault import Fault
from comity.node.base import finding, register_records
from comity.node.base.finding import Finding
from comity.node.base.ports import Request, Response
from comity.node.exchange import freeze, generation, status
from comity.node.exchange.convict import CONVICTION
from comity.node.operate import findings


def test_after_the_exchange_everything_is_signed_for(tmp_path: Path) -> None:
    """When nothing is left to do, no log lags, and each finding is good or says why not."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.ask("aa")
    world.pump()
    rows = status.report(world.node("aa"))
    own = [row for row in rows if row.own and row.deliveries]

    assert own
    assert all(one.lag == 0 for row in own for one in row.deliveries)
    assert all(one.acts == 0 for row in own for one in row.deliveries)
    bad = [one for one in findings.findings(world.node("aa"), rows) if one.is_good is False]
    assert bad == []


def test_a_cut_line_is_the_lines_fault(tmp_path: Path) -> None:
    """What waits is counted with its age and last error, and the side at fault is the line."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    world.cut("aa", "bb")
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    rows = status.report(node)
    waiting = [one for row in rows for one in row.deliveries if one.acts]
    sides = {one.side for one in findings.findings(node, rows) if one.is_good is False}

    assert [one.acts for one in waiting] == [1]
    assert waiting[0].failures > 0
    assert waiting[0].last_error_code.endswith("peer.unreachable")
    assert finding.LINE in sides


class Failing:
    """Peers of whom every call fails with one code."""

    def __init__(self, code: str) -> None:
        self._code = code

    def call(self, party: str, request: Request) -> Response:
        """Fail."""
        del party, request
        raise Fault(code=self._code, what="No.", fix="Wait.")


@pytest.mark.parametrize(
    ("code", "side", "steps"),
    [
        ("node.peer.unknown", finding.PEER, ("comity key rotate", "comity carry import")),
        ("node.peer.turned-away", finding.OWN, ("comity carry export", "comity carry import")),
        ("boot.tls.missing", finding.OWN, ("comity key rotate --root FILE",)),
    ],
)
def test_a_card_that_ended_is_the_fault_of_whose_it_is(
    tmp_path: Path, code: str, side: str, steps: tuple[str, ...]
) -> None:
    """And the next step is named: nobody at a node can mend the other State's card."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    world.replace_node("aa", replace(world.node("aa"), peers=Failing(code)))
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    found = findings.findings(node, status.report(node))
    failing = [one for one in found if f"[{code}]" in one.what and "tries failed" in one.what]

    assert {one.side for one in failing} == {side}
    assert all(step in one.fix for one in failing for step in steps)


def test_a_log_that_stands_still_says_why_and_which_command_lets_it_go_on(tmp_path: Path) -> None:
    """One that an officer froze is thawed; one that signed two histories is succeeded."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    node = world.node("aa")
    own, theirs = (
        next(
            row.origin
            for row in status.report(node)
            if row.party == party and "live" in row.channel
        )
        for party in ("aa", "bb")
    )

    def step(origin: str) -> str:
        (found,) = (
            one
            for one in findings.findings(node, status.report(node))
            if one.about == f"log {origin}"
        )
        assert found.is_good is False
        return found.fix

    freeze.freeze(node, own, "ann")
    freeze.freeze(node, theirs, "ann")
    assert f"`comity thaw {own}`" in step(own)
    assert f"`comity thaw {theirs}`" in step(theirs)
    with node.store.write() as tx:
        tx.save_record(CONVICTION, own, {})
        tx.save_record(CONVICTION, theirs, {})
    assert (
        f"`comity recover begin {own.rsplit('/', 2)[0].removeprefix('aa/')}/live --reason forked"
        in step(own)
    )
    assert step(theirs).startswith("Call bb:")


def test_the_hash_that_a_peer_hears_by_voice_is_told_until_it_has_accepted(tmp_path: Path) -> None:
    """Who began a new generation and lost what was printed then can still read it to each."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    node = world.node("aa")
    origin, entry = generation.begin(node, world.channel, "stolen")

    def told() -> list[Finding]:
        found = findings.findings(node, status.report(node))
        return [one for one in found if str(one.what).startswith("bb has not accepted this new")]

    world.pump()
    (one,) = told()
    assert one.about == f"{origin} to bb"
    assert one.fix.endswith(entry)
    generation.accept(world.node("bb"), origin, entry)
    world.advance(300_000)
    world.pump()
    assert told() == []


def test_a_refused_new_log_names_the_call_and_not_the_operator(tmp_path: Path) -> None:
    """A partner's operator can do nothing about it: an officer there has to hear the hash first."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    node = world.node("aa")
    origin, entry = generation.begin(node, world.channel, "stolen")
    world.ask("aa")
    for _ in range(10):
        world.round()

    def told() -> list[Finding]:
        found = findings.findings(node, status.report(node))
        return [one for one in found if one.about == f"{origin} to bb"]

    (one,) = told()
    assert one.is_good is False
    assert one.what == "bb has not accepted this new generation: 2 acts wait for that."
    assert one.fix == f"Call bb and read the hash of its first two entries to it: {entry}"
    world.cut("aa", "bb")
    world.advance(300_000)
    for _ in range(10):
        world.round()
    line, waits = told()
    assert line.side == finding.LINE
    assert waits.fix == one.fix


def test_other_processes_see_what_the_serving_one_knows(tmp_path: Path) -> None:
    """Skew and alarms of the process that serves are shown by every other one."""
    world = make_world(tmp_path, ("aa", "bb"))
    node = world.node("aa")
    with node.store.write() as tx:
        status.save_served(tx, {"bb": 400_000}, [("exchange.clock.skewed", "late")], 1)
    rows = status.report(node)

    assert {one.skew_ms for row in rows for one in row.deliveries} == {400_000}
    assert any("late" in one.what for one in findings.findings(node, rows))


def test_rows_are_json(tmp_path: Path) -> None:
    """Every row and finding can be shown to a machine."""
    world = make_world(tmp_path, ("aa", "bb"))
    rows = status.report(world.node("aa"))

    assert all(isinstance(status.to_json(row), dict) for row in rows)
    found = findings.findings(world.node("aa"), rows)
    assert all(isinstance(finding.finding_to_json(one), dict) for one in found)


def test_a_calendar_is_said_to_end_before_it_does(tmp_path: Path) -> None:
    """From 60 days before on; then that holidays are not known any more, until the next counts."""
    world = agreed_world(tmp_path)
    node = world.node("aa")

    def told() -> dict[str, bool | None]:
        found = findings.findings(node, ())
        return {one.about: one.is_good for one in found if one.about.startswith("calendar")}

    for text, want in (
        ("2026-11-01 12:00 +0800", {}),
        ("2026-11-02 12:00 +0800", {"calendar of bb": None}),
        ("2026-11-02 12:00 -0500", {"calendar of aa": None, "calendar of bb": None}),
        ("2027-01-01 00:00 +0800", {"calendar of aa": None, "calendar of bb": False}),
        ("2027-01-01 00:00 -0500", {"calendar of aa": False, "calendar of bb": False}),
    ):
        set_clock(world, at(text))
        assert told() == want
    adopt(world, "calendar.aa", shipped("calendar/us-2025-2027.yaml"))
    adopt(world, "calendar.bb", shipped("calendar/cn-2025-2027.yaml"))
    assert told() == {"calendar of bb": None}  # no decree of 2027 is out
    world.close()


def test_a_card_expired_as_many_days_ago_as_have_passed(tmp_path: Path) -> None:
    """Not one more: whole days, as those that are left."""
    world = make_world(tmp_path, ("aa", "bb"))
    node = world.node("aa")
    with node.store.read() as tx:
        (card,) = register_records.cards(tx, world.arrangement, "aa").values()
    for after_ms, days in ((1, 0), (DAY_MS - 1, 0), (DAY_MS, 1), (3 * DAY_MS // 2, 1)):
        set_clock(world, card.not_after_ms + after_ms)
        (found,) = [one for one in findings.findings(node, ()) if one.about == "card 1 of aa"]
        assert found.what.startswith(f"It expired {days} days ago")
        assert "comity carry export" in found.fix
    world.close()


def test_the_next_card_is_made_with_the_root_key_of_its_arrangement(tmp_path: Path) -> None:
    """Who has two arrangements has two root keys: which one, and how it is given, is said."""
    world = make_world(tmp_path, ("aa", "bb"))
    node = world.node("aa")
    with node.store.read() as tx:
        (card,) = register_records.cards(tx, world.arrangement, "aa").values()
    set_clock(world, card.not_after_ms - DAY_MS)
    (found,) = [one for one in findings.findings(node, ()) if one.about == "card 1 of aa"]

    assert world.arrangement in found.fix
    assert "comity key rotate --root FILE" in found.fix
    assert "carry" not in found.fix
    world.close()
