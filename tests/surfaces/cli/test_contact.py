"""Contact points by command: published by two officers, proved by the other side, read by both."""

from pathlib import Path

import pytest
import vobject
from support.desks import Desks
from support.recalls import recall

from comity.kernel.problem import Unfit

POINTS = """\
format: comity-contacts/1
party: cn
entries:
  - id: desk
    agency: mps
    function: {en: "Duty desk", zh: "值班室"}
    level: 3
    languages: [zh, en]
    zone: Asia/Shanghai
    carriers: [{tel: "+861065204334"}, {mailto: duty@example.org}]
  - id: day
    agency: mps
    office: liaison
    function: {en: "Liaison office", zh: "联络处"}
    level: 5
    languages: [zh]
    zone: Asia/Shanghai
    hours: [{days: [mon, tue, wed, thu, fri], opens: "09:00", closes: "17:00"}]
    carriers: [{tel: "+861065204335;ext=12"}, {file: "The gate of the ministry"}]
"""
TRIED = ("--reached-at", "2026-11-24T20:50:00Z")


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Two States, of which one has published its contact points."""
    made = Desks(tmp_path)
    file = tmp_path / "points.yaml"
    file.write_text(POINTS, "utf-8")
    assert made.do("cn", "contact", "publish", file)["act"]
    return made


def entries(desks: Desks, party: str) -> dict[str, dict[str, object]]:
    """Return what a State reads of the contact points, by name."""
    return {one["id"]: one for one in desks.do(party, "contact", "show", "cn")["entries"]}


def test_contact_points_are_published_proved_and_read_alike_by_both(desks: Desks) -> None:
    """Who may not be trusted yet says so; what another proved counts until it fails."""
    found = entries(desks, "us")
    assert [one["proved"] for one in found.values()] == [False, False]
    assert found["desk"]["attended"] is True
    assert (found["day"]["attended"], found["day"]["local"]) == (False, "2026-11-25 05:00")
    desks.do("us", "contact", "prove", "cn", "--entry", "desk", *TRIED)
    failed = ("--entry", "day", "--reason", "hours", *TRIED)
    desks.do("us", "contact", "fail", "cn", *failed)
    assert entries(desks, "us") == (found := entries(desks, "cn"))
    assert (found["desk"]["proved"], found["desk"]["proved_by"]) == (True, "us")
    assert (found["day"]["proved"], found["day"]["failures"]) == (False, 1)
    assert "not-entitled" in desks.no("cn", "contact", "prove", "cn", "--entry", "desk", *TRIED)
    assert "entry-unknown" in desks.no("us", "contact", "prove", "cn", "--entry", "x", *TRIED)
    desks.do("cn", "contact", "withdraw", "cn", "--entry", "day", "--reason", "ended")
    assert entries(desks, "us")["day"]["withdrawn"] is True


def test_one_officer_alone_publishes_no_contact_points(tmp_path: Path) -> None:
    """They are for ever and for all: a second officer lets them out, whatever the settings say."""
    desks = Desks(tmp_path)
    file = tmp_path / "points.yaml"
    file.write_text(POINTS, "utf-8")
    assert desks.value("cn", "wei", "contact", "publish", file)["approvals_missing"] == 1
    assert desks.do("us", "contact", "list")["contacts"] == []


def test_both_sides_print_one_code_sheet(desks: Desks) -> None:
    """Its 64 pairs are sealed to the parties, and no code stands there twice."""
    ours, theirs = (desks.do(party, "contact", "sheet", "cn")["pairs"] for party in ("cn", "us"))
    assert ours == theirs
    assert len({code for pair in ours for code in pair}) == 128


def test_an_address_book_takes_the_contact_points(desks: Desks, tmp_path: Path) -> None:
    """A reader of vCard finds numbers, zone, and whether anybody proved them."""
    desks.do("us", "contact", "prove", "cn", "--entry", "desk", *TRIED)
    desks.do("us", "contact", "vcard", "cn", "-o", tmp_path / "cn.vcf")
    text = (tmp_path / "cn.vcf").read_text("utf-8")
    desk, day = vobject.readComponents(text)
    assert (desk.version.value, desk.tel.value) == ("3.0", "+861065204334")
    assert desk.fn.value == "Duty desk (cn)"
    assert desk.email.value == "duty@example.org"
    assert desk.note.value == "Proved on 2026-11-24."
    assert day.note.value.startswith("Not proved in the last three months.")
    assert day.org.value == ["cn", "mps", "liaison"]


def test_what_is_wrong_with_a_document_is_said_before_anything_leaves(
    desks: Desks, tmp_path: Path
) -> None:
    """The officer reads what is wrong, with its value; nothing is published."""
    file = tmp_path / "wrong.yaml"
    was = desks.do("us", "contact", "show", "cn")["sha256"]
    for before, after, told in (
        ("+861065204334", "+99912345678", "No country gives out the number"),
        ("zone: Asia/Shanghai", "zone: Asia/Nowhere", "is no time zone"),
        ("level: 3", "level: 99", "99 is greater than the maximum"),
    ):
        file.write_text(POINTS.replace(before, after, 1), "utf-8")
        with pytest.raises(Unfit, match="line") as caught:
            desks.run("cn", "wei", "contact", "publish", file)
        assert told in str(caught.value)
        assert after.partition(" ")[2] in str(caught.value)
    file.write_text(POINTS.replace("party: cn", "party: us"), "utf-8")
    assert "contact.party-differs" in desks.no("cn", "contact", "publish", file)
    file.write_text(POINTS, "utf-8")
    assert "contact.published-before" in desks.no("cn", "contact", "publish", file)
    assert desks.do("us", "contact", "show", "cn")["sha256"] == was


def test_a_recall_names_who_asks_by_the_contact_points_of_the_agency(
    desks: Desks, tmp_path: Path
) -> None:
    """The first is the authority, the next confirms; without any the agency is named."""
    message = tmp_path / "camt.056.xml"
    message.write_bytes(recall())
    asked = desks.value("cn", "wei", "request", "recall", message)["elements"]
    assert asked["authority"] == {
        "name": "Ministry of Public Security, Duty desk",
        "phone": "+861065204334",
        "email": "duty@example.org",
        "office_hours": "24/7",
        "time_zone": "Asia/Shanghai",
    }
    assert asked["confirmation-contact"]["office_hours"] == "mon, tue, wed, thu, fri 09:00-17:00"
    assert asked["transaction"]["currency"] == "EUR"
    other = desks.value("us", "ann", "request", "recall", message)["elements"]
    assert [*other["authority"]] == ["name"]
    assert "confirmation-contact" not in other
