"""Whoever says an act chooses its id: one that another State used hides nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import pair
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.acts.record import Office
from comity.joint.request import acts
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.rooms.request import letter, reading
from comity.surfaces.web.desk import KEY, Ports


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Scene]:
    """Two States."""
    with pair.closing():
        yield scene.made(tmp_path)


def test_an_act_with_the_id_of_another_stands_beside_it(made: Scene) -> None:
    """On the page of that id both are read, each with who said it, and a proof of its own."""
    matter = made.asks()
    shown = reading.show(made.node("bb"), made.officer("ann", "bb"), matter)
    about = acts.About(matter, shown.state.request_id, "aa")
    copied = acts.acknowledged(acts.Saying(about.request_id, Office("police"), "CB-66"), about)
    append.append(made.node("bb"), shown.row.channel, [Candidate(copied)])
    made.world.pump()
    for party in ("aa", "bb"):
        client = made.client("ann", party)
        page = client.get(f"/requests/{matter}/acts/{copied.id}/").content.decode()
        articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
        assert len(articles) == 2
        assert "CB-66" in articles[1]
        assert "Several acts have this id" in page
        proofs = re.findall(r'href="([^"]+/proof/\?of=[^"]+)"', page)
        origins = [client.get(f"{one}&as=proof").content.decode() for one in proofs]
        assert len(set(origins)) == 2
        proof = client.get(proofs[1]).content.decode()
        assert 'href="?as=proof&amp;of=bb"' in proof


def test_a_letter_and_a_correction_are_of_the_act_of_its_author(made: Scene) -> None:
    """What one State says of its act is not told of another's that has its id."""
    matter = made.asks()
    shown = reading.show(made.node("bb"), made.officer("ann", "bb"), matter)
    about = acts.About(matter, shown.state.request_id, "aa")
    copied = acts.acknowledged(acts.Saying(about.request_id, Office("police"), "CB-66"), about)
    append.append(made.node("bb"), shown.row.channel, [Candidate(copied)])
    made.world.pump()
    texts = [{"lang": "en", "text": "The name was wrong.", "by": "author", "original": True}]
    made.says(
        "aa", acts.CORRECTED, matter, {"about": copied.id, "error": "wrong-person"}, texts=texts
    )
    client = made.client("ann", "aa")
    desk = stage.desk_of(made.node("aa"))
    ports = Ports(typeset=lambda data, _at_ms: data)
    client.defaults |= {KEY: replace(desk, ports=ports)}  # type: ignore[dict-item] # the WSGI environment
    page = client.get(f"/requests/{matter}/acts/{copied.id}/").content.decode()
    articles = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert ["Corrected by" in one for one in articles] == [True, False]
    letters = [re.findall(r'href="([^"]+/letter.pdf[^"]+)"', one) for one in articles]
    digests = {client.get(one).headers["Comity-Digest"] for (one,) in letters}
    by = {
        letter.of(made.node("aa"), made.officer("ann", "aa"), matter, copied.id, one).digest
        for one in ("aa", "bb")
    }
    assert digests == by
    assert len(by) == 2
    papers = client.get(f"/requests/{matter}/papers/").content.decode()
    assert {one.replace("&amp;", "&") for (one,) in letters} <= set(
        re.findall(r'href="([^"]+/letter.pdf[^"]+)"', papers)
    )
