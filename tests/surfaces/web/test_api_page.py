"""`/api/` for people: every call stands there, in the reader's language, with what can be copied.

Floor: tests.
"""

import json
import re
from html import unescape

import pytest
from django.test import Client
from surfaces.web.stage import client, described, world_of

SHOWN = re.compile(r'<code class="cm-code">([A-Z]+ /api/v1/[^<]+)</code>')
COPIED = re.compile(r"-d '(.*)' \\\n")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Return an officer's browser."""
    return client(world_of(tmp_path_factory.mktemp("api"), "fr", "sy").node("fr"))


def _read(reader: Client, query: str = "", language: str = "en") -> str:
    answer = reader.get(f"/api/{query}", HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_every_call_stands_under_its_subject(reader: Client) -> None:
    """The subjects are linked from the first page, and between them show each call once."""
    found = [
        call
        for subject in re.findall(r'href="(\?of=[^"]+)"', _read(reader))
        for call in SHOWN.findall(_read(reader, subject))
    ]
    every = [
        f"{method.upper()} {path}"
        for path, operations in described()["paths"].items()
        for method in operations
    ]
    assert sorted(found) == sorted(every)


def test_what_is_copied_names_this_node_and_is_json(reader: Client) -> None:
    """The first call asks the node that shows the page; each body to copy can be parsed."""
    assert "http://127.0.0.1/api/v1/whoami" in _read(reader)
    bodies = COPIED.findall(_read(reader, "?of=cases"))
    assert bodies
    assert all(isinstance(json.loads(one), dict) for one in bodies)


def test_a_chinese_reader_reads_what_calls_do_in_chinese(reader: Client) -> None:
    """Names of calls and what a verb is sent; what openapi.json says in English is marked so."""
    page = _read(reader, "?of=calls", "zh-hans")
    names = re.findall(r'<h2 [^>]*id="call-\d+">([^<]*)</h2>', page)
    assert names
    assert not [one for one in names if not re.search("[\u4e00-\u9fff]", one)]
    assert '<span lang="zh">级别' in page


def test_there_is_no_page_of_a_subject_that_is_none(reader: Client) -> None:
    """A wrong subject is told as any page that is not there."""
    assert reader.get("/api/?of=nothing").status_code == 404
