"""What is shared reaches programs by TAXII 2.1: real clients, unchanged, and misbehaving ones."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import stix2
from pymisp import MISPEvent
from support.threats import LATER, ORIGIN, Client, Line, Post
from taxii2client.common import TokenAuth
from taxii2client.v21 import as_pages

from comity.acts.marks import TLP
from comity.domestic.outside.session import TOKEN, Terms
from comity.domestic.share.consumer import POWERS, REACHES
from comity.joint.share.effective import TLP_2
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.desk import outside
from comity.rooms.share import consumers, lists

MARK_IDS = {tlp: id_ for id_, tlp in TLP_2.items()}


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Two States; whatever `requests` sends goes to the third listener of one."""
    made = Post(tmp_path)
    line = Line(made.app)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: line)
    return made


def address(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields of STIX
    """Return the n-th address."""
    made = stix2.IPv4Address(value=f"198.51.100.{number}")
    return {**json.loads(made.serialize()), **more}


def value(number: int) -> str:
    """Return how it is written."""
    return f"198.51.100.{number}"


def test_the_client_of_oasis_has_every_object_once(post: Post) -> None:
    """By pages of any size; each is there once, and in the order in which it was added."""
    client = post.admit()
    post.give([address(number) for number in range(10)])
    post.give([address(number) for number in range(10, 17)])
    every = {value(number) for number in range(17)}
    assert client.values() == every
    for size in (1, 5, 16, 17, 1_000):
        pages = [*as_pages(client.collection().get_objects, per_request=size)]
        seen = [one["value"] for page in pages for one in page["objects"]]
        assert (len(seen), set(seen)) == (17, every)
    manifest = client.collection().get_manifest()["objects"]
    times = [one["date_added"] for one in manifest]
    assert times == sorted(set(times))


def test_a_client_that_pages_by_time_alone_loses_nothing(post: Post) -> None:
    """Added times rise strictly; one that sends both cursors and changes its limit, neither."""
    client = post.admit()
    post.give([address(number) for number in range(9)])
    seen: list[str] = []
    after, limit = "", 2
    cursor: dict[str, str] = {}
    for turn in range(20):
        page = client.get(
            f"api/collections/{client.collection().id}/objects/?limit={limit}"
            + (f"&added_after={after}" if after else "")
            + "".join(f"&next={one}" for one in cursor.values())
        )
        listed = page.json().get("objects", [])
        seen += [one["value"] for one in listed]
        if not listed:
            break
        after = page.headers["X-TAXII-Date-Added-Last"]
        cursor = {"next": page.json()["next"]} if turn % 2 and page.json().get("more") else {}
        limit = 1 + turn % 3
        if turn == 2:
            post.give([address(number) for number in range(20, 23)])
    assert seen == [value(number) for number in (*range(9), *range(20, 23))]


def test_what_is_retracted_is_gone_at_once_and_for_good(post: Post) -> None:
    """Before any list is brought up to date, and after; giving the same again is another share."""
    client = post.admit()
    share = post.give([address(number) for number in range(5)])
    assert client.values() == {value(number) for number in range(5)}
    retract = ("share", "retract", share, "--reason", "false-positive", "--item", "2-3")
    post.desks.do("us", *retract)
    left = {value(number) for number in (0, 3, 4)}
    assert client.values() == left  # nobody brought the list up to date yet
    post.refresh()
    assert client.values() == left
    post.desks.do("us", "share", "retract", share, "--reason", "law")
    assert client.values() == set()
    post.refresh()
    with post.node.store.read() as tx:
        assert not tx.records(lists.LISTED)
    post.give([address(1)])
    assert client.values() == {value(1)}


def test_a_narrower_mark_closes_the_door_at_once(post: Post) -> None:
    """A mark that is widened again lists what it opened as added then."""
    client = post.admit("community")
    share = post.give([address(1), address(2)])
    assert len(client.values()) == 2
    post.desks.do("us", "share", "mark", share, "--mark", "TLP:AMBER", "--item", "2")
    assert client.values() == {value(1)}
    post.refresh()
    post.desks.do("us", "share", "mark", share, "--mark", "TLP:CLEAR")
    post.refresh()
    assert client.values() == {value(1), value(2)}


def test_each_consumer_has_what_marks_let_it_have(post: Post) -> None:
    """TLP by reach and PAP by power; RED is for persons; what refers to a hidden one is hidden."""
    clients = {(r, p): post.admit(r, p) for r in REACHES for p in POWERS}
    some = [address(at, object_marking_refs=[MARK_IDS[tlp]]) for at, tlp in enumerate(TLP)]
    some.append(address(9, resolves_to_refs=["mac-addr--00000000-0000-4000-8000-000000000000"]))
    some[-1]["belongs_to_refs"] = [some[0]["id"]]
    post.give(some, "TLP:CLEAR")
    post.give([address(20)], "TLP:CLEAR PAP:RED")
    post.give([address(21)], "TLP:CLEAR PAP:AMBER")
    first = {"agency": 1, "client": 2, "community": 3, "public": 4}
    for (reach, power), client in clients.items():
        by_power = {"watch": {20, 21}, "check": {21}, "act": set()}[power]
        assert client.values() == {value(n) for n in (*range(first[reach], 5), *by_power)}


def test_infections_go_to_the_owner_of_the_network_alone(post: Post) -> None:
    """Who has no network has none; another network opens another part."""
    hospital = post.admit("client", "act", "198.51.100.0/30")
    nobody = post.admit("agency", "act")
    post.give([address(number) for number in range(8)], "TLP:AMBER", "infections")
    assert hospital.values() == {value(number) for number in range(4)}
    assert nobody.values() == set()
    consumers.set_networks(post.node, post.officer(), hospital.id, ["198.51.100.4/31"])
    post.refresh()
    assert hospital.values() == {value(4), value(5)}


def test_a_collection_of_another_is_not_there(post: Post) -> None:
    """The answer is that of a collection which never was: in status, words and headers."""
    one, other = post.admit(), post.admit("public")
    post.give([address(1)])
    mine, theirs = (each.collection().id for each in (one, other))
    never = "00000000-0000-4000-8000-000000000000"
    for rest in ("", "objects/", "manifest/", "objects/x--1/"):
        answers = [one.get(f"api/collections/{id_}/{rest}") for id_ in (theirs, never)]
        assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
        assert dict(answers[0].headers) == dict(answers[1].headers)
    hidden = other.get(f"api/collections/{theirs}/objects/{address(1)['id']}/")
    unknown = other.get(f"api/collections/{theirs}/objects/{address(99)['id']}/")
    assert (hidden.status_code, hidden.text) == (unknown.status_code, unknown.text)
    assert hidden.status_code == 404
    assert one.get(f"api/collections/{mine}/objects/{address(1)['id']}/").status_code == 200


def test_filters_and_versions_are_those_of_taxii(post: Post) -> None:
    """The newest version by default; every one, the first, or one of a time by request."""
    client = post.admit()
    made = stix2.Indicator(
        pattern="[ipv4-addr:value = '198.51.100.1']", pattern_type="stix",
        valid_from="2027-01-01T00:00:00Z", created="2027-01-01T00:00:00.000Z",
        modified="2027-01-01T00:00:00.000Z",
    )  # fmt: skip
    old = json.loads(made.serialize())
    new = {**old, "modified": "2027-01-02T00:00:00.000Z"}
    post.give([new, old, address(1)])

    def versions(**query: str) -> list[str]:
        found = client.objects(**query).get("objects", [])
        return [one["modified"] for one in found if one["type"] == "indicator"]

    assert versions() == [new["modified"]]
    assert versions(**{"match[version]": "first"}) == [old["modified"]]
    assert sorted(versions(**{"match[version]": "all"})) == [old["modified"], new["modified"]]
    assert versions(**{"match[version]": old["modified"]}) == [old["modified"]]
    assert len(client.objects(**{"match[type]": "ipv4-addr"})["objects"]) == 1
    found = client.get(f"api/collections/{client.collection().id}/objects/{old['id']}/versions/")
    assert sorted(found.json()["versions"]) == [old["modified"], new["modified"]]


BAD: Mapping[str, int] = {
    "limit=0": 400, "limit=-1": 400, "limit=x": 400, "added_after=yesterday": 400,
    "added_after=2027-13-01T00:00:00Z": 400, "next=AAAA": 400, "next=%FF": 400,
    "limit=1&limit=2": 400, "&".join(f"a{n}=1" for n in range(99)): 400,
}  # fmt: skip


def test_bad_input_is_told_in_words(post: Post) -> None:
    """Each is answered with a sentence, and nothing fails."""
    client = post.admit()
    post.give([address(1), address(2)])
    base = f"api/collections/{client.collection().id}/objects/"
    for query, status in BAD.items():
        answer = client.get(f"{base}?{query}")
        assert (answer.status_code, bool(answer.json()["title"])) == (status, True), query
    cursor = client.objects(limit="1")["next"]
    assert client.get(f"{base}?next={cursor}&match[type]=x").status_code == 400
    assert client.get(base, Accept="application/xml").status_code == 406
    assert client.get(base, Accept="application/taxii+json;version=2.0").status_code == 406


def test_a_token_counts_in_each_form_and_no_longer_once_it_is_ended(post: Post) -> None:
    """Bearer, Token and Basic; an end counts at the next request."""
    client = post.admit()
    for auth in (None, TokenAuth(client.token)):
        assert client.session.get(
            f"{ORIGIN}/taxii2/", auth=auth, headers={"Authorization": f"Bearer {client.token}"}
        ).ok
    basic = client.session.get(f"{ORIGIN}/taxii2/", auth=("any", client.token))
    assert basic.json()["default"] == f"{ORIGIN}/taxii2/api/"
    assert client.session.get(f"{ORIGIN}/taxii2/", auth=("any", "wrong")).status_code == 401
    consumers.end(post.node, post.officer(), client.id)
    assert client.get("").status_code == 401


def test_a_session_that_is_no_consumer_has_nothing(post: Post) -> None:
    """Whoever was admitted with the scope, but as no consumer, finds nothing."""
    terms = Terms(TOKEN, "x", "y", (consumers.SCOPE.name,))
    made = outside.admit(post.node, post.officer(), terms)
    assert not isinstance(made, Inadmissible)
    assert Client(made.session.id, made.secret).get("").status_code == 404


def test_an_object_that_is_none_is_not_given(post: Post) -> None:
    """The file is refused with each of them, and nothing leaves."""
    file = post.folder / "bad.json"
    file.write_text(json.dumps([address(1), address(2, value="x"), address(1)]), "utf-8")
    words = ("share", "give", file, "--category", "indicators", "--mark", "TLP:GREEN")
    with pytest.raises(Unfit, match=r"share\.bundle\.unfit") as told:
        post.desks.do("us", *words, "--valid-until", LATER)
    assert [one.rule for one in told.value.problems] == [
        "share.object.schema",
        "share.object.twice",
    ]


def test_a_plain_list_has_each_value_once(post: Post) -> None:
    """One a line, of observables and of indicators of one comparison; no line that is two."""
    client = post.admit()
    made = stix2.Indicator(
        pattern="[url:value = 'http://a.example/x']", pattern_type="stix",
        valid_from="2027-01-01T00:00:00Z",
    )  # fmt: skip
    odd = stix2.URL(value="http://b.example/\n198.51.100.66")
    some = [json.loads(one.serialize()) for one in (made, odd)]
    share = post.give([address(2), address(1), *some])
    post.give([address(1)])
    assert client.raw(f"/lists/{client.id}/ipv4.txt").text == f"{value(1)}\n{value(2)}\n"
    assert client.raw(f"/lists/{client.id}/url.txt").text == "http://a.example/x\n"
    post.desks.do("us", "share", "retract", share, "--reason", "law")
    assert client.raw(f"/lists/{client.id}/ipv4.txt").text == f"{value(1)}\n"
    for path in (f"/lists/{client.id}/x.txt", f"/lists/{post.admit().id}/ipv4.txt", "/lists/"):
        assert client.raw(path).status_code == 404


def test_pymisp_reads_the_feed_and_makes_its_files_alike(post: Post) -> None:
    """From our events PyMISP makes our manifest and our hashes; marks are never wider."""
    client = post.admit()
    strict = address(3, object_marking_refs=[MARK_IDS["AMBER+STRICT"]])
    post.give([address(1), address(2), strict], "TLP:GREEN PAP:GREEN")
    post.give([address(5)], "TLP:CLEAR")
    base = f"/misp/{client.id}"
    manifest = client.raw(f"{base}/manifest.json").json()
    assert len(manifest) == 2
    hashes = []
    for id_, head in manifest.items():
        event = MISPEvent()
        event.load(client.raw(f"{base}/{id_}.json").json())
        (theirs,) = event.manifest.values()
        assert theirs["info"] == head["info"]
        assert theirs["Orgc"] == head["Orgc"]
        assert int(theirs["timestamp"]) == int(head["timestamp"])
        assert [one["name"] for one in theirs["Tag"]] == [one["name"] for one in head["Tag"]]
        hashes += [f"{one},{id_}" for one in event.attributes_hashes("md5")]
        for attribute in event.attributes:
            tlp = "amber+strict" if attribute.value == value(3) else None
            names = [one.name for one in attribute.tags]
            assert tlp is None or names == [f"tlp:{tlp}", "PAP:GREEN"]
    assert sorted(hashes) == client.raw(f"{base}/hashes.csv").text.split()
    tags = {tuple(one["name"] for one in head["Tag"]) for head in manifest.values()}
    assert tags == {("tlp:amber+strict", "PAP:GREEN"), ("tlp:clear",)}
    assert client.raw(f"{base}/{'0' * 36}.json").status_code == 404
