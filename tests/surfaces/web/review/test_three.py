"""The review of three States, of which one is silent: what waits for it, and who agreed."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from node.exchange.test_given_up import rounds
from support import pair
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import agreed_stage, stage
from surfaces.web.review import scene
from surfaces.web.review.scene import page

from comity.domestic.officer import role
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange.abandoned_party import GivenUp
from comity.node.operate import partner_steps
from comity.node.review import take
from comity.node.review.take import Taken
from comity.rooms.review import agree, figure_notes
from comity.surfaces.cli import review_text

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
WAITS = re.compile(
    r"([0-9]+) entr(?:y|ies) of (fr/[a-z0-9]+/live/1) (?:is|are) not in these figures: "
    r"(?:it waits|they wait) for the signature of Borduria since [-0-9]+ [:0-9]+ UTC\."
)
STEP = "comity channel give-up bo"
AGREED = (
    "Freedonia and Sylvania agreed on these figures, in the snapshot {}; Borduria has not answered."
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Three States, of which one is silent."""
    with pair.closing():
        yield scene.three(tmp_path)


def text_of(shown: str) -> str:
    """Return the words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", shown)).split())


def figures(world: World) -> Taken:
    """Return the figures of these days at the first State."""
    return take.computed(world.node("fr"), scene.wanted(world))


def test_pages_say_which_entries_wait_for_whom_and_what_to_do(world: World) -> None:
    """Of figures, where a snapshot is named, and what came since one; in both languages."""
    client = stage.client(world.node("fr"), officer="ann")
    assert client.post("/reviews/snapshots/", {}).status_code == 303
    scene.released(world, "fr", "ben")
    listed = page(world, "fr", "/reviews/snapshots/")
    one = re.search(r'href="(/reviews/snapshots/[a-z2-7]{26}/)"', listed)
    assert one is not None
    for path in ("/reviews/", "/reviews/snapshots/", f"{one[1]}since/"):
        shown = page(world, "fr", path)
        assert WAITS.search(text_of(shown)), path
        assert f'<code class="cm-code">{STEP}</code>' in shown
        assert 'href="/partners/bo/"' in shown
        chinese = text_of(page(world, "fr", path, **CHINESE))
        assert re.search(
            r"中有 [0-9]+ 个条目未计入这些数字.自 .+ UTC 起等待Borduria签收。", chinese
        )
        assert STEP in chinese


def test_files_commands_and_programs_say_it_in_the_same_words(world: World) -> None:
    """CSV and JSON by the page and by HTTP, and the command."""
    node = world.node("fr")
    calls = Calls(node, token(node, "prog", roles=(role.SECRETARIAT,)))
    client = stage.client(node, officer="ann")
    (line,) = calls.get("/figures").value["waiting"]
    said = f"{line['words']['en']} {line['step']['en']}"
    assert WAITS.match(said)
    assert client.get("/reviews/export.json").json()["waiting"] == [line]
    for data in (
        client.get("/reviews/export.csv").content,
        calls.get("/figures.csv").data,
    ):
        rows = csv.DictReader(io.StringIO(data.decode()))
        assert {one["waiting_en"] for one in rows} == {said}
    found, ann = figures(world), agreed_stage.officer(node, "ann")
    text = review_text.beside_text(figure_notes.beside(node, ann, found), found, "en")
    assert text.strip() == said
    assert "未计入" in review_text.beside_text(figure_notes.beside(node, ann, found), found, "zh")


def test_pages_say_who_agreed_and_for_whom_a_snapshot_waits(world: World) -> None:
    """Two agree, the third is given up: its page, the list and the figures say so."""
    client = stage.client(world.node("fr"), officer="ann")
    given_up(world)
    assert client.post("/reviews/snapshots/", {}).status_code == 303
    scene.released(world, "fr", "ben")
    rounds(world, 2, ["fr", "sy"])
    listed = page(world, "fr", "/reviews/snapshots/")
    one = re.search(r'href="(/reviews/snapshots/([a-z2-7]{26})/)"', listed)
    assert one is not None
    assert "It waits for the answer of Sylvania: call, if it does not come." in text_of(listed)
    theirs = stage.client(world.node("sy"), officer="wei")
    assert "It waits for the answer of this State." in text_of(page(world, "sy", one[1], "wei"))
    assert theirs.post(f"{one[1]}answer/", {}).status_code == 303
    scene.released(world, "sy", "li")
    rounds(world, 2, ["sy", "fr"])
    for path in ("/reviews/snapshots/", one[1]):
        shown = text_of(page(world, "fr", path))
        assert "Borduria was given up here on 2026-11-24: nothing here waits for its" in shown
        assert "What Freedonia and Sylvania agreed on stands between them." in shown
        assert "弗里多尼亚、西尔瓦尼亚的一致结果" in page(world, "fr", path, **CHINESE)
    same = text_of(page(world, "fr", f"/reviews/?snapshot={one[2]}"))
    words = AGREED.format(one[2])
    assert f"Agreed by some, not by all {words}" in same
    assert "All sides agreed" not in same
    _is_told_to_programs(world, one[2], words)


def _is_told_to_programs(world: World, snapshot_id: str, words: str) -> None:
    """By HTTP, by command and in the CSV."""
    node = world.node("fr")
    calls = Calls(node, token(node, "prog", roles=(role.SECRETARIAT,)))
    told = calls.get(f"/figures?snapshot={snapshot_id}").value
    (line,) = told["agreed_in_part"]
    assert (line["words"]["en"], line["same"], told["agreed"]) == (words, True, [])
    (shown_one,) = calls.get("/figures/snapshots").value["snapshots"]
    assert calls.get(f"/figures/snapshots/{snapshot_id}").value["snapshot"] == shown_one
    ann = agreed_stage.officer(node, "ann")
    every = agree.listing(node, ann)
    assert not isinstance(every, Inadmissible)
    assert "Borduria was given up here" in review_text.listed_text(every)
    client = stage.client(node, officer="ann")
    sheet = client.get(f"/reviews/export.csv?snapshot={snapshot_id}").content.decode()
    assert {row["in_part_en"] for row in csv.DictReader(io.StringIO(sheet))} == {words}


def given_up(world: World) -> None:
    """Let the first State give the third up."""
    stage.have_officer(world.node("fr"), "op", role.OPERATOR)
    officer = agreed_stage.officer(world.node("fr"), "op")
    assert isinstance(partner_steps.give_up(world.node("fr"), officer, "bo", "It left."), GivenUp)
