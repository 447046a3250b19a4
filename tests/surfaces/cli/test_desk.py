"""`comity desk`, as officers of two agencies type it."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.wing import Wing

from comity.acts.record import Addressee
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.base.profile import local_origin
from comity.node.room import request_file
from comity.node.room.release.draft_store import Sent
from comity.rooms.request import desk as request
from comity.surfaces.cli import desk, nation, officer
from comity.surfaces.cli.context import EXIT_REFUSED

HOUR_MS = 3_600_000


class Desk(Wing):
    """The desk of `cn`: wei at the contact point, han beside them, cai of another agency."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, (nation, officer, desk))
        self.add("us", "ada", "doj", role.CASE_OFFICER, role.RELEASING, role.COUNSEL)
        self.add("cn", "lin", "moj", role.COUNSEL)
        self.add("cn", "wei", "mps", role.CONTACT_POINT)
        self.add("cn", "han", "mps")
        self.add("cn", "cai", "cac")
        self.add("cn", "root", "mps", role.OPERATOR)
        self.value("cn", "lin", "nation", "adopt", self.shipped("cn"))

    def ask(self, kind: str, urgency: str = "urgent", crime: str = "") -> str:
        """Let the other side ask for something; return the id of the request."""
        elements = {"crime-type": crime} if crime else {}
        data: dict[str, Any] = {
            "type": kind,
            "urgency": urgency,
            "mark": "TLP:AMBER",
            "elements": elements,
            "texts": [{"lang": "en", "text": "Please.", "by": "ada", "original": True}],
        }
        written = request_file.parse(json.dumps(data).encode(), request_file.REQUEST, "request")
        us = self.states["us"]
        sent = request.send(us.node, us.officer("ada"), written, [], [Addressee("cn", "mps")])
        assert isinstance(sent, Sent), sent
        self.deliver()
        return sent.matter_id

    def cn(self, name: str, *words: str) -> Any:  # noqa: ANN401 -- JSON
        """Run a command of the desk that succeeds; return what it prints for machines."""
        return self.value("cn", name, "desk", *words)

    def no(self, name: str, *words: str) -> str:
        """Run a command of the desk that is refused; return the rule."""
        assert self.run("cn", name, "desk", *words) == EXIT_REFUSED, self.text
        return self.text.rpartition("[")[2].rstrip("]")


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    """Two States; one has a desk with two agencies."""
    return Desk(tmp_path)


def parts(done: dict[str, Any]) -> dict[str, tuple[bool, str, str]]:
    """Return lead, status and officer of each part, by agency."""
    return {one["agency"]: (one["lead"], one["status"], one["officer"]) for one in done["parts"]}


def test_what_arrives_is_in_the_inbox_until_it_is_routed(here: Desk) -> None:
    """The most urgent first, then the older; unopened, with its age, and cross-border."""
    old = here.ask("traffic", "routine", "fraud")
    new = here.ask("stop-payment", "emergency", "fraud")
    here.states["cn"].clock.at_ms += HOUR_MS
    lines = here.cn("wei", "inbox")["inbox"]
    assert [one["id"] for one in lines] == [new, old]
    assert [one["opened"] for one in lines] == [False, False]
    assert all(one["cross_border"] and one["age_ms"] >= HOUR_MS for one in lines)
    here.run("cn", "wei", "desk", "inbox")
    assert "UNOPENED" in here.text

    here.cn("wei", "route", new[:6])
    assert [one["id"] for one in here.cn("wei", "inbox")["inbox"]] == [old]
    assert len(here.cn("wei", "route-all")["routed"]) == 1
    assert here.cn("wei", "inbox")["inbox"] == []
    assert here.no("han", "inbox") == "duty.contact-point.only"


def test_a_rule_routes_to_several_agencies_and_explains(here: Desk) -> None:
    """Which rule, which field, which value; who takes part; each with a domestic term."""
    asked = here.ask("infrastructure", "emergency", "hacking")
    why = here.cn("wei", "explain", asked)
    assert (why["agency"], why["rule"], why["also"]) == ("cac", "infrastructure", ["miit", "mps"])
    assert why["crime"] == "hacking"
    assert why["looked"][0] == {
        "rule": "emergency-disclosure",
        "outcome": "field",
        "field": "type",
        "value": "infrastructure",
        "wanted": ["emergency-disclosure"],
    }
    done = here.cn("wei", "route", asked)
    now_ms = here.states["cn"].clock.at_ms
    terms = {one["agency"]: one["due_ms"] - now_ms for one in done["parts"]}
    assert terms == {"cac": 24 * HOUR_MS, "miit": 12 * HOUR_MS, "mps": 12 * HOUR_MS}
    assert [one["lead"] for one in here.cn("cai", "work")["work"]] == [True]
    assert here.run("cn", "wei", "desk", "explain", asked) == 0
    assert "type is infrastructure, not emergency-disclosure" in here.text


def test_what_no_rule_fits_stays_with_the_reason(here: Desk) -> None:
    """The contact point routes it by hand, and says why where a rule would say otherwise."""
    unknown = here.ask("traffic")
    why = here.cn("wei", "explain", unknown)
    assert (why["agency"], why["reason"]) == ("mps", "crime-type-unknown")
    assert here.cn("wei", "route", unknown, "--to", "cac")["done"]["reason"] == "by-hand"
    known = here.ask("traffic", crime="fraud")
    assert here.no("wei", "route", known, "--to", "moj") == "duty.routing.reason-missing"
    done = here.cn(
        "wei", "route", known, "--to", "moj", "--with", "cac", "--why", "A treaty asks it."
    )
    assert parts(done) == {"moj": (True, "routed", ""), "cac": (False, "routed", "")}
    with pytest.raises(Fault) as caught:
        here.run("cn", "wei", "desk", "route", known, "--to", "fbi")
    assert caught.value.code == "node.agency.unknown"


def test_a_part_is_assigned_taken_and_done(here: Desk) -> None:
    """Only by those whose it is; and what was refused has changed nothing."""
    asked = here.ask("traffic", crime="fraud")
    here.cn("wei", "route", asked)
    assert here.no("han", "assign", asked, "--to", "cai") == "duty.assign.not-of-agency"
    here.cn("han", "assign", asked, "--to", "han")
    assert here.no("wei", "take", asked) == "duty.part.not-yours"
    assert parts(here.cn("han", "take", asked)) == {"mps": (True, "accepted", "han")}
    assert here.no("han", "take", asked) == "duty.part.taken"
    assert [one["id"] for one in here.cn("han", "work", "--mine")["work"]] == [asked]
    assert here.no("han", "term", asked, "--part", "mps") == "duty.contact-point.only"
    here.cn("han", "return", asked, "--why", "On leave.")
    assert here.cn("han", "work", "--mine")["work"] == []
    here.cn("han", "finish", asked, "--result", "Data came.")
    assert here.cn("wei", "work")["work"] == []
    assert here.no("han", "finish", asked) == "duty.part.none"
    steps = [one["step"] for one in here.cn("wei", "file", asked)["steps"]]
    assert steps == ["routed", "assigned", "accepted", "returned", "finished"]


def test_who_declines_sends_it_back_and_it_goes_elsewhere(here: Desk) -> None:
    """The inbox shows why; what the other agency has done stays in the file."""
    asked = here.ask("infrastructure", crime="hacking")
    here.cn("wei", "route", asked)
    here.cn("cai", "decline", asked, "--why", "The server is a bank's.")
    line = here.cn("wei", "inbox")["inbox"][0]
    assert (line["id"], line["declined"]) == (asked, "The server is a bank's.")
    done = here.cn("wei", "route", asked, "--to", "mps", "--why", "As said.")
    assert parts(done)["mps"] == (True, "routed", "")
    assert parts(done)["cac"][1] == "declined"
    assert here.no("wei", "route", asked, "--to", "moj") == "duty.routing.reason-missing"


def test_notes_tasks_and_advice_stand_in_the_file(here: Desk) -> None:
    """Each with who and when; a task has an owner who can read it; an agency answers itself."""
    asked = here.ask("traffic", crime="fraud")
    here.cn("wei", "route", asked)
    here.cn("han", "note", asked, "--text", "The bank was called.")
    assert here.no("han", "task", asked, "--what", "Ask the bank", "--owner", "cai") == (
        "duty.task.owner-cannot-read"
    )
    here.cn("han", "task", asked, "--what", "Ask the bank", "--owner", "wei")
    assert [one["kind"] for one in here.cn("wei", "work", "--mine")["work"]] == ["task"]
    here.cn("wei", "task-done", asked, "--task", "1", "--result", "They froze it.")
    here.cn("han", "advise", asked, "--of", "cac", "--question", "Is the site still up?")
    assert here.cn("cai", "work")["work"][0]["what"] == "Is the site still up?"
    assert (
        here.no("han", "advice", asked, "--advice", "1", "--answer", "Yes.")
        == "duty.advice.not-asked"
    )
    here.cn("cai", "advice", asked, "--advice", "1", "--answer", "It is down.")
    file = here.cn("wei", "file", asked)
    assert [one["text"] for one in file["notes"]] == ["The bank was called."]
    assert file["tasks"][0]["result"] == "They froze it."
    assert (file["advice"][0]["from"], file["advice"][0]["answer"]) == ("mps", "It is down.")
    assert here.cn("cai", "work")["work"] == []
    assert not here.run("cn", "wei", "desk", "file", asked)
    assert "Is the site still up?" in here.text


def test_who_has_no_part_does_not_find_the_file(here: Desk) -> None:
    """Neither another agency nor who runs the machine; the answer is that of no such id."""
    asked = here.ask("traffic", crime="fraud")
    here.cn("wei", "route", asked)
    for name in ("cai", "lin"):
        with pytest.raises(Fault) as caught:
            here.cn(name, "file", asked)
        assert caught.value.code == "node.matter.unknown"
    with pytest.raises(Fault):
        here.cn("root", "file", asked)
    assert here.no("root", "note", asked, "--text", "x") == "officer.role.lacking"
    assert here.cn("root", "work")["work"] == []


def test_an_inquiry_is_cross_border_before_anything_is_sent(here: Desk) -> None:
    """From the first minute; and it leaves the inbox when it has become a request."""
    at_home = here.cn("wei", "begin", "A lost phone")["id"]
    abroad = here.cn("wei", "begin", "A server abroad", "--with", "us", "--crime", "hacking")["id"]
    assert [one["id"] for one in here.cn("wei", "inbox", "--cross-border")["inbox"]] == [abroad]
    here.cn("wei", "mark", at_home, "--cross-border", "--with", "us")
    assert len(here.cn("wei", "inbox", "--cross-border")["inbox"]) == 2
    assert here.cn("wei", "explain", abroad)["crime"] == "hacking"
    asked = here.ask("traffic", crime="fraud")
    assert here.no("wei", "link", asked, asked) == "duty.link.not-an-inquiry"
    assert here.no("wei", "link", abroad, at_home[:8]) == "duty.link.to-an-inquiry"
    here.cn("wei", "link", abroad, asked)
    assert abroad not in {one["id"] for one in here.cn("wei", "inbox")["inbox"]}


def test_a_desk_is_handed_over_and_taken(here: Desk) -> None:
    """The note and a line for all that is open; the giver keeps it until the taker says so."""
    asked = here.ask("traffic", crime="fraud")
    other = here.ask("content", "emergency")
    here.cn("wei", "route", asked)
    assert here.no("wei", "handover", "give", "han", "--note", "x") == "duty.shift.nobodys"
    assert here.no("wei", "handover", "take") == "duty.shift.not-handed"
    here.cn("wei", "handover", "take", "--why", "First shift.")
    assert here.no("wei", "handover", "give", "cai", "--note", "x") == "duty.shift.cannot-take"
    given = here.cn("wei", "handover", "give", "han", "--note", "The bank calls at six.")
    assert [(one["id"], one["kind"]) for one in given["open"]] == [
        (other, "unrouted"),
        (asked, "part"),
    ]
    shown = here.cn("han", "handover", "show")
    assert (shown["officer"], shown["to"]) == ("wei", "han")
    here.cn("han", "handover", "take")
    shown = here.cn("wei", "handover", "show")
    assert (shown["officer"], shown["pending"]) == ("han", 0)
    assert [one["turn"] for one in shown["turns"]] == ["taken-over", "handed-over", "taken-over"]
    assert not here.run("cn", "han", "desk", "handover", "show")
    assert "The bank calls at six." in here.text


def test_each_step_is_noted_and_nothing_of_it_crosses(here: Desk) -> None:
    """The local log has codes and salted hashes; the other side's log has no word of it."""
    asked = here.ask("traffic", crime="fraud")
    here.cn("wei", "route", asked)
    here.cn("han", "note", asked, "--text", "canary-7f3a")
    here.deliver()
    cn, us = self_nodes(here)
    with cn.store.read() as tx:
        steps = b"".join(tx.entries(local_origin("cn"), 0, 999))
    assert b"duty.routed" in steps
    assert b"duty.noted" in steps
    assert b"canary" not in steps
    assert b'"wei"' not in steps  # with its quotes: a hash may hold the letters
    with us.store.read() as tx:
        held = [e for log in tx.logs() for e in tx.entries(log.origin, 0, log.size)]
    assert not any(b"canary" in entry for entry in held)


def self_nodes(here: Desk) -> Any:  # noqa: ANN401 -- two nodes
    """Return the nodes of both States."""
    return here.states["cn"].node, here.states["us"].node


def test_a_term_cannot_end_before_now_and_is_moved(here: Desk) -> None:
    """The contact point sets it; a time without its zone is told as wrong."""
    asked = here.ask("traffic", crime="fraud")
    here.cn("wei", "route", asked)
    done = here.cn("wei", "term", asked, "--part", "mps", "--due", "2099-01-01T00:00:00Z")
    assert done["parts"][0]["due_ms"] == request_file.at_ms("2099-01-01T00:00:00Z")
    past = ("--part", "mps", "--due", "2001-01-01T00:00:00Z")
    assert here.no("wei", "term", asked, *past) == "duty.term.past"
    with pytest.raises(Fault) as caught:
        here.cn("wei", "term", asked, "--part", "mps", "--due", "tomorrow")
    assert caught.value.code == "surfaces.cli.instant"
