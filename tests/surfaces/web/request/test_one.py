"""One request as an officer's browser gets it: every page, both languages, each role."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.acts.record import Addressee
from comity.node.room import request_file
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import desk

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
PAGES = (
    "",
    "time-line/",
    "clocks/",
    "at-home/",
    "evidence/",
    "evidence/bag/",
    "papers/",
    "papers/print/",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; tests ask anew."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """An emergency that arrived, and that nobody registered."""
    return made.asks()


def text(client: Client, path: str, **headers: str) -> str:
    """Return the words of a page that is there."""
    answer = client.get(path, **headers)  # type: ignore[arg-type] # the WSGI environment
    assert answer.status_code == 200, (path, answer.status_code, answer.content[:2000])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_in_both_languages(made: Scene, matter: str, page: str) -> None:
    """What stands there is of the reader's language, and nothing fails."""
    client = made.client("con", "bb")
    assert "Emergency" in text(client, f"/requests/{matter}/{page}")
    assert "紧急" in text(client, f"/requests/{matter}/{page}", **CHINESE)


def test_every_part_of_a_request_has_a_title_of_its_own(made: Scene, matter: str) -> None:
    """Who has several of its pages open, or hears where they are, tells them apart."""
    client = made.client("con", "bb")
    titles = set()
    for page in PAGES:
        found = re.search(r"<title>(.*?)</title>", client.get(f"/requests/{matter}/{page}").text)
        assert found is not None
        titles.add(found[1])
    assert len(titles) == len(PAGES), titles


def test_why_a_clock_says_it_names_a_source_once_and_the_readers_time(
    made: Scene, matter: str
) -> None:
    """An emergency runs by no calendar: its instants are those of the reader's wall."""
    page = made.client("con", "bb").get(f"/requests/{matter}/clocks/").content.decode()
    first = page[page.index("cm-why") :].partition("</ol>")[0]
    assert first.count('<bdi class="cm-ago">') == 1
    assert "+00:00" not in first


def test_what_was_stored_and_received_in_one_second_is_one_line(made: Scene, matter: str) -> None:
    """Two times that are alike say no more than one."""
    page = made.client("con", "bb").get(f"/requests/{matter}/time-line/").content.decode()
    assert "stored and received" in page


def test_a_clock_that_runs_on_an_earlier_request_is_told_with_its_party(made: Scene) -> None:
    """Whose clock it is, which one, and a way to the request on which it runs."""
    earlier = made.asks("preservation")
    later = made.asks("preservation", extends=earlier)
    page = made.client("con", "bb").get(f"/requests/{later}/clocks/").content.decode()

    (line,) = re.findall(rf"(?s)<p[^>]*>(?:(?!</p>).)*/requests/{earlier}/(?:(?!</p>).)*</p>", page)
    assert re.sub(r"<[^>]+>", "", line).split() == ["BB", "preservation-expiry", earlier[:8]]


def test_a_step_at_home_names_agencies_and_not_their_codes(made: Scene, matter: str) -> None:
    """On the time line, in the file, and where one is chosen."""
    client, path = made.client("con", "bb"), f"/requests/{matter}"
    form = client.get(f"{path}/desk/route/").content.decode()
    assert re.search(r'<option value="police">Police</option>', form)
    assert re.search(r"<dt>Type</dt>\s*<dd>\s*<bdi>Emergency disclosure</bdi>", form)
    assert re.search(r'value="police"[^>]*>\s*<label[^>]*>\s*Police', form), "who takes part"
    note = {"to": "police", "why": "It is ours.", "form": "x"}
    key = re.search(r'name="form" value="([^"]+)"', form)
    answer = client.post(f"{path}/desk/route/", {**note, **({"form": key[1]} if key else {})})
    assert answer.status_code == 303, answer.content.decode()[-3_000:]
    for page in ("time-line/", "at-home/"):
        body = client.get(f"{path}/{page}").content.decode()
        step = body[body.index("gave it to an agency") :]
        assert step.count('<bdi lang="en">Police</bdi>') >= 2, "who did it, and to whom"
        assert '<bdi class="cm-code">police</bdi>' not in step.partition("</li>")[0]


def test_a_draft_names_the_agency_that_it_goes_to(made: Scene) -> None:
    """As the newest card of that State calls it."""
    ann, node = made.officer("ann", "aa"), made.node("aa")
    value = json.loads((scene.EXAMPLES / "emergency.json").read_text("utf-8"))
    written = request_file.from_json(value, request_file.REQUEST, "emergency")
    channel = f"{made.world.arrangement}/live"
    kept = desk.send(
        node, ann, written, [], [Addressee("bb", "police")], channel=channel, is_held=True
    )
    assert isinstance(kept, Waiting)
    page = made.client("ann", "aa").get(f"/release/{kept.draft_id}/").content.decode()
    assert re.search(r'BB</bdi> / <bdi lang="en">Police</bdi>', page)


def test_an_emergency_shows_clock_call_back_and_facts_before_all_else(
    made: Scene, matter: str
) -> None:
    """Whoever opens it reads in the first box whom to call, what happened and about whom."""
    page = made.client("con", "bb").get(f"/requests/{matter}/").content.decode()
    box = page[page.index('class="cm-brief"') : page.index('class="cm-facts')]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", box))
    for told in ("+99 1 5550 0199", "A child of nine was taken", "u-88213907", "due in"):
        assert told in words, told
    asker = made.client("ann", "aa").get(f"/requests/{matter}/").content.decode()
    assert 'class="cm-brief"' not in asker, "who asked knows it"


def test_an_emergency_is_acknowledged_from_the_desk(made: Scene) -> None:
    """Its row has a clock and the button that leads to the form: two presses in all."""
    found = made.asks(own_reference="OPS-2")
    page = made.client("con", "bb").get("/").content.decode()
    row = page[page.index(f'data-arrival="{found}"') :]
    row = row[: row.index("</tr>")]
    assert f'href="/requests/{found}/acknowledge/"' in row
    assert "cm-age--" in row
    auditor = made.client("aud", "bb").get("/").content.decode()
    assert f'href="/requests/{found}/acknowledge/"' not in auditor
