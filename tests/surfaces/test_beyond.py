"""What a State says beyond what counts in a matter is told everywhere, as no fact of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from node.exchange.test_many import says_anyway, status_asked
from support import pair
from support.commands import Commands
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import stage
from surfaces.web.review import scene

from comity.acts.record import Matter
from comity.joint.case import acts as case_acts
from comity.joint.review import acts as review_acts
from comity.joint.text import acts as guideline_acts
from comity.kernel import limits
from comity.kernel.ids import random_id
from comity.node.desk import officer_admin as officers
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
    assert "Freedonia</bdi>: said more acts here than count" in head
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
    assert (
        value["fullness"]
        == shown["fullness"]
        == {
            "said": 0,
            "left": 3,
            "last": 3,
            "beyond": ["fr"],
        }
    )


def test_who_said_as_much_as_counts_hears_it_where_he_would_say_more(world: World) -> None:
    """On the page of the request and at its command, with what is left."""
    page = stage.client(world.node("fr")).get(f"/requests/{matter(world)}/").content.decode()
    assert "Our State has said 3 acts here, and no more of it count." in page


def test_every_kind_of_matter_tells_how_full_it_is(tmp_path: Path) -> None:
    """A case, a joint text and a snapshot: who said too much, and how much is left to say."""
    with pair.closing(), pytest.MonkeyPatch.context() as few:
        world = scene.made(tmp_path)
        ann = stage.client(world.node("fr"), officer="ann")
        assert ann.post("/cases/open/", {"own_reference": "FR-7"}).status_code == 303
        snapshot = scene.named_otherwise(world)
        scene.released(world, "fr", "ben")
        world.pump()
        case = re.search(r"/cases/([a-z2-7]{26})/", scene.page(world, "fr", "/cases/"))
        assert case is not None
        arrangement, _ = world.channel.split("/")
        full = {
            f"/cases/{case[1]}/": (Matter("case", case[1]), case_acts.REFERENCED),
            f"/guidelines/{arrangement}/guideline/": (
                Matter("guideline", guideline_acts.MAIN),
                guideline_acts.DECLINED,
            ),
            f"/reviews/snapshots/{snapshot}/": (Matter("review", snapshot), review_acts.COMMENTED),
        }
        few.setattr(limits, "MATTER_ACTS_MAX", 16)
        any_act = status_asked(world, world.ask("fr"), party="fr", to="sy")
        for address, (one, tag) in full.items():
            assert "acts here" not in scene.page(world, "fr", address)
            said = [
                replace(any_act, id=random_id(world.node("fr").entropy(16)), matter=one, tag=tag)
                for _ in range(16)
            ]
            says_anyway(world, "fr", said[:12])
            world.pump()
            assert "Our State has said 1" in scene.page(world, "fr", address)
            says_anyway(world, "fr", said[12:])
            world.pump()
            told = scene.page(world, "sy", address, "wei")
            assert "Freedonia</bdi>: said more acts here than count" in told
            assert "Our State" not in told
