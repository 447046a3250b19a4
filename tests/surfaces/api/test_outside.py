"""Guests, as programs admit, list and end them."""

import pytest
from support import guests
from support.pair import World, make_world
from surfaces.api.stage import ALL, Calls, token

from comity.domestic.officer import api_token, role
from comity.domestic.outside.session import TOKEN
from comity.node.desk import outside
from comity.node.room import local_log

GIVEN = {
    "kind": "token", "name": "Feed client", "on_behalf": "Bank of Sylvania",
    "scopes": ["presence"], "days": 3,
}  # fmt: skip


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States."""
    return make_world(tmp_path_factory.mktemp("world"))


def test_a_program_admits_lists_and_ends(world: World) -> None:
    """The token works until it is ended, and is told once."""
    node = world.node("aa")
    calls = Calls(node, token(node))
    made = calls.post("/outside/admit", GIVEN)
    assert made.status == 201
    assert outside.authenticate(node, TOKEN, made.value["secret"]).id == made.value["id"]
    (listed,) = calls.get("/outside").value["sessions"]
    assert listed == {name: value for name, value in made.value.items() if name != "secret"}
    ended = calls.post(f"/outside/{made.value['id']}/end", {})
    assert (ended.status, ended.value["ended_ms"] is not None) == (200, True)
    with pytest.raises(Exception, match="over"):
        outside.authenticate(node, TOKEN, made.value["secret"])


def test_what_is_wrong_is_told_with_its_code(world: World) -> None:
    """Scope, terms and certificate; a session that is not there; an officer who only reads."""
    node = world.node("aa")
    calls = Calls(node, token(node))
    for more, code in (
        ({"scopes": ["moon"]}, "outside.scope.unknown"),
        ({"name": "\u202eksed"}, "outside.terms.unfit"),
        ({"kind": "certificate"}, "outside.certificate.unfit"),
        ({"kind": "certificate", "certificate": "none"}, "outside.certificate.unfit"),
        ({"certificate": guests.pem(guests.key_for("a.example")).decode()}, "outside.certificate"),
    ):
        answer = calls.post("/outside/admit", GIVEN | more)
        assert answer.status == 400
        assert answer.value["code"].startswith(code)
    gone = calls.post("/outside/000000000000/end", {})
    assert (gone.status, gone.value["code"]) == (404, "outside.session.unknown")
    assert calls.post("/outside/admit", GIVEN | {"days": 0}).status == 422
    reader = Calls(node, token(node, "ana", ALL, (role.ANALYST,)))
    assert reader.post("/outside/admit", GIVEN).status == 403
    without = Calls(node, token(node, "ben", (api_token.READ,)))
    assert without.get("/outside").status == 403


def test_the_local_log_has_each_step(world: World) -> None:
    """Admitted, entered, ended: in order, with the session, and no secret."""
    node = world.node("aa")
    calls = Calls(node, token(node))
    made = calls.post("/outside/admit", GIVEN | {"kind": "link"}).value
    session, _ = outside.enter(node, made["secret"].rpartition("/")[2])
    outside.leave(node, session)
    with node.store.read() as tx:
        log = local_log.local_log(tx, node)
        facts = local_log.facts_of(tx, log.origin, 0, log.size)
    steps = [one for one in facts.values() if one.get("session") == made["id"]]
    assert len(steps) == 3
    assert steps[0] == {"officer": "ann", "session": made["id"], "label": "Feed client"}


def test_a_session_that_is_over_is_forgotten_in_time(world: World) -> None:
    """With what opened it; before that it is listed."""
    node = world.node("aa")
    calls = Calls(node, token(node))
    old = calls.post("/outside/admit", GIVEN).value["id"]
    world.advance(10 * 86_400_000)
    assert [one["id"] for one in calls.get("/outside").value["sessions"]] == [old]
    world.advance(90 * 86_400_000)
    with node.store.read() as tx:
        assert tx.records(outside.KEY)
    calls = Calls(node, token(node, "bea"))
    new = calls.post("/outside/admit", GIVEN).value["id"]
    assert [one["id"] for one in calls.get("/outside").value["sessions"]] == [new]
    with node.store.read() as tx:
        assert len(tx.records(outside.KEY)) == 1
