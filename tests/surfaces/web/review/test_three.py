"""The review of three States, of which one is silent: what waits for it, and who agreed."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from support import pair
from support.pair import World
from surfaces.api.stage import Calls, token
from surfaces.web import agreed_stage, stage
from surfaces.web.review import scene
from surfaces.web.review.scene import page

from comity.domestic.officer import role
from comity.node.review import beside, taking
from comity.node.review.taking import Taken
from comity.surfaces.cli import review_text

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
WAITS = re.compile(
    r"([0-9]+) entr(?:y|ies) of (fr/[a-z0-9]+/live/1) (?:is|are) not in these figures: "
    r"(?:it waits|they wait) for the signature of Borduria since [-0-9]+ [:0-9]+ UTC\."
)
STEP = "comity channel give-up bo"


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
    return taking.computed(world.node("fr"), scene.wanted(world))


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
            r"中有 [0-9]+ 条记录未计入这些数字.自 .+ UTC 起等待Borduria签收。", chinese
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
    text = review_text.beside_text(beside.beside(node, ann, found), found, "en")
    assert text.strip() == said
    assert "未计入" in review_text.beside_text(beside.beside(node, ann, found), found, "zh")
