"""A program works in one compartment: it names the exercise, and each answer says so."""

import json
from collections.abc import Iterator

import pytest
from support import pair
from support.pair import World, make_world
from surfaces.api.stage import Calls, token

from comity.joint.arrangement.channel import EXERCISE, LIVE, Terms
from comity.node.exchange import channel
from comity.node.room.exercises import KEY, MARK

NAME = "exercise-2027"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Calls, str, str]]:
    """A program of a node that has a real request and one of an exercise; both ids."""
    with pair.closing():
        made: World = make_world(tmp_path_factory.mktemp("exercise"))
        for one in made.states.values():
            channel.open_channel(one.node, one.maker, "", Terms(NAME, EXERCISE))
        made.pump()
        real = made.ask("aa").act.matter.id
        made.channel_name = NAME
        played = made.ask("aa").act.matter.id
        made.channel_name = LIVE
        made.pump()
        node = made.node("bb")
        yield Calls(node, token(node)), real, played


def test_each_answer_from_an_exercise_says_so(calls: tuple[Calls, str, str]) -> None:
    """The header is there and the mark in the body; what is real is not, nor the other way."""
    program, real, played = calls
    paths = (
        "/requests",
        "/clocks",
        "/plays",
        "/injects",
        f"/requests/{played}",
        "/drafts",
    )
    for path in paths:
        answer = program.client.get(
            f"/api/v1{path}",
            headers={"Authorization": f"Bearer {program.given}", "Comity-Exercise": NAME},
        )
        assert answer.status_code == 200, (path, answer.content)
        assert answer.headers["Comity-Exercise"] == NAME, path
        assert json.loads(answer.content)[KEY] == MARK, path
        assert real.encode() not in answer.content, path
        plain = program.client.get(
            f"/api/v1{path}", headers={"Authorization": f"Bearer {program.given}"}
        )
        assert MARK.encode() not in plain.content
        assert "Comity-Exercise" not in plain.headers
        if path != f"/requests/{played}":
            assert played.encode() not in plain.content, path
        else:
            assert plain.status_code == 404


def test_a_refusal_from_an_exercise_says_so_too(calls: tuple[Calls, str, str]) -> None:
    """A real request is unknown there, and the problem has the mark."""
    program, real, _ = calls
    answer = program.client.get(
        f"/api/v1/requests/{real}",
        headers={"Authorization": f"Bearer {program.given}", "Comity-Exercise": NAME},
    )
    assert answer.status_code == 404
    assert json.loads(answer.content)[KEY] == MARK
