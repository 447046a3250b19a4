"""A program catches up over HTTP, by a cursor that it keeps."""

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, token


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States."""
    return make_world(tmp_path_factory.mktemp("world"))


def test_a_program_goes_on_where_it_stood(world: World) -> None:
    """A page at a time; nothing new is told as not changed, and the cursor is the same then."""
    calls = Calls(world.node("bb"), token(world.node("bb")))
    asked = [world.ask("aa") for _ in range(3)]
    world.pump()
    first = calls.get("/acts?count=2").value
    assert [one["act"] for one in first["acts"]] == [one.act.id for one in asked[:2]]
    assert first["more"]
    last = calls.get(f"/acts?after={first['next']}")
    (line,) = last.value["acts"]
    assert not last.value["more"]
    assert line == {
        "type": "act.arrived",
        "channel": world.channel,
        "kind": "request",
        "matter": asked[2].act.matter.id,
        "act": asked[2].act.id,
        "code": "request.submitted/1",
        "party": "aa",
        "log": asked[2].origin,
        "index": asked[2].index,
        "urgency": "urgent",
    }
    quiet = calls.get(f"/acts?after={last.value['next']}")
    assert quiet.value == {"acts": [], "next": last.value["next"], "more": False}
    again = calls.get(f"/acts?after={last.value['next']}", If_None_Match=str(quiet.headers["ETag"]))
    assert again.status == 304


def test_a_cursor_that_is_not_his_is_refused_with_what_to_do(world: World) -> None:
    """Under a code of its own, as a refusal by rule; a filter that nobody knows is told too."""
    node = world.node("bb")
    world.ask("aa")
    world.pump()
    ann, bob = Calls(node, token(node)), Calls(node, token(node, "bob"))
    after = ann.get("/acts").value["next"]
    other = bob.get(f"/acts?after={after}")
    assert (other.status, other.value["code"]) == (409, "node.cursor.other-officer")
    assert "without `after`" in other.value["fix"]
    assert bob.get("/acts?after=x").value["code"] == "node.cursor.malformed"
    assert bob.get("/acts?since=x").status == 422
