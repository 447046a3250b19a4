"""Whose hands evidence comes into over HTTP: of those who work on matters, and of nobody else."""

import pytest
from support.pair import World, make_world
from surfaces.api.stage import Calls, request_of, token

from comity.domestic.officer import role

READERS = (role.ANALYST, role.AUDITOR, role.SECRETARIAT, role.CONTROLLER)
"""Who reads matters and works on none."""


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States with a request between them."""
    world = make_world(tmp_path_factory.mktemp("world"))
    Calls(world.node("aa"), token(world.node("aa"))).post("/requests", request_of(world))
    world.pump()
    return world


def asked(world: World, who: str) -> tuple[Calls, str, str]:
    """Return an officer of that role, the request and the blob that it carries."""
    (path,) = [f"/requests/{row.matter.id}" for row in world.matters("bb")]
    calls = Calls(world.node("bb"), token(world.node("bb"), "eve", roles=(who,)))
    (item,) = calls.get(f"{path}/evidence").value["items"]
    return calls, path, item["blob"]


def doing(path: str, verb: str) -> str:
    """Return the address of a verb of the evidence of a request."""
    return f"{path.replace('/requests/', '/evidence/')}/{verb}"


@pytest.mark.parametrize("who", READERS)
def test_whoever_only_reads_takes_no_evidence(world: World, who: str) -> None:
    """They see what there is and who had it; no call gives them its bytes."""
    reader, path, blob = asked(world, who)
    before = reader.get(f"{path}/custody").value
    answers = [
        reader.get(f"{path}/bodies/{blob}"),
        reader.get(f"{path}/evidence/{blob}?purpose=trial"),
        reader.get(f"{path}/bag?purpose=trial"),
        reader.post(doing(path, "hand-over"), {"item": blob, "purpose": "trial", "to": "court 3"}),
    ]
    told = [(one.status, one.value.get("code")) for one in answers]
    assert told == [(403, "officer.role.lacking")] * len(answers)
    assert reader.get(f"{path}/custody").value == before
    works = Calls(world.node("bb"), token(world.node("bb"), "ben"))
    assert works.get(f"{path}/evidence/{blob}?purpose=trial").data == b"hello"


@pytest.mark.parametrize("who", READERS)
def test_whoever_only_reads_destroys_nothing(world: World, who: str) -> None:
    """They are refused before anything is gone, not when it would be attested."""
    reader, path, blob = asked(world, who)
    doomed = {"items": [blob], "reason": "sent-in-error"}
    told = reader.post(doing(path, "destroy"), doomed)
    (item,) = reader.get(f"{path}/evidence").value["items"]
    assert (item["state"], told.status, told.value["code"]) == ("held", 403, "officer.role.lacking")
