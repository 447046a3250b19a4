"""Evidence that is about to lapse, on the desk of who can save it and on the request."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.joint.request import acts
from comity.node.desk import worksheets

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
DAY_MS = 24 * 3_600_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States; what aa asked to be preserved was preserved and closed, and lapses in days."""
    with pair.closing():
        made = scene.made(tmp_path_factory.mktemp("scene"))
        matter = made.asks("preservation")
        made.says("bb", acts.ACKNOWLEDGED, matter, own_reference="CB-7")
        made.says("bb", acts.ANSWERED, matter, texts=[scene_text("It is preserved.")])
        made.says("aa", acts.CLOSED, matter, {"reason": "satisfied"})
        made.world.advance(57 * DAY_MS)
        yield made


def scene_text(words: str) -> dict[str, object]:
    """Return words as a file of an answer has them."""
    return {"lang": "en", "text": words, "by": "Ann", "original": True}


@pytest.fixture(scope="module")
def matter(made: Scene) -> str:
    """The request."""
    with made.node("aa").store.read() as tx:
        (row,) = (one for one in tx.matters() if one.matter.kind == acts.KIND)
    return row.matter.id


def text(client: Client, path: str, **headers: str) -> str:
    """Return the words of a page that is there."""
    answer = client.get(path, **headers)  # type: ignore[arg-type] # the WSGI environment
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_evidence_that_lapses_is_the_first_line_of_the_desk(made: Scene, matter: str) -> None:
    """Before everything that is due, with a button for each way to save it."""
    client = made.client("ann", "aa")
    page = client.get("/").content.decode()
    at = page.index("Evidence is about to be lost")
    assert at < page.index('class="cm-figures"')
    assert page.index("Extend the preservation") < page.index("Ask for the data")
    assert page.count(matter) >= 3, "the link and two buttons"
    assert "证据即将灭失" in text(client, "/", **CHINESE)


def test_who_cannot_write_is_offered_nothing(made: Scene, matter: str) -> None:
    """An auditor reads what they may; no button of theirs leads to a refusal."""
    page = made.client("aud", "aa").get("/").content.decode()
    assert "Extend the preservation" not in page
    answer = made.client("aud", "aa").post(f"/requests/{matter}/continue/extend/")
    assert answer.status_code in (403, 409)


def test_the_head_of_the_request_says_whose_turn_it_is(made: Scene, matter: str) -> None:
    """Closed as it is, it waits for the State that asked: nobody else can save it."""
    page = text(made.client("ann", "aa"), f"/requests/{matter}/")
    assert "Waiting for us" in page
    assert "Nobody" not in page
    assert "Extend the preservation Ask for the data" in page
    assert "Extend the preservation" not in text(made.client("con", "bb"), f"/requests/{matter}/")


@pytest.mark.parametrize(
    ("way", "kind", "link"),
    [
        ("extend", "Extension of a preservation", "extends"),
        ("ask", "Subscriber information", "follows"),
    ],
)
def test_what_saves_it_is_filled_in(
    made: Scene, matter: str, way: str, kind: str, link: str
) -> None:
    """Type, addressee, both file numbers and all that was said before; pressed twice, one draft."""
    client = made.client("ann", "aa")
    first = client.post(f"/requests/{matter}/continue/{way}/")
    again = client.post(f"/requests/{matter}/continue/{way}/")
    assert (first.status_code, first.url) == (303, again.url)  # type: ignore[attr-defined] # a redirect
    page = client.get(first.url).content.decode()  # type: ignore[attr-defined]
    assert kind in page
    client.post(first.url, {"do": "as page", "saves": "1"})  # type: ignore[attr-defined]
    page = client.get(first.url).content.decode()  # type: ignore[attr-defined]
    assert 'value="CB-7"' in page
    assert 'value="JIRS-2026/01187"' in page
    sheets = worksheets.listing(made.node("aa"), made.officer("ann", "aa"))
    assert [one.text(link) for one in sheets].count(matter) == 1


def test_the_last_day_is_told_in_words(made: Scene, matter: str) -> None:
    """The end of a day is the end of that day, not the first second of the next one."""
    page = made.client("ann", "aa").get(f"/requests/{matter}/").content.decode()
    assert re.search(
        r'<time [^>]*title="too late from 20\d\d-[^"]+"[^>]*>(end of )?\w{3} \d+ \w{3}', page
    )
    assert "(your time)" in page
