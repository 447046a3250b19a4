"""An act that its author's new log does not have is told everywhere, as no fact of the request."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from support import pair, readers
from support.commands import Commands
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import stage

from comity.node.desk import officer_admin as officers
from comity.node.exchange import ended_tree, generation
from comity.surfaces.cli import request

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Freedonia receipted an answer; Sylvania then begins a log of which nothing is left."""
    with pair.closing():
        one = stage.world_of(tmp_path_factory.mktemp("world"), "fr", "sy")
        asked = one.ask("fr")
        one.pump()
        one.answer("sy", asked)
        one.pump()
        assert [row.status for row in one.matters("fr")] == ["answered"]
        with pytest.MonkeyPatch.context() as lie:
            lie.setattr(ended_tree, "_held_elsewhere", lambda *_: 0)
            lie.setattr(generation, "say_again", lambda *_: None)
            origin, sha256 = generation.begin(one.node("sy"), one.channel, "stolen")
        for _ in range(3):
            one.advance(60_000)
            one.round()
        generation.accept(one.node("fr"), origin, sha256)
        one.advance(300_000)
        one.pump()
        assert [row.status for row in one.matters("fr")] == ["submitted"]
        yield one


def matter(world: World) -> str:
    """Return the one request."""
    (row,) = world.matters("fr")
    return row.matter.id


def test_pages_say_that_it_counts_no_more(world: World) -> None:
    """In words, in both languages, with when it was said; the head of every page leads there."""
    client, path = stage.client(world.node("fr")), f"/requests/{matter(world)}/"
    page = client.get(f"{path}time-line/").content.decode()
    (told,) = re.findall(r'<li class="[^"]*cm-event--disowned">.*?</li>', page, re.DOTALL)
    assert "counts no more" in told
    assert "Sylvania" in told
    assert "the new log does not have it" in told
    assert re.search(r"<dt>Signed</dt>\s*<dd>\s*<time ", told), "when it was said"
    assert re.search(r"<span>received <time ", told), "when it was received here"
    head = client.get(path).content.decode()
    assert "1 act that was said here counts no more" in head
    assert f'href="{path}time-line/"' in head
    chinese = client.get(f"{path}time-line/", **CHINESE).content.decode()  # type: ignore[arg-type] # the WSGI environment
    assert "不再有效" in chinese
    assert "counts no more" not in chinese


def test_a_printed_file_says_it_too(world: World) -> None:
    """What lies on a table is read as what stands on a screen."""
    page = stage.client(world.node("fr")).get(f"/requests/{matter(world)}/papers/print/")
    assert "counts no more" in page.content.decode()


def test_its_author_sees_no_trace_that_he_does_not_have(world: World) -> None:
    """They cut it from their own log: nothing is told that cannot be shown."""
    page = stage.client(world.node("sy")).get(f"/requests/{matter(world)}/time-line/")
    assert "counts no more" not in page.content.decode()


def test_a_program_reads_it_apart_from_the_turns(world: World) -> None:
    """What takes turns for facts never meets it."""
    calls = Calls(world.node("fr"), token(world.node("fr"), "prog"))
    shown = calls.get(f"/requests/{matter(world)}").value
    (gone,) = shown["disowned"]
    assert (gone["party"], gone["tag"]) == ("sy", "request.answered/1")
    assert gone["log"] == world.origin("sy")
    assert gone["signed_at_ms"]
    assert [one["received_at_ms"] is not None for one in gone["deliveries"]] == [True]
    assert gone["act"] not in {turn["act"] for turn in shown["turns"]}


def test_a_command_prints_it_behind_the_time_line(world: World) -> None:
    """In capitals, with why; and apart from the turns for programs."""
    given = officers.add(world.node("fr"), "cli", "police", "")
    typed = Commands(world, [request])
    signed_in = replace(typed.program(), token=lambda _: given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typed, "program", lambda: signed_in)
        assert typed("request", "show", matter(world), "--home", "fr", "--as", "cli") == 0
    assert "COUNTS NO MORE: sy answered" in typed.text
    assert "the new log does not have it" in typed.text
    value = cast("dict[str, Any]", typed.value)
    assert [one["party"] for one in value["disowned"]] == ["sy"]
    assert [one["party"] for one in value["turns"]] == ["fr"]


@pytest.mark.browser
def test_everybody_can_read_that_it_counts_no_more(world: World, browser: Browser) -> None:
    """On the time line and where every page of the request says so first: no violation."""
    node, path = world.node("fr"), f"/requests/{matter(world)}/"
    with (
        stage.serving(node) as address,
        readers.of(browser, lambda one: stage.let_in(one, address, node)) as people,
    ):
        assert people.flaws(f"{address}{path}", f"{address}{path}time-line/") == []


@pytest.mark.parametrize("party", ["fr", "sy"])
def test_a_program_that_catches_up_is_told_that_it_is_gone(world: World, party: str) -> None:
    """On both sides, though one read all anew and the other cut its log: no act comes again."""
    calls = Calls(world.node(party), token(world.node(party), "caught-up"))
    told = calls.get("/acts").value["acts"]
    lines = [(one["type"], one["code"]) for one in told if one["kind"] == "request"]
    asked, answered = ("act.sent", "act.arrived") if party == "fr" else ("act.arrived", "act.sent")
    assert lines == [
        (asked, "request.submitted/1"),
        (answered, "request.answered/1"),
        ("act.gone", "request.answered/1"),
    ]
