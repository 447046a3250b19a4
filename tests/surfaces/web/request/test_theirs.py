"""What the other side may say at will: any number of acts in a request, any name of a file."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support import pair
from surfaces.web.request import scene
from surfaces.web.request.scene import Scene

from comity.acts.record import Addressee, Office
from comity.joint.request import acts
from comity.joint.request.acts import About, Parts, Saying
from comity.kernel import ijson
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.surfaces.web.request import time_line_part

SHOWN, MANY = 20, 50
"""Acts on a page, as this test has it, and how many are said."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Two States."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("scene"))


def about(made: Scene, matter: str) -> About:
    """Return what an act about a request of `aa` names."""
    with made.node("aa").store.read() as tx:
        row = next(one for one in tx.matters() if one.matter.id == matter)
        (first, *_) = tx.acts_of(row.channel, row.matter)
    return About(matter, first.act.id, "aa")


def say_many(made: Scene, matter: str) -> list[str]:
    """Let the asker ask after its request again and again; return the ids."""
    node, to, of = made.node("aa"), (Addressee("bb"),), about(made, matter)
    said = [
        replace(
            acts.said(acts.STATUS_ASKED, Saying(node.act_id(), Office("police")), of, Parts()),
            to=to,
        )
        for _ in range(MANY)
    ]
    append.append(node, made.world.channel, [Candidate(one) for one in said])
    made.world.pump()
    return [one.id for one in said]


@pytest.mark.parametrize("kind", ["time-line", "papers"])
def test_a_request_with_many_acts_is_shown_part_by_part(
    made: Scene, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page has so many at most; together they have each act once, in its order."""
    monkeypatch.setattr(time_line_part, "ACTS_MAX", SHOWN)
    matter = made.asks("preservation")
    client = made.client("con", "bb")
    client.post(f"/requests/{matter}/desk/note/", {"text": "Written at home."})
    said = say_many(made, matter)
    where = {"time-line": "acts/([a-z2-7]{26})/", "papers": "papers/([a-z2-7]{26})/proof/"}[kind]
    parts: list[list[str]] = []
    notes, asked = 0, f"/requests/{matter}/{kind}/"
    while asked:
        text = client.get(asked).content.decode()
        main = text[text.index("<main") :]
        parts.insert(0, list(dict.fromkeys(re.findall(f"/requests/{matter}/{where}", main))))
        notes += main.count("Written at home.")
        earlier = re.search(r'rel="prev" href="(\?before=[0-9]+)"', main)
        asked = f"/requests/{matter}/{kind}/{earlier[1]}" if earlier else ""

    assert max(map(len, parts)) <= SHOWN
    shown = [one for part in parts for one in part]
    assert len(shown) == len(set(shown))
    assert [one for one in shown if one in {*said}] == said
    assert notes == (kind == "time-line")


@pytest.mark.parametrize("typed", ["0", "-1", "x", "9" * 400, "\u0663", "1"])
def test_whatever_is_typed_as_a_part_is_a_page(made: Scene, typed: str) -> None:
    """It is an address, and anybody may write one."""
    matter = made.asks("preservation")
    answer = made.client("con", "bb").get(f"/requests/{matter}/time-line/", {"before": typed})
    assert answer.status_code == 200


def test_the_name_of_a_file_turns_no_line_and_is_isolated(made: Scene) -> None:
    """On every page of evidence: the name, the number of the exhibit, where it came from."""
    matter, node = made.asks("preservation"), made.node("aa")
    bad = "x\u202egpj.exe\x1b[2J\x00"
    line: ijson.Json = {
        "name": bad,
        "exhibit": bad,
        "role": bad,
        "sha256": bad,
        "provenance": {bad: bad},
    }
    made_ = [
        pair.sealed(node, ijson.render({"attachments": [line]}), "elements"),
        pair.sealed(node, b"data", "attachment:1"),
    ]
    saying = Saying(node.act_id(), Office("police"), "", tuple(blob for blob, _ in made_))
    said = acts.said(acts.STATUS_ASKED, saying, about(made, matter), Parts())
    bodies = {blob.sha256: stored for blob, stored in made_}
    candidate = Candidate(replace(said, to=(Addressee("bb"),)), bodies)
    append.append(node, made.world.channel, [candidate])
    made.world.pump()
    client, sha256 = made.client("con", "bb"), made_[1][0].sha256
    pages = ("evidence/", "evidence/destroy/", f"evidence/{sha256}/", "papers/print/")
    for page in pages:
        text = client.get(f"/requests/{matter}/{page}").content.decode()
        assert not {"\u202e", "\x1b", "\x00"} & {*text}, page
        spelled = re.findall(r"(<\w+[^>]*>)[^<]*x\ufffdgpj\.exe", text)
        assert spelled, page
        assert all("<bdi" in one or "<title" in one for one in spelled), (page, spelled)


def test_a_language_and_the_name_of_an_element_turn_no_line(made: Scene) -> None:
    """They are words of the other side, as what stands beside them is."""
    node, bad = made.node("aa"), "x\u202eegaugnal\x1b[2J\x00"
    texts: ijson.Json = [{"lang": bad, "text": "So.", "by": bad, "original": True}]
    made_ = [
        pair.sealed(node, ijson.render(texts), "texts"),
        pair.sealed(node, ijson.render({"elements": {bad: "So."}}), "elements"),
    ]
    saying = Saying(node.act_id(), Office("police"), "", tuple(blob for blob, _ in made_))
    asked = acts.Asked("preservation", "urgent")
    said = acts.submitted(saying, "aa", (Addressee("bb", "police"),), asked)
    bodies = {blob.sha256: stored for blob, stored in made_}
    append.append(node, made.world.channel, [Candidate(said, bodies)])
    made.world.pump()
    for page in ("", "time-line/", "papers/print/"):
        text = made.client("con", "bb").get(f"/requests/{said.matter.id}/{page}").content.decode()
        assert "x\ufffdegaugnal" in text, page
        assert not {"\u202e", "\x1b", "\x00"} & {*text}, page
