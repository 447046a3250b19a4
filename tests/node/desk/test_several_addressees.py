"""One request to two States, and one to the first of them that the other reads."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import agreed_world, ask, reply, row_of
from support.pair import World

from comity.joint.request import acts
from comity.node.exchange.append import Appended
from comity.node.operate.overview import matter as overview
from comity.node.room import unread
from comity.rooms.request import request_list
from comity.rooms.request.request_list import Asked
from comity.surfaces.api import request_json
from comity.surfaces.web.request import listing_export


def names(world: World, party: str, asked: Asked) -> list[str]:
    """Return the ids that a list of an officer has."""
    page = request_list.page(world.node(party), world.states[party].officer("ann"), asked)
    return [one.row.matter.id for one in page.lines]


def new(world: World, party: str) -> list[str]:
    """Return what is new to a State."""
    (wanted,) = unread.wanted(world.node(party).rooms, party)
    return names(world, party, Asked(replace(wanted, is_unopened=False)))


def alarms(world: World, party: str, asked: Appended) -> bool:
    """Return whether a request alarms a State's operator."""
    row = row_of(world, party, asked)
    with world.node(party).store.read() as tx:
        return overview.is_alarming(world.node(party), tx, row)


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_one_addressee_has_acknowledged_is_new_to_the_other(
    tmp_path: Path, store: str
) -> None:
    """Nobody there has opened it, and lists of each say where it stands with that State."""
    world = agreed_world(tmp_path, store, parties=("aa", "bb", "cc"))
    asked = ask(world, "aa", "preservation", "emergency")
    world.pump()
    matter_id = asked.act.matter.id
    assert new(world, "bb") == new(world, "cc") == [matter_id]
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()

    assert new(world, "bb") == []
    assert new(world, "cc") == [matter_id]
    assert alarms(world, "cc", asked)
    assert not alarms(world, "bb", asked)
    stands = {"aa": "acknowledged", "bb": "acknowledged", "cc": "submitted"}
    for party, status in stands.items():
        page = request_list.page(world.node(party), world.states[party].officer("ann"))
        (shown,) = request_list.shown(world.node(party), page.lines)
        (line,) = page.lines
        assert shown.status == request_json.line(line.row, line.state, party)["status"] == status
        wanted = request_list.Wanted(frozenset({status}))
        assert names(world, party, Asked(wanted=wanted)) == [matter_id]
        assert request_list.counts(world.node(party), world.states[party].officer("ann")) == {
            status: 1
        }
    world.close()


def test_who_is_not_asked_is_not_alarmed(tmp_path: Path) -> None:
    """They read it, and it is nothing that waits for them."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    asked = ask(world, "aa", "preservation", "emergency", to=["bb"])
    world.pump()

    assert alarms(world, "bb", asked)
    assert not alarms(world, "cc", asked)
    assert new(world, "cc") == []


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_others_ask_each_other_is_neither_asked_of_us_nor_by_us(
    tmp_path: Path, store: str
) -> None:
    """A State in their channel reads it, and no filter by direction lists or counts it."""
    world = agreed_world(tmp_path, store, parties=("aa", "bb", "cc"))
    asked = ask(world, "aa", "preservation", "urgent", to=["bb"])
    world.pump()
    matter_id = asked.act.matter.id
    for party, direction in (("aa", request_list.OUT), ("bb", request_list.IN), ("cc", "")):
        officer = world.states[party].officer("ann")
        found = request_list.facets(world.node(party), officer)
        assert found.total == 1
        assert found.directions == ({direction: 1} if direction else {})
        page = request_list.page(world.node(party), officer)
        (shown,) = request_list.shown(world.node(party), page.lines)
        assert listing_export._row(shown, party)["direction"] == direction
        for one in request_list.DIRECTIONS:
            wanted = request_list.directed(request_list.Wanted(), party, one)
            listed = [matter_id] if one == direction else []
            assert names(world, party, Asked(wanted=wanted)) == listed
            assert names(world, party, Asked(wanted=wanted, reference=matter_id)) == listed
    world.close()
