"""Sessions in calendar programs; the proposals of 2015; commitments that the logs prove."""

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from support.agreed import at
from support.desks import EXAMPLES, Desks

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


def event(desks: Desks, folder: Path, name: str) -> Any:  # noqa: ANN401 -- of the library
    """Return the event of the one session as a calendar program reads it."""
    desks.do("cn", "clock", "ical", "--out", folder / name)
    read: Any = Calendar.from_ical((folder / name).read_bytes())
    (found,) = [one for one in read.walk("VEVENT") if "ministers" in str(one["summary"])]
    return found


def test_a_session_keeps_its_uid_when_it_moves_and_is_called_off(tmp_path: Path) -> None:
    """Programs take the newer event in the place of the older: the sequence rises each time."""
    desks = Desks(tmp_path)
    session = convened(desks)
    first = event(desks, tmp_path, "1.ics")
    assert (str(first["status"]), str(first["location"])) == ("CONFIRMED", "CNBJS")
    assert int(first["dtstart"].dt.timestamp()) * 1_000 == at("2027-03-01 00:00 +0000")
    desks.do("us", "dialogue", "state", session, "--when", LATER)
    desks.do("cn", "dialogue", "take", session, "--point", "when")
    moved = event(desks, tmp_path, "2.ics")
    assert int(moved["dtstart"].dt.timestamp()) * 1_000 == at("2027-06-01 00:00 +0000")
    desks.do("cn", "dialogue", "postpone", session, "--reason", "events")
    off = event(desks, tmp_path, "3.ics")
    assert str(off["status"]) == "CANCELLED"
    every = (first, moved, off)
    assert len({str(one["uid"]) for one in every}) == 1
    assert [one["sequence"] for one in every] == sorted({one["sequence"] for one in every})


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
