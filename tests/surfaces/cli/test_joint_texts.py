"""`comity guideline` between two nodes: what States propose, counter, adopt and leave."""

from pathlib import Path
from typing import Any

import pytest
from support.desks import Desks
from support.wing import CATALOGUE

from comity.clocks.calendar import Calendar
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.node.exchange import blob_inventory
from comity.node.room import calendars, joint_texts
from comity.node.room.release import send
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED

SHIPPED = CATALOGUE / "guideline" / "dialogue.yaml"
CALENDAR = CATALOGUE / "calendar" / "cn-2026.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Desks:
    """Two States, two officers each."""
    return Desks(tmp_path)


def say(desk: Desks, party: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
    """Let the officers of a State say something, and let it arrive."""
    return desk.do(party, "guideline", *words)


def shown(desk: Desks, party: str, name: str = "guideline") -> Any:  # noqa: ANN401 -- JSON
    """Return what a node shows of a text."""
    return say(desk, party, "show", "--name", name)


def another(folder: Path) -> Path:
    """Return the file of a text that differs from the shipped one in one period."""
    text = SHIPPED.read_text("utf-8").replace('version: "2027-draft-2"', 'version: "2027-2"')
    file = folder / "counter.yaml"
    period = "urgent: {amount: 8, unit: hours}"
    file.write_text(text.replace(period, period.replace("8", "12"), 1), "utf-8")
    return file


def in_force(desk: Desks, party: str) -> str:
    """Return the hash of the guideline in force at a node, or ""."""
    node = desk.states[party].node
    with node.store.read() as tx:
        channel = next(log.channel for log in tx.logs() if log.channel.endswith("/live"))
        found = joint_texts.in_force(node, tx, channel, node.clock.now_ms())
    return found.sha256 if found else ""


def test_a_text_is_in_force_when_both_have_adopted_it(desk: Desks) -> None:
    """Proposed by one, adopted by both, the same on both nodes."""
    say(desk, "us", "propose", "--shipped")
    assert shown(desk, "cn")["waits_for"] == ["cn", "us"]
    say(desk, "cn", "adopt")
    assert in_force(desk, "us") == in_force(desk, "cn") == ""
    say(desk, "us", "adopt")

    for party in ("us", "cn"):
        (proposal,) = shown(desk, party)["proposals"]
        assert (proposal["status"], proposal["version"]) == ("in-force", "2027-draft-2")
        assert sorted(proposal["adopted_by"]) == ["cn", "us"]
        assert in_force(desk, party) == proposal["sha256"]
    assert desk.run("us", "ann", "guideline", "list") == EXIT_OK
    assert "2027-draft-2" in desk.text


def test_a_counter_proposal_is_compared_and_takes_the_place(desk: Desks, tmp_path: Path) -> None:
    """The other side reads what differs before it adopts."""
    first = say(desk, "us", "propose", "--shipped")["act"]
    second = say(desk, "cn", "counter", "--proposal", first[:8], "--document", another(tmp_path))[
        "act"
    ]
    statuses = [one["status"] for one in shown(desk, "us")["proposals"]]
    assert statuses == ["countered", "proposed"]

    assert desk.run("us", "ann", "guideline", "diff", first, second) == EXIT_REFUSED
    assert "How long > Urgent" in desk.text
    assert "before: 8" in desk.text
    assert "now: 12" in desk.text
    assert desk.run("us", "ann", "guideline", "adopt", "--proposal", first) == EXIT_REFUSED
    say(desk, "us", "adopt")
    say(desk, "cn", "adopt")
    assert in_force(desk, "us") == in_force(desk, "cn") == shown(desk, "cn")["in_force"]


def test_a_new_version_takes_over_on_its_day(desk: Desks, tmp_path: Path) -> None:
    """Adopted today, in force from a date; then the old one is superseded."""
    old = say(desk, "us", "propose", "--shipped")["act"]
    for party in ("us", "cn"):
        say(desk, party, "adopt")
    new = say(
        desk, "us", "propose", "--document", another(tmp_path), "--from", "2040-01-01T00:00:00Z"
    )["act"]
    for party in ("us", "cn"):
        say(desk, party, "adopt", "--proposal", new)
    statuses = {one["proposal"]: one["status"] for one in shown(desk, "us")["proposals"]}
    assert statuses == {old: "in-force", new: "agreed"}
    for one in desk.states.values():
        one.clock.at_ms = 2_208_988_800_000
    statuses = {one["proposal"]: one["status"] for one in shown(desk, "cn")["proposals"]}
    assert statuses == {old: "superseded", new: "in-force"}


def test_what_crosses_gives_the_same_text_on_both_sides(desk: Desks) -> None:
    """One withdraws while the other adopts: what had been adopted by both stands."""
    say(desk, "us", "propose", "--shipped")
    say(desk, "us", "adopt")
    assert desk.run("us", "ann", "guideline", "withdraw", "--reason", "not-pursued") == EXIT_OK
    assert desk.run("cn", "wei", "guideline", "adopt") == EXIT_OK
    desk.deliver()
    told = [shown(desk, party) for party in ("us", "cn")]
    assert told[0]["status"] == told[1]["status"] == "adopted"
    assert "adopted-while-closed" in [turn["result"] for turn in told[0]["turns"]]
    assert in_force(desk, "us") == in_force(desk, "cn") != ""


def test_declined_and_left(desk: Desks) -> None:
    """A proposal is declined with a reason; a text that was adopted is left from a date on."""
    say(desk, "us", "propose", "--shipped")
    say(desk, "cn", "decline", "--reason", "translation", "--text", "第三条译文有误。")
    assert shown(desk, "us")["status"] == "declined"
    say(desk, "us", "propose", "--shipped")
    for party in ("us", "cn"):
        say(desk, party, "adopt")
    say(desk, "cn", "leave", "--from", "2020-01-01T00:00:00Z")
    assert in_force(desk, "us") == in_force(desk, "cn") == ""
    assert [one["status"] for one in shown(desk, "us")["proposals"]] == ["declined", "ended"]


def test_a_text_with_problems_is_neither_proposed_nor_adopted(desk: Desks, tmp_path: Path) -> None:
    """All problems at once, with line and path; nothing is sent."""
    file = tmp_path / "broken.yaml"
    file.write_text(SHIPPED.read_text("utf-8").replace("after: closed", "after: ended"), "utf-8")
    with pytest.raises(Unfit) as raised:
        desk.run("us", "ann", "guideline", "propose", "--document", file)
    assert len(raised.value.problems) == 4
    assert all(one.line and one.pointer for one in raised.value.problems)
    assert shown(desk, "us")["proposals"] == []


def test_a_text_that_is_not_here_is_not_adopted(desk: Desks) -> None:
    """Nobody adopts what they cannot have read, or another text than the one they have read."""
    proposed = say(desk, "us", "propose", "--shipped")
    node = desk.states["cn"].node
    sha256 = shown(desk, "cn")["proposals"][0]["sha256"]
    assert desk.run("cn", "wei", "guideline", "adopt", "--sha256", "00ff") == EXIT_REFUSED
    node.bodies.drop(sha256)
    with node.store.write() as tx:
        tx.drop_body(sha256)
    assert blob_inventory.note_lost(node) == 1
    assert (
        desk.run("cn", "wei", "guideline", "adopt", "--proposal", proposed["act"]) == EXIT_REFUSED
    )
    assert "not held here" in " ".join(desk.noted)


def test_a_calendar_is_adopted_in_the_same_way(desk: Desks, tmp_path: Path) -> None:
    """Its name says whose days it has; a small text goes with its entry."""
    say(desk, "us", "propose", "--document", CALENDAR, "--name", "calendar.cn")
    for party in ("us", "cn"):
        say(desk, party, "adopt", "--name", "calendar.cn")
    node = desk.states["us"].node
    out = tmp_path / "held.yaml"
    assert desk.run("us", "ann", "guideline", "show", "--name", "calendar.cn", "-o", out) == EXIT_OK
    assert out.read_bytes() == CALENDAR.read_bytes()
    sha256 = shown(desk, "us", "calendar.cn")["in_force"]
    with node.store.read() as tx:
        assert isinstance(calendars.of_text(node, tx, sha256), Calendar)
    with pytest.raises(Fault, match="no party"):
        desk.run(
            "us", "ann", "guideline", "propose", "--document", CALENDAR, "--name", "calendar.fr"
        )


def test_a_command_repeated_with_its_key_is_said_once(desk: Desks) -> None:
    """A retried proposal or adoption tells what it did."""
    first = say(desk, "us", "propose", "--shipped", "--key", "p-1")
    assert say(desk, "us", "propose", "--shipped", "--key", "p-1")["act"] == first["act"]
    adopted = [say(desk, "us", "adopt", "--key", "a-1") for _ in range(2)]
    assert [one["repeated"] for one in adopted] == [False, True]
    assert len(shown(desk, "cn")["turns"]) == 2


def test_with_two_approvals_a_proposal_waits_for_the_second(desk: Desks) -> None:
    """A joint text leaves by the same door as every act, and its draft is dropped unharmed."""
    send.set_approvals(desk.states["us"].node, 2)
    waiting = desk.value("us", "ann", "guideline", "propose", "--shipped")
    desk.deliver()
    assert shown(desk, "cn")["proposals"] == []
    draft = desk.value("us", "bob", "draft", "show", waiting["draft"])
    assert draft["act"]["documents"][0]["role"] == "text"
    read = ("--content", draft["content_sha256"])
    desk.value("us", "bob", "draft", "approve", waiting["draft"], *read)
    desk.deliver()
    assert [one["status"] for one in shown(desk, "cn")["proposals"]] == ["proposed"]
