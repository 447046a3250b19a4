"""The list of requests: filters as links and as a form, kept by name, many at once, as a file."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from node.desk.test_duty import HOUR_MS, Desk, done
from support import stores
from surfaces.web.duty import stage
from surfaces.web.duty.stage import CHINESE, client, text, words

from comity.node.desk.duty import routing, work
from comity.node.desk.duty.routing import ByHand
from comity.surfaces.web.request import listing_query
from comity.surfaces.web.request.listing_export import safe


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with somebody in every role."""
    return stage.desk_of(tmp_path)


def listed(one: Client, query: str = "") -> list[str]:
    """Return the requests of the first page."""
    return re.findall(r'name="line" value="([^"]+)"', text(one, f"/requests/?{query}"))


def file(answer: object) -> str:
    """Return a file that was sent bit by bit."""
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer).decode()


def test_every_link_lists_what_it_counts(desk: Desk) -> None:
    """Each choice of each filter, followed, has as many lines as stood beside it."""
    one = desk.ask().act.matter.id
    desk.ask("subscriber", "urgent")
    desk.ask("subscriber", "routine")
    done(routing.route(desk.node, desk.wei, one))
    wei = client(desk, "wei")
    found = re.findall(
        r'(?s)class="cm-facet__link" href="/requests/\?([^"]+)"[^>]*>(?:(?!</a>).)*?'
        r'(?:<span class="cm-facet__n">(\d+)</span>)?</a>',
        text(wei, "/requests/"),
    )
    counted = [(unescape(query), int(count)) for query, count in found if count]
    assert len(counted) > 8
    for query, count in counted:
        assert len(listed(wei, query)) == count, query


def test_the_list_is_there_for_each_role_in_both_languages(desk: Desk) -> None:
    """One heading, one table, empty with a word of what to do where one reads nothing."""
    matter = desk.ask().act.matter.id
    for name in ("wei", "han", "fa", "rong"):
        one = client(desk, name)
        for path in ("/requests/", "/requests/?q=nothing", "/requests/?clock=overdue&mine=on"):
            assert text(one, path).count("<h1") == 1
            assert '<html lang="zh-Hans"' in text(one, path, **CHINESE)
    assert listed(client(desk, "wei")) == [matter]
    assert "There is no request yet" in words(text(client(desk, "xu"), "/requests/"))
    assert "请求" in words(text(client(desk, "wei"), "/requests/", **CHINESE))


def test_what_is_hidden_changes_no_count_line_or_file(desk: Desk) -> None:
    """Before and after a request that an officer may not read, all is the same to the byte."""
    stranger = client(desk, "xu")
    paths = ("/requests/", "/requests/?q=preserv*", "/requests/?clock=due", "/requests/?mine=on")

    def seen() -> list[str]:
        shown = [re.sub(r'value="[\w-]{64}"', "", text(stranger, path)) for path in paths]
        exported = file(stranger.post("/requests/list.csv", {"query": ""}))
        return [*(re.sub(r"<time.*?</span>", "", page) for page in shown), exported]

    before = seen()
    desk.ask()
    assert [re.sub(r"once\S+", "", one) for one in seen()] == [
        re.sub(r"once\S+", "", one) for one in before
    ]


def test_search_marks_what_it_found(desk: Desk) -> None:
    """A word of a body with what stands around it; a file number where it stands."""
    asked = desk.ask()
    wei = client(desk, "wei")
    number = asked.act.codes["own-reference"]
    shown = text(wei, f"/requests/?q={number}")
    assert f"<mark>{number}</mark>" in shown
    texts = {"en": "Keep the harbour records of June.", "zh": "请保全六月的港口记录。"}
    desk.world.ask("aa", json.dumps(texts, ensure_ascii=False).encode())
    desk.world.pump()
    assert "the <mark>harbour</mark> records" in text(wei, "/requests/?q=harbour")
    assert "<mark>harbour</mark>" in text(wei, "/requests/?q=harb*")
    assert "请保全六月的<mark>港口记录</mark>。" in text(wei, "/requests/?q=港口记录")
    assert "<mark>" not in text(wei, "/requests/?q=arbour")


def test_a_filter_is_kept_and_shared_by_name(desk: Desk) -> None:
    """A colleague of the agency follows and forgets it; another agency never sees it."""
    wei, han, cai = (client(desk, name) for name in ("wei", "han", "cai"))
    form = {
        "name": "夜班 <b>",
        "shared": "on",
        "query": "urgency=emergency&nonsense=1",
        "once": "b" * 32,
    }
    for _ in range(2):
        answer = wei.post("/requests/filters/", form)
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            "/requests/?urgency=emergency",
        )
    shown = text(han, "/requests/")
    assert shown.count("夜班 &lt;b&gt;</bdi>") == 1
    assert "夜班" not in text(cai, "/requests/")
    assert wei.post("/requests/filters/", {"name": " ", "query": ""}).status_code == 422
    found = re.search(r'name="filter" value="([^"]+)"', shown)
    assert found
    assert cai.post("/requests/filters/drop/", {"filter": found[1]}).status_code == 422
    assert han.post("/requests/filters/drop/", {"filter": found[1]}).status_code == 303
    assert "夜班" not in text(wei, "/requests/")


def test_many_are_done_at_once_and_one_that_fails_stops_none(desk: Desk) -> None:
    """The page says first what would be done; then what came of each, once, from any process."""
    matters = [desk.ask(kind, "urgent").act.matter.id for kind in ("subscriber", "subscriber")]
    for matter in matters:
        done(routing.route(desk.node, desk.wei, matter, ByHand(to="mps", why="Ours.")))
    done(work.assign(desk.node, desk.wei, matters[0], "han"))
    han = client(desk, "han")
    lines = {"line": [*matters, "z" * 26], "action": "take", "back": "urgency=urgent"}
    first = han.post("/requests/bulk/", lines)
    assert first.status_code == 200
    assert "3 requests are chosen" in words(first.content.decode())
    once = re.search(r'name="once"[^>]*value="([0-9a-f]{32})"', first.content.decode())
    assert once
    sure = {**lines, "sure": "1", "once": once[1]}
    for asked in (han, client(desk, "han")):  # a double click, that reaches two processes
        answer = asked.post("/requests/bulk/", sure)
        assert answer.status_code == 303
        shown = words(text(asked, answer.headers["Location"]))
        assert "Done with 1 request." in shown
        assert "2 stay as they were" in shown
        assert "node.matter.unknown" in shown
    assert [line.status for line in work.of_officer(desk.node, desk.han).lines] == ["accepted"]
    assert "Done with" not in words(text(client(desk, "wei"), f"/requests/bulk/{once[1]}/"))


def test_many_are_routed_by_rule_after_saying_where(desk: Desk) -> None:
    """The agency stands beside each; what no rule fits stays, with the reason."""
    matter = desk.ask().act.matter.id
    wei = client(desk, "wei")
    shown = words(wei.post("/requests/bulk/", {"line": matter, "action": "route"}).content.decode())
    assert "by rule" in shown
    assert "emergency" in shown
    assert "AA" in shown
    assert matter[:8] not in shown
    form = {"line": matter, "action": "route", "sure": "1", "once": "c" * 32}
    assert wei.post("/requests/bulk/", form).status_code == 303
    assert client(desk, "xu").post("/requests/bulk/", form).status_code == 404
    assert wei.post("/requests/bulk/", {"line": matter, "action": "burn"}).status_code == 404
    assert "No line was chosen" in wei.post("/requests/bulk/", {"action": "see"}).content.decode()
    to = {"line": matter, "action": "assign", "sure": "1", "to": "nobody"}
    assert wei.post("/requests/bulk/", to).status_code == 422


def test_the_list_is_taken_out_as_it_is_filtered(desk: Desk) -> None:
    """CSV and JSON with every line; that it was taken out is noted."""
    desk.ask()
    urgent = desk.ask("subscriber", "urgent").act.matter.id
    wei = client(desk, "wei")
    rows = list(
        csv.DictReader(
            io.StringIO(
                file(wei.post("/requests/list.csv", {"query": "urgency=urgent"})).removeprefix(
                    "\N{ZERO WIDTH NO-BREAK SPACE}"
                )
            )
        )
    )
    assert [(row["request"], row["direction"], row["turn"]) for row in rows] == [
        (urgent, "in", "bb")
    ]
    value = json.loads(file(wei.post("/requests/list.json", {"query": ""})))
    assert len(value["requests"]) == 2
    assert wei.post("/requests/list.xml", {"query": ""}).status_code == 404
    assert wei.get("/requests/list.csv").status_code == 405
    assert client(desk, "op").post("/requests/list.csv").status_code == 403
    with desk.node.store.read() as tx:
        facts = [one for one in tx.records("local-fact").values() if "query" in (one or {})]  # type: ignore[operator] # JSON
    assert len(facts) == 2


@pytest.mark.parametrize(
    "text_", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_no_cell_is_a_formula(text_: str) -> None:
    """What a program for tables would compute begins with an apostrophe."""
    assert safe(text_) == f"'{text_}"
    assert safe([text_, "x"]).startswith("'")
    assert safe("POL 26/1") == "POL 26/1"


def test_an_address_says_what_is_asked_for_and_nothing_else() -> None:
    """What is rendered is read back; what cannot be meant is left out."""
    stores._configure()
    text_ = "q=a+b&status=submitted&direction=in&party=sy&urgency=urgent&clock=due&mine=on"
    assert listing_query.of_text(text_).render() == text_
    odd = "status=burnt&direction=up&clock=x&party=" + "p" * 64 + "&q=%00"
    assert listing_query.of_text(odd).render() == ""
    assert not listing_query.of_text("after=abc").is_filtered


def test_a_wrong_cursor_is_a_page_and_not_a_crash(desk: Desk) -> None:
    """It says what to do: nothing is out of order, and the first page is there."""
    answer = client(desk, "wei").get("/requests/?after=%7Enonsense")
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "node.cursor.malformed" in shown
    assert '<a class="govuk-link" href="/requests/">Read it from the beginning</a>' in shown


def test_what_was_searched_for_may_be_one_long_word(desk: Desk) -> None:
    """It stands in isolation, where the style may break it."""
    answer = client(desk, "wei").get("/requests/", {"q": "a1" * 64})
    assert f"Found for “<bdi>{'a1' * 64}</bdi>”" in answer.content.decode()


def test_pages_of_the_list_meet(desk: Desk) -> None:
    """Each request once, by links alone."""
    matters = {desk.ask("subscriber", "urgent").act.matter.id for _ in range(5)}
    wei = client(desk, "wei")
    found: list[str] = []
    path = "/requests/?count=2"
    while path:
        shown = text(wei, path)
        found += re.findall(r'name="line" value="([^"]+)"', shown)
        more = re.search(r'href="([^"]+)" rel="next"', shown)
        path = unescape(more[1]) if more else ""
    assert len(found) == 5
    assert set(found) == matters


def test_what_is_overdue_is_told_in_words_and_colour(desk: Desk) -> None:
    """Late by how long, and by which clock it goes on."""
    desk.ask()
    desk.world.advance(72 * HOUR_MS)
    shown = text(client(desk, "wei"), "/requests/?clock=overdue")
    assert "cm-tag--bad cm-age--late" in shown
    assert "late by 2 days" in words(shown)
