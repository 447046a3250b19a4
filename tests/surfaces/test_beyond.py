"""What a State says beyond what counts in a request is told everywhere, as no fact of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from node.exchange.test_many import says_anyway, status_asked
from support import pair
from support.commands import Commands
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import stage

from comity.kernel import limits
from comity.node import officer as officers
from comity.surfaces.cli import request

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Freedonia says more in a request than counts, by a program that knows no bound."""
    with pair.closing(), pytest.MonkeyPatch.context() as few:
        few.setattr(limits, "MATTER_ACTS_MAX", 3)
        one = stage.world_of(tmp_path_factory.mktemp("world"), "fr", "sy")
        asked = one.ask("fr")
        says_anyway(one, "fr", [status_asked(one, asked, party="fr", to="sy") for _ in range(4)])
        one.pump()
        yield one


def matter(world: World) -> str:
    """Return the one request."""
    (row,) = world.matters("sy")
    return row.matter.id


def test_pages_say_that_it_does_not_count(world: World) -> None:
    """In words, in both languages; the head of every page leads there."""
    client, path = stage.client(world.node("sy")), f"/requests/{matter(world)}/"
    page = client.get(f"{path}time-line/").content.decode()
    assert page.count("does not count") == 2
    assert page.count("as many acts in this request as count") == 2
    assert "begins its log anew" not in page
    head = client.get(path).content.decode()
    assert "A State has said more acts here than count" in head
    assert "count no more" not in head
    chinese = client.get(f"{path}time-line/", **CHINESE).content.decode()  # type: ignore[arg-type] # the WSGI environment
    assert chinese.count("不予计入") == 2


def test_programs_and_commands_tell_why(world: World) -> None:
    """Apart from the turns: what takes these for facts never meets it."""
    calls = Calls(world.node("sy"), token(world.node("sy"), "prog"))
    shown = calls.get(f"/requests/{matter(world)}").value
    assert [one["why"] for one in shown["disowned"]] == ["many", "many"]
    assert len(shown["turns"]) == 3
    given = officers.add(world.node("sy"), "cli", "police", "")
    typed = Commands(world, [request])
    signed_in = replace(typed.program(), token=lambda _: given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typed, "program", lambda: signed_in)
        assert typed("request", "show", matter(world), "--home", "sy", "--as", "cli") == 0
    assert typed.text.count("DOES NOT COUNT: fr") == 2
    value = cast("dict[str, Any]", typed.value)
    assert [one["why"] for one in value["disowned"]] == ["many", "many"]
