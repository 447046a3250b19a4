"""One request as an officer's browser gets it: every page, both languages, each role."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

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


def test_a_clock_that_runs_on_an_earlier_request_is_told_with_its_party(made: Scene) -> None:
    """Whose clock it is, which one, and a way to the request on which it runs."""
    earlier = made.asks("preservation")
    later = made.asks("preservation", extends=earlier)
    page = made.client("con", "bb").get(f"/requests/{later}/clocks/").content.decode()

    (line,) = re.findall(rf"<p[^>]*>(?:(?!</p>).)*/requests/{earlier}/(?:(?!</p>).)*</p>", page)
    assert re.sub(r"<[^>]+>", "", line).split() == ["BB", "preservation-expiry", earlier[:8]]
