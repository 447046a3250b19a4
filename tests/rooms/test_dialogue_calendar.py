"""Sessions in calendar programs; the proposals of 2015; commitments that the logs prove."""

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from support.agreed import at
from support.desks import EXAMPLES, Desks
from surfaces.feed.test_calendar_clients import khal_of, listed, run

from comity.joint.commitment import acts

WHEN, LATER = "2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z"
WORDS = ("--text", "They met.", "--text", "zh=双方会晤。")


def convened(desks: Desks, label: str = "2015-12") -> str:
    """Let both sides set a session; return its id."""
    opens = ("--series", "ministers", "--label", label, *WORDS)
    session = str(desks.do("us", "dialogue", "convene", *opens)["matter"])
    points = ("--when", WHEN, "--place", "CNBJS", "--format", "meeting", "--level", "ministers")
    desks.do("us", "dialogue", "state", session, *points)
    desks.do("cn", "dialogue", "take", session)
    return session


def read_of(desks: Desks, folder: Path, name: str, kind: str, called: str) -> Any:  # noqa: ANN401 -- of the library
    """Return the one component of a kind as a calendar program reads it; it goes into its folder.

    A program keeps each in a file of its own, by its UID.
    """
    desks.do("cn", "clock", "ical", "--out", folder / name)
    read: Any = Calendar.from_ical((folder / name).read_bytes())
    (found,) = [one for one in read.walk(kind) if called in str(one["summary"])]
    alone = Calendar()
    alone.add("prodid", "-//test//EN")
    alone.add("version", "2.0")
    alone.add_component(found)
    kept = folder / "kept" / kind
    kept.mkdir(parents=True, exist_ok=True)
    new = folder / "new.ics"
    new.write_bytes(alone.to_ical())
    new.rename(kept / f"{found['uid']}.ics")
    return found


def event(desks: Desks, folder: Path, name: str) -> Any:  # noqa: ANN401 -- of the library
    """Return the event of the one session as a calendar program reads it."""
    return read_of(desks, folder, name, "VEVENT", "ministers")


def test_a_session_keeps_its_uid_when_it_moves_and_is_called_off(tmp_path: Path) -> None:
    """Programs take the newer event in the place of the older: the sequence rises each time."""
    desks = Desks(tmp_path)
    session = convened(desks)
    first = event(desks, tmp_path, "1.ics")
    assert (str(first["status"]), str(first["location"])) == ("CONFIRMED", "CNBJS")
    assert int(first["dtstart"].dt.timestamp()) * 1_000 == at("2027-03-01 00:00 +0000")
    desks.do("us", "dialogue", "state", session, "--when", LATER)
    desks.do("cn", "dialogue", "take", session, "--point", "when")
    khal = khal_of(tmp_path, tmp_path / "kept" / "VEVENT")
    (shown,) = listed(tmp_path, khal, "2027-03-01", "2d")
    assert shown.startswith("2027-03-01 08:00|")
    moved = event(desks, tmp_path, "2.ics")
    assert not listed(tmp_path, khal, "2027-03-01", "2d")
    (shown,) = listed(tmp_path, khal, "2027-06-01", "2d")
    assert shown.startswith("2027-06-01 08:00|")
    assert int(moved["dtstart"].dt.timestamp()) * 1_000 == at("2027-06-01 00:00 +0000")
    desks.do("cn", "dialogue", "postpone", session, "--reason", "events")
    off = event(desks, tmp_path, "3.ics")
    status = ("list", "-df", "", "-f", "{status}", "2027-06-01", "2d")
    assert run(*khal, *status, home=tmp_path).strip() == "CANCELLED"
    assert str(off["status"]) == "CANCELLED"
    every = (first, moved, off)
    assert len({str(one["uid"]) for one in every}) == 1
    assert [one["sequence"] for one in every] == sorted({one["sequence"] for one in every})


def test_a_commitment_is_a_task_that_todoman_follows(tmp_path: Path) -> None:
    """It is due by the agreed date, moves with it, and leaves the list when it is done."""
    desks = Desks(tmp_path)
    source = ("--source", "minutes", "--ref", "2015-12/1", "--due", WHEN)
    for party in ("us", "cn"):
        desks.do(party, "commitment", "make", *source)
    (line,) = desks.do("us", "commitment", "report")["commitments"]
    settings = tmp_path / ".config" / "todoman" / "config.py"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'path = "{tmp_path}/kept/*"\ndate_format = "%Y-%m-%d"\n')

    def shown(name: str, *words: str) -> str:
        read_of(desks, tmp_path, name, "VTODO", "2015-12/1")
        return run("todo", "list", *words, home=tmp_path)

    assert "2027-03-01" in shown("1.ics")
    desks.do("us", "commitment", "state", line["id"], "--due", LATER, "--reason", "means")
    desks.do("cn", "commitment", "take", line["id"], "--point", "due")
    assert "2027-06-01" in shown("2.ics")
    desks.do("us", "commitment", "state", line["id"], "--status", "done")
    assert "2027-06-01" in shown("3.ics"), "what one side claims is not agreed"
    desks.do("cn", "commitment", "take", line["id"], "--point", "status")
    assert not shown("4.ics").strip()
    assert "2015-12/1" in shown("5.ics", "--status", "COMPLETED")


@pytest.mark.parametrize(("name", "sort"), [("seminar", "seminar"), ("experts", "expert-visit")])
def test_the_proposals_of_2015_are_put_assessed_and_decided(
    tmp_path: Path, name: str, sort: str
) -> None:
    """They ship in both languages; in an agreed forum they are assessed, and decided by a date."""
    desks = Desks(tmp_path)
    put = ("--sort", sort, "--forum", "exercise", "--decide-by", WHEN)
    file = EXAMPLES / f"proposal-{name}.json"
    proposal = str(desks.do("us", "proposal", "put", file, *put)["matter"])
    assert {one["party"] for one in desks.do("cn", "clock", "list")["clocks"]} == {"cn"}
    desks.do("cn", "proposal", "assess", proposal, "--view", "in-favour")
    desks.do("cn", "proposal", "state", proposal, "--forum", "session")
    desks.do("us", "proposal", "take", proposal)
    desks.do("cn", "proposal", "state", proposal, "--decision", "accepted")
    us, cn = (desks.do(party, "proposal", "show", proposal) for party in ("us", "cn"))
    assert (us["status"], us["digest"]) == ("accepted", cn["digest"])
    assert desks.do("us", "clock", "list")["clocks"] == []


def made(desks: Desks, check: str, *more: str) -> None:
    """Let both sides make a commitment that a check proves."""
    source = ("--source", "minutes", "--ref", "2015-12/1", "--due", LATER, "--check", check, *more)
    for party in ("us", "cn"):
        desks.do(party, "commitment", "make", *source, "--owner", f"{party}=police")


def proofs(desks: Desks) -> set[str]:
    """Return what proves the one commitment, as each side finds it."""
    found = [desks.do(party, "commitment", "report")["commitments"][0] for party in ("us", "cn")]
    return {str(one["proof"]).partition(" ")[0] for one in found}


def test_a_session_that_is_held_proves_itself(tmp_path: Path) -> None:
    """Both have opened it, after the commitment was made; a session of another series does not."""
    desks = Desks(tmp_path)
    made(desks, "session-held", "--due-before", "ministers")
    session = convened(desks)
    desks.do("us", "dialogue", "open", session)
    assert proofs(desks) == {""}, "one side alone holds no session"
    desks.do("cn", "dialogue", "open", session)
    assert proofs(desks) == {"dialogue"}


def test_an_agreed_snapshot_proves_itself(tmp_path: Path) -> None:
    """Figures that one side proposes prove nothing; agreed by the other they do."""
    desks = Desks(tmp_path)
    desks.agree()
    made(desks, "snapshot-agreed")
    snapshot = str(desks.do("us", "review", "snapshot")["matter"])
    assert proofs(desks) == {""}
    desks.do("cn", "review", "concur", snapshot)
    assert proofs(desks) == {"review"}


def test_a_hotline_that_is_tested_proves_itself(tmp_path: Path) -> None:
    """A drill that is taken; a call in earnest is no test."""
    desks = Desks(tmp_path)
    made(desks, "hotline-tested")
    call = ("--ground", "life", "--level", "2", "--word-by", WHEN)
    for drill, found in (((), {""}), (("--drill", "yes"), {"hotline"})):
        rung = str(desks.do("us", "hotline", "call", *call, *drill)["matter"])
        desks.do("cn", "hotline", "pick-up", rung)
        desks.do("cn", "hotline", "take", rung, "--level", "2", "--agency", "mps")
        assert proofs(desks) == found


def test_every_check_is_proved_by_logs() -> None:
    """None is named that nobody has thought of."""
    from comity.rooms.commitment import prove  # noqa: PLC0415 -- what is asked here

    assert [one for one in acts.CHECKS if not prove.is_known(one)] == []
