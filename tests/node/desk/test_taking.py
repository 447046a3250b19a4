"""Who acknowledges an emergency has it at home, where nobody had it."""

import pytest
from node.desk.test_duty import Desk, done, made

from comity.domestic.duty.fold import ACCEPTED, File
from comity.domestic.routing import route as routes
from comity.joint.request import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk.duty import file_store, intake, routing, work
from comity.node.exchange.append import Appended
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Sent
from comity.node.room.request_file import Written
from comity.rooms.request import desk as asking


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk of `bb`, whose contact point is `mps`: each test asks for something of its own."""
    return made(tmp_path_factory.mktemp("desk"))


def acknowledged(desk: Desk, officer: Officer, asked: Appended) -> File:
    """Let an officer acknowledge a request; return its file at home."""
    words = Words(Written("answer", own_reference="CB-1"))
    matter = asked.act.matter.id
    said = asking.say(desk.node, officer, matter, acts.ACKNOWLEDGED, words=words)
    assert isinstance(said, Sent), said
    with desk.node.store.read() as tx:
        return file_store.load(tx, (said.channel, matter))


def is_to_route(desk: Desk, asked: Appended) -> bool:
    """Return whether a request waits to be routed."""
    found = intake.inbox(desk.node, desk.wei)
    assert not isinstance(found, Inadmissible)
    return asked.act.matter.id in {line.key[1] for line in found.lines}


def test_who_acknowledges_an_emergency_that_nobody_has_has_it(desk: Desk) -> None:
    """No rule names another agency: it is theirs, waits for nobody, and is on their list."""
    asked = desk.ask("emergency-disclosure")
    before = routing.explain(desk.node, desk.wei, asked.act.matter.id).route
    assert before.agency == "mps"
    file = acknowledged(desk, desk.wei, asked)
    (part,) = file.parts.values()
    assert (part.agency, part.officer, part.status) == ("mps", "wei", ACCEPTED)
    assert file.routing is not None
    assert file.routing.reason == routes.ACKNOWLEDGED
    assert not is_to_route(desk, asked)
    own = work.of_officer(desk.node, desk.wei).lines
    assert asked.act.matter.id in {one.key[1] for one in own}


def test_the_contact_point_only_passes_on_what_a_rule_gives_to_others(desk: Desk) -> None:
    """It acknowledges in time, and the request still waits to be routed."""
    asked = desk.ask("infrastructure")
    assert acknowledged(desk, desk.wei, asked).steps == 0
    assert is_to_route(desk, asked)


def test_what_is_with_another_officer_or_agency_stays_there(desk: Desk) -> None:
    """A colleague acknowledges it; who has it still has it."""
    asked = desk.ask("emergency-disclosure")
    matter = asked.act.matter.id
    done(routing.route(desk.node, desk.wei, matter))
    done(work.assign(desk.node, desk.wei, matter, "han"))
    file = acknowledged(desk, desk.wei, asked)
    assert file.lead is not None
    assert file.lead.officer == "han"


def test_of_a_part_that_nobody_of_the_agency_has_they_are_the_officer(desk: Desk) -> None:
    """It was routed to the agency, and assigned to nobody."""
    asked = desk.ask("infrastructure")
    done(routing.route(desk.node, desk.wei, asked.act.matter.id))
    file = acknowledged(desk, desk.cai, asked)
    assert file.lead is not None
    assert (file.lead.agency, file.lead.officer, file.lead.status) == ("cac", "cai", ACCEPTED)
    assert file.parts["miit"].officer == ""


def test_what_is_no_emergency_is_routed_as_ever(desk: Desk) -> None:
    """Whoever acknowledges it."""
    asked = desk.ask("subscriber", "urgent")
    assert acknowledged(desk, desk.wei, asked).steps == 0
    assert is_to_route(desk, asked)
