"""While a channel is read anew its requests are missing: nobody is told that there are none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from making_cards import refused
from support import pair
from support.commands import Commands
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import stage

from comity.acts.record import Office
from comity.joint.request import acts as request_acts
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officers
from comity.node.exchange import reset, understand
from comity.node.room import proof
from comity.node.room.release import gates
from comity.node.room.release.draft_store import Draft
from comity.surfaces.cli import request

ANEW = "node.matter.anew"
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Freedonia asked, and drops what it read of the channel, as for a log begun anew."""
    with pair.closing():
        one = stage.world_of(tmp_path_factory.mktemp("world"), "fr", "sy")
        one.ask("fr")
        one.pump()
        yield one


def _dropped(world: World) -> str:
    """Drop what was read; return the id of the request."""
    (row,) = world.matters("fr")
    _drop_live(world)
    return row.matter.id


def _drop_live(world: World) -> None:
    with world.node("fr").store.write() as tx:
        reset.drop(tx, world.channel)


def _command(world: World) -> tuple[Commands, Callable[..., int]]:
    given = officers.add(world.node("fr"), "cli", "police", "")
    typed = Commands(world, [request])
    signed_in = replace(typed.program(), token=lambda _: given)
    typed.program = lambda: signed_in  # type: ignore[method-assign] # one officer types them all
    return typed, lambda *words: typed("request", *words, "--home", "fr", "--as", "cli")


def test_a_page_says_to_come_back_in_a_moment(world: World) -> None:
    """In both languages; and it is there again once all is read."""
    client, path = stage.client(world.node("fr")), f"/requests/{_dropped(world)}/"
    found = client.get(path)
    assert (found.status_code, found["Retry-After"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "5")
    page = found.content.decode()
    assert "cannot be shown for a moment" in page
    assert f'href="{path}"' in page
    assert "There is no such page" not in page
    chinese = client.get(path, **CHINESE).content.decode()  # type: ignore[arg-type] # the WSGI environment
    assert "cannot be shown" not in chinese
    assert "not whole" in client.get("/requests/").content.decode()
    understand.understand(world.node("fr"), world.channel)
    assert client.get(path).status_code == HTTPStatus.OK
    assert "not whole" not in client.get("/requests/").content.decode()


def test_a_program_is_told_when_to_call_again(world: World) -> None:
    """A request that is not found is one that it would forget."""
    calls = Calls(world.node("fr"), token(world.node("fr"), "prog"))
    path = f"/requests/{_dropped(world)}"
    assert [calls.get(one).value["is_whole"] for one in ("/requests", "/counts")] == [False, False]
    found = calls.get(path)
    assert (found.status, found.value["code"], found.headers["Retry-After"]) == (503, ANEW, "5")
    understand.understand(world.node("fr"), world.channel)
    assert calls.get(path).status == HTTPStatus.OK
    assert [calls.get(one).value["is_whole"] for one in ("/requests", "/counts")] == [True, True]
    assert calls.get("/requests/aaaaaaaa").status == HTTPStatus.NOT_FOUND


def test_a_command_says_so_too(world: World) -> None:
    """Of what is not found, and of what is found by less than its whole id."""
    matter = _dropped(world)
    typed, run = _command(world)
    with refused(ANEW):
        run("show", matter)
    for verb in ("list", "count"):
        run(verb)
        assert typed.text.startswith("A channel is being read anew")
    understand.understand(world.node("fr"), world.channel)
    assert run("show", matter) == 0
    for verb in ("list", "count"):
        run(verb)
        assert not typed.text.startswith("A channel is being read anew")


def test_only_a_whole_id_finds_something_meanwhile(world: World) -> None:
    """The beginning of an id, or a file number, may be that of one which is missing."""
    urgent = replace(world, channel_name="hotline")
    urgent.ask("fr")
    world.pump()
    ids = {row.channel: row.matter.id for row in world.matters("fr")}
    _drop_live(world)
    _, run = _command(world)
    assert run("show", ids[urgent.channel]) == 0
    with refused(ANEW):
        run("show", ids[urgent.channel][:20])
    understand.understand(world.node("fr"), world.channel)
    assert run("show", ids[world.channel]) == 0


def test_nothing_is_disclosed_of_an_entry_that_is_not_read(world: World) -> None:
    """Who may read it, and what binds it, stands in what is missing."""
    node, asked = world.node("fr"), world.ask("fr")
    world.pump()
    stranger = Officer("stranger", bytes(32), "customs", "", 0)
    what = f"{asked.origin}#{asked.index}"
    with refused("node.proof.unknown"):
        proof.make(node, what, stranger, disclose=True)
    _drop_live(world)
    with refused(ANEW):
        proof.make(node, what, stranger, disclose=True)
    assert proof.make(node, what).index == asked.index
    understand.understand(node, world.channel)
    with node.store.write() as tx:  # as where it waits for what it has seen
        log = tx.log(asked.origin)
        assert log is not None
        tx.save_log(replace(log, understood=asked.index))
    with refused("node.proof.unopened"):
        proof.make(node, what, stranger, disclose=True)


def test_an_answer_is_not_refused_for_a_request_that_is_missing(world: World) -> None:
    """It was written before: the room would say that there is no such request."""
    asked, node = world.ask("sy"), world.node("fr")
    world.pump()
    officers.add(node, "cli", "police", "")
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"), "ref")
    about = request_acts.About(asked.act.matter.id, asked.act.id, "sy")
    draft = Draft(request_acts.acknowledged(saying, about), world.channel, "")

    def no() -> Inadmissible | None:
        with node.store.read() as tx:
            officer = tx.officer("cli")
            assert officer is not None
            return gates.room(tx, node, officer, draft)

    assert no() is None
    _drop_live(world)
    with refused(ANEW):
        no()
    understand.understand(node, world.channel)
    assert no() is None
