"""Confusion is impossible: each output of an exercise bears its mark, none of real work does.

Source: docs/adr/0061.
"""

import csv
import io
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pypdf
import pytest
from django.test import Client
from support import pair
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.adapters import typeset
from comity.joint.arrangement.channel import EXERCISE, LIVE, Terms
from comity.node.exchange import channel
from comity.node.room import exercises
from comity.node.room.exercises import KEY, MARK
from comity.rooms.request import letter
from comity.surfaces.web.exercise.marking import HEADER

NAME = "exercise-2027"
REAL, PLAYED = "kqzrealcanary", "kqzplaycanary"
REQUESTS, CANARIES = 10, 1_000
"""So many requests in each compartment, with so many canaries each: 10,000."""
IDS: dict[str, str] = {}
PAGES_MAX = 60
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
_SKIPPED = ("/static/", "/account/", "/language", "/events", "/settings/")


@dataclass
class Crawled:
    """What one walk through the pages has found: addresses and what they answered."""

    pages: dict[str, str]
    files: dict[str, tuple[str, str, bytes]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States with real requests and those of an exercise, each with words of its own."""
    with pair.closing():
        made = agreed_stage.world_of(tmp_path_factory.mktemp("exercise"))
        for one in made.states.values():
            channel.open_channel(one.node, one.maker, "", Terms(NAME, EXERCISE))
        made.pump()
        for where, word in ((LIVE, REAL), (NAME, PLAYED)):
            made.channel_name = where
            for _ in range(REQUESTS):
                said = " ".join(f"{word}{secrets.token_hex(4)}" for _ in range(CANARIES))
                texts = [{"lang": "en", "text": said, "by": "police", "original": True}]
                IDS[word] = made.ask("sy", json.dumps({"texts": texts}).encode()).act.matter.id
        made.channel_name = LIVE
        made.pump()
        yield made


def crawl(browser: Client, language: str = "en") -> Crawled:
    """Follow every link from the first page, as far as the bound goes."""
    found, waiting, seen = Crawled({}, {}), ["/", "/requests/"], {"/", "/requests/"}
    while waiting and len(found.pages) < PAGES_MAX:
        address = waiting.pop(0)
        answer = browser.get(address, headers={"Accept-Language": language})
        body = b"".join(answer) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith("text/html"):
            place = unquote(answer.headers.get("Content-Disposition", ""))
            found.files[address] = (kind, place, body)
            continue
        text = body.decode()
        found.pages[address] = text
        for link in _LINK.findall(text):
            plain = link.replace("&amp;", "&")
            if plain not in seen and not plain.startswith(_SKIPPED):
                seen.add(plain)
                waiting.append(plain)
    return found


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_all_of_an_exercise_is_marked_and_nothing_real_is_in_it(
    world: World, language: str
) -> None:
    """Each page and each file that a link leads to has the mark; no canary crosses."""
    browser = stage.client(world.node("fr"), officer="ann")
    browser.post("/exercise/enter/", {"channel": f"{world.arrangement}/{NAME}"})
    found = crawl(browser, language)
    assert len(found.pages) > 15
    for address, text in found.pages.items():
        assert REAL not in text, address
        assert IDS[REAL] not in text, address
        if "<html" in text:
            assert text.count(MARK) >= 3, address
            assert text.rindex(MARK) > text.index("</main>"), address
    for address, (_, place, body) in found.files.items():
        assert REAL.encode() not in body, address
        assert not place or "EXERCISE-演练-" in place, address
    assert any(IDS[PLAYED] in text for text in found.pages.values())


def test_nothing_played_is_found_in_real_work(world: World) -> None:
    """No page of real work has the mark, a word of the play, or its header."""
    browser = stage.client(world.node("fr"), officer="ann")
    found = crawl(browser)
    assert len(found.pages) > 15
    for address, text in found.pages.items():
        assert PLAYED not in text, address
        assert IDS[PLAYED] not in text, address
        assert MARK not in text, address
    assert any(IDS[REAL] in text for text in found.pages.values())
    assert HEADER not in browser.get("/").headers


def test_a_list_that_leaves_an_exercise_is_marked_line_by_line(world: World) -> None:
    """CSV has the mark in each line, JSON as a key, both in the name of the file."""
    browser = stage.client(world.node("fr"), officer="ann")
    browser.post("/exercise/enter/", {"channel": f"{world.arrangement}/{NAME}"})
    for kind in ("csv", "json"):
        answer = browser.post(f"/requests/list.{kind}", {"query": ""})
        assert answer.status_code == 200
        assert answer.headers[HEADER] == NAME
        assert "EXERCISE-演练-" in unquote(answer.headers["Content-Disposition"])
        text = b"".join(answer).decode()
        if kind == "json":
            assert json.loads(text)[KEY] == MARK
        else:
            rows = [*csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))]
            assert len(rows) > 1
            assert {row[0] for row in rows} == {MARK}


def test_a_paper_of_an_exercise_is_marked_on_each_page(world: World) -> None:
    """Its data say so, and the mark stands at the top and at the bottom of each page."""
    node = world.node("fr")
    ann = exercises.enter(node, agreed_stage.officer(node, "ann"), NAME)
    made = letter.of(node, ann, IDS[PLAYED])
    assert json.loads(made.data)[KEY] == MARK
    (page, *_) = pypdf.PdfReader(io.BytesIO(typeset.letter(made.data, made.at_ms))).pages
    assert page.extract_text().count("EXERCISE EXERCISE EXERCISE") >= 2
    real = letter.of(node, agreed_stage.officer(node, "ann"), IDS[REAL])
    assert KEY not in json.loads(real.data)
