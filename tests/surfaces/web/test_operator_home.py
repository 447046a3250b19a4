"""The home of whoever runs the machine: what they end has one button, officers' work is a number.

Floor: tests.
"""

import re

import pytest
from django.test import Client
from surfaces.web.stage import OPERATOR, client, world_of

from comity.node.exchange import status

ALARMS = [
    ("duty.unrouted", "Request aaaa waits."),
    ("node.clock.overdue", "Request bbbb is late."),
    ("exchange.card.refused", "A card of sy."),
    ("officer.sign-ins.failing", "Many."),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of a node with alarms of both kinds."""
    node = world_of(tmp_path_factory.mktemp("home"), "fr", "sy").node("fr")
    with node.store.write() as tx:
        status.save_served(tx, {}, ALARMS, 1)
    reader: Client = client(node, officer=OPERATOR)
    return reader.get("/node/").content.decode()


def _now(page: str) -> list[str]:
    (part,) = re.findall(r'<ul class="cm-now cm-alarms">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", part, re.DOTALL)


def test_an_alarm_of_the_machine_has_one_button(page: str) -> None:
    """It leads to where it is mended."""
    rows = _now(page)
    assert [re.findall(r'href="([^"]+)"', row) for row in rows] == [
        ["/partners/"],
        ["/account/officers/"],
    ]


def test_what_officers_end_is_counted_and_folded(page: str) -> None:
    """They are one number with a link, and none of them stands among what the operator does."""
    assert not [row for row in _now(page) if "duty." in row or "node.clock." in row]
    assert re.search(r'href="#officers"><span\s+class="cm-figure__n">2</span>', page)
    folded = page[page.index('id="officers"') :]
    assert folded.index("<details") < folded.index("duty.unrouted")
