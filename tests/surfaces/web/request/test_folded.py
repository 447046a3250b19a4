"""The list of requests: answers to read are one line, which opens without a script.

Floor: tests.
"""

from pathlib import Path

import pytest
from django.test import Client
from surfaces.web.stage import client, world_of


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Client, str, str]:
    """Return a reader of a request that was answered and of one that was not, and both ids."""
    folder: Path = tmp_path_factory.mktemp("list")
    world = world_of(folder, "fr", "sy")
    answered = world.ask("fr")
    world.pump()
    world.acknowledge("sy", answered)
    world.answer("sy", answered)
    world.pump()
    waits = world.ask("fr")
    world.pump()
    return client(world.node("fr")), answered.act.matter.id, waits.act.matter.id


def _page(reader: Client, query: str = "") -> str:
    return reader.get(f"/requests/{query}", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_answers_to_read_are_one_line(listed: tuple[Client, str, str]) -> None:
    """They stand folded above the list, and once: what keeps somebody waiting is not among them."""
    reader, answered, waits = listed
    page = _page(reader)
    start, end = page.index('id="to-read"'), page.index("</details>", page.index('id="to-read"'))
    assert "1 answer to read" in page[start:end]
    assert start < page.index(f"/requests/{answered}/") < end < page.index(f"/requests/{waits}/")
    assert page.count(f'value="{answered}"') == 1


def test_what_is_alone_or_asked_for_is_not_folded(listed: tuple[Client, str, str]) -> None:
    """A filter that leaves nothing else, and a search, show their lines."""
    reader, answered, _ = listed
    for query in ("?status=answered", f"?q={answered}"):
        page = _page(reader, query)
        assert 'id="to-read"' not in page
        assert f"/requests/{answered}/" in page
