"""Giving: who will read it, what is held back and by which rule, and what then leaves."""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stix2
from support.desks import Desks
from support.overtaken import before_a_write

from comity.domestic.share import guard
from comity.domestic.share.source import FILE, MISP, NETWORKS, TAXII, Source
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.sources import Fetched
from comity.rooms.share import holdings, sources
from comity.surfaces.cli import source

LATER = "2027-03-01T00:00:00Z"
GIVING = ("--category", "indicators", "--valid-until", LATER)


class Givers(Desks):
    """Two States with the commands of sources, and a folder for files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.modules = (*self.modules, source)
        self.folder = folder


@pytest.fixture
def desks(tmp_path: Path) -> Givers:
    """Two States."""
    return Givers(tmp_path)


def write(desks: Givers, name: str, data: str | bytes) -> Path:
    """Write a file."""
    path = desks.folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def give(
    desks: Givers, party: str, file: Path, mark: str = "TLP:GREEN", *more: str
) -> dict[str, Any]:
    """Let a State give a file."""
    made: dict[str, Any] = desks.do(party, "share", "give", file, *GIVING, "--mark", mark, *more)
    return made


def held(desks: Givers, party: str, share: str) -> list[dict[str, Any]]:
    """Return the objects that a State holds of a share."""
    node = desks.states[party].node
    with node.store.read() as tx:
        (row,) = [one for one in tx.matters("share", "", 9) if one.matter.id == share]
        found = holdings.read(node, tx, row)
    return [one for one in found.objects.values() if one is not None]


def rules(
    desks: Givers, party: str, file: Path, mark: str = "TLP:GREEN", *more: str
) -> dict[str, int]:
    """Return how many objects each rule holds back."""
    checked = desks.value(party, "ann" if party == "us" else "wei", "share", "check", file,
                          "--mark", mark, *more)  # fmt: skip
    found: dict[str, int] = checked["held_by_rule"]
    return found


def test_a_list_of_addresses_is_given_and_read(desks: Givers) -> None:
    """As a person pastes it: 1,200 lines, some of them no address; the other State has the rest."""
    lines = [f"198.51.{100 + number // 250}[.]{number % 250}" for number in range(1_200)]
    file = write(desks, "list.txt", "\n".join([*lines, "hello", "=1+1"]))
    checked = desks.value("us", "ann", "share", "check", file, "--mark", "TLP:AMBER")
    assert (checked["form"], checked["objects"], len(checked["left_out"])) == ("table", 1_200, 2)
    assert [one["party"] for one in checked["audience"]] == ["cn"]
    assert checked["audience"][0]["reaches"] == ["agency", "client"]
    made = give(desks, "us", file, "TLP:AMBER")
    assert len(held(desks, "cn", made["matter"])) == 1_200


def test_what_a_rule_holds_back_does_not_leave(desks: Givers) -> None:
    """Own networks, persons, warning lists; what refers to them stays too; the rest leaves."""
    own = write(desks, "own.txt", "203.0.113.0/24\n")
    warned = write(desks, "warned.json", '{"name":"Resolvers","type":"cidr","list":["192.0.2.53"]}')
    desks.do("us", "source", "add", own, "--name", "Ours", "--kind", "networks")
    desks.do("us", "source", "add", warned, "--name", "Warned", "--kind", "warning-list")
    ours = stix2.IPv4Address(value="203.0.113.9")
    seen = stix2.DomainName(value="a.example", resolves_to_refs=[ours.id], allow_custom=True)
    hidden = stix2.Indicator(
        pattern="[ipv4-addr:value = '198.51.100.1' OR ipv4-addr:value = '203.0.113.77']",
        pattern_type="stix", valid_from="2026-01-01T00:00:00Z",
    )  # fmt: skip
    objects = [
        ours, seen, hidden, stix2.IPv4Address(value="192.0.2.53"),
        stix2.EmailAddress(value="p@a.example"), stix2.IPv4Address(value="198.51.100.8"),
    ]  # fmt: skip
    file = write(desks, "b.json", stix2.Bundle(objects=objects).serialize())
    assert rules(desks, "us", file) == {
        guard.OWN_NETWORK: 2, guard.REFERS: 1, guard.WARNING: 1, guard.PERSONAL: 1,
    }  # fmt: skip
    made = give(desks, "us", file)
    assert [one.get("value") for one in held(desks, "cn", made["matter"])] == ["198.51.100.8"]
    let = ("--let", guard.PERSONAL, "--let", guard.DUPLICATE)
    again = give(desks, "us", file, "TLP:GREEN", *let)
    values = {one.get("value") for one in held(desks, "cn", again["matter"])}
    assert values == {"198.51.100.8", "p@a.example"}


def test_nothing_is_given_twice_or_after_it_was_taken_back(desks: Givers) -> None:
    """Not even under another id: the value is known again."""
    file = write(desks, "list.txt", "198.51.100.7\n198.51.100.8\n")
    made = give(desks, "us", file)
    assert rules(desks, "us", file) == {guard.DUPLICATE: 2}
    with pytest.raises(Fault, match=r"share\.bundle\.held-back"):
        give(desks, "us", file)
    desks.do("us", "share", "retract", made["matter"], "--reason", "false-positive", "--item", "1")
    told = stix2.Indicator(pattern="[ipv4-addr:value = '198.51.100.7']", pattern_type="stix",
                           valid_from="2026-01-01T00:00:00Z")  # fmt: skip
    other = write(desks, "b.json", stix2.Bundle(objects=[told]).serialize())
    assert rules(desks, "us", other) == {guard.TAKEN_BACK: 1}
    assert rules(desks, "cn", other) == {guard.TAKEN_BACK: 1}, "nor by who received it"


def test_what_was_received_goes_out_no_wider(desks: Givers) -> None:
    """The mark under which another State gave it binds, and no officer lets that rule go."""
    file = write(desks, "list.txt", "198.51.100.7\n")
    give(desks, "us", file, "TLP:AMBER")
    assert rules(desks, "cn", file, "TLP:GREEN") == {guard.WIDER: 1}
    assert rules(desks, "cn", file, "TLP:AMBER") == {}
    with pytest.raises(Fault, match=r"share\.rule\.unknown"):
        guard.require_rules([guard.WIDER])


def test_infections_are_never_for_the_community(desks: Givers) -> None:
    """They are for the owners of networks alone."""
    file = write(desks, "list.txt", "198.51.100.7\n")
    told = ("share", "check", file, "--category", "infections", "--mark")
    with pytest.raises(Fault, match=r"share\.infections\.too-wide"):
        desks.value("us", "ann", *told, "TLP:GREEN")
    assert desks.value("us", "ann", *told, "TLP:AMBER")["objects"] == 1


def zipped() -> bytes:
    """Return a zip without a password."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("sample.exe", b"MZ")
    return made.getvalue()


def quarantined(password: bytes, data: bytes = b"MZ") -> bytes:
    """Return a zip with a password, as `zip -P` makes it (APPNOTE 6.1)."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(old: int, byte: int) -> int:
        old ^= byte
        for _ in range(8):
            old = old >> 1 ^ (0xEDB88320 if old & 1 else 0)
        return old

    def turn(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        turn(byte)
    check = zlib.crc32(data)
    out = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + data:
        word = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((word * (word ^ 1) >> 8) & 0xFF))
        turn(byte)
    head = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x21, check, len(out), len(data), 1, 0)
    local = b"PK\x03\x04" + head + b"s" + out
    entry = (
        b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"s"
    )
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def test_a_sample_comes_in_a_zip_that_nobody_opens_by_chance(desks: Givers) -> None:
    """Any other file is refused, with what to do; a report is a PDF."""
    for data in (b"MZ", zipped(), quarantined(b"other"), quarantined(b"infected")[:-9]):
        sample = write(desks, "s.zip", data)
        with pytest.raises(Fault, match=r"share\.sample\.not-quarantined"):
            desks.do("us", "share", "give", "--sample", sample, *GIVING, "--mark", "TLP:RED")
    report = write(desks, "r.pdf", b"hello")
    with pytest.raises(Fault, match=r"share\.report\.not-pdf"):
        desks.do("us", "share", "give", "--report", report, *GIVING, "--mark", "TLP:RED")
    report = write(desks, "r.pdf", b"%PDF-1.7\n")
    made = desks.do("us", "share", "give", "--report", report, *GIVING, "--mark", "TLP:GREEN")
    assert held(desks, "cn", made["matter"]) == []
    sample = write(desks, "s.zip", quarantined(b"infected"))
    told = desks.do("us", "share", "give", "--sample", sample, *GIVING, "--mark", "TLP:GREEN")
    shown = desks.value("cn", "wei", "share", "show", told["matter"])
    assert shown["state"]["bundles"][0]["samples"] == 1


def test_a_command_repeated_with_its_key_gives_once(desks: Givers) -> None:
    """Though what it gave would now be a duplicate; another file with that key is refused."""
    file = write(desks, "list.txt", "198.51.100.7\n")
    first = give(desks, "us", file, "TLP:GREEN", "--key", "k")
    again = give(desks, "us", file, "TLP:GREEN", "--key", "k")
    assert (first["matter"], again["repeated"]) == (again["matter"], True)
    other = write(desks, "other.txt", "198.51.100.8\n")
    assert "release.key-reused" in desks.no("us", "share", "give", other, *GIVING,
                                            "--mark", "TLP:GREEN", "--key", "k")  # fmt: skip


def test_a_withheld_origin_leaves_no_trace(desks: Givers) -> None:
    """Neither who made it, nor its labels, nor its id are held by the other State."""
    maker = stix2.Identity(name="SECRETSENSOR", identity_class="organization")
    told = stix2.Indicator(
        pattern="[domain-name:value = 'a.example']", pattern_type="stix", labels=["SECRETLABEL"],
        valid_from="2026-01-01T00:00:00Z", created_by_ref=maker.id,
        object_marking_refs=[stix2.TLP_AMBER],
    )  # fmt: skip
    file = write(desks, "b.json", stix2.Bundle(objects=[maker, told]).serialize())
    made = give(desks, "us", file, "TLP:GREEN", "--origin", "withheld")
    (one,) = held(desks, "cn", made["matter"])
    out = json.dumps(one)
    assert one["pattern"] == told.pattern
    assert not [word for word in ("SECRET", maker.id, told.id) if word in out]
    assert one["object_marking_refs"] == [
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
    ]


class Feed:
    """A source that answers from memory, and notes what it was asked."""

    def __init__(self, answers: dict[str, tuple[dict[str, str], Any]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Fetched:
        """Answer by the address."""
        self.asked.append((url, dict(headers)))
        found = self.answers.get(url)
        if found is None:
            return Fetched(404, {}, b"")
        body = found[1] if isinstance(found[1], bytes) else json.dumps(found[1]).encode()
        assert len(body) <= bytes_max
        return Fetched(200, found[0], body)


COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
ROOT = f"https://cert.example/api/collections/{COLLECTION}/objects/?limit=500"


def addresses(*numbers: int) -> list[Any]:
    """Return some addresses as objects."""
    return [json.loads(stix2.IPv4Address(value=f"198.51.100.{n}").serialize()) for n in numbers]


def added(desks: Givers, feed: Feed, kind: str, **more: str) -> tuple[Node, Source]:
    """Add a source that a feed answers."""
    node = replace(desks.states["us"].node, sources=feed)
    url = "https://cert.example/" + ("api/" if kind == TAXII else "feed/")
    wanted = Source(
        "", "CERT", kind, url, more.get("collection", ""), more.get("secret", ""), "", "", 0
    )
    made = sources.add(node, desks.officer("us"), wanted)
    assert not isinstance(made, Inadmissible)
    return node, made


def test_a_collection_of_taxii_is_pulled_by_pages_and_goes_on(desks: Givers) -> None:
    """By `next`, then from where it ended; what is no object of STIX is counted and left out."""
    last = {"x-taxii-date-added-last": "2026-11-24T20:00:00.000001Z"}
    feed = Feed({
        ROOT: ({}, {"more": True, "next": "p2", "objects": [*addresses(1, 2), {"type": "x"}]}),
        f"{ROOT}&next=p2": (last, {"objects": addresses(3)}),
        f"{ROOT}&added_after=2026-11-24T20%3A00%3A00.000001Z": ({}, {}),
    })  # fmt: skip
    node, one = added(desks, feed, TAXII, collection=COLLECTION, secret="ann:secret")  # noqa: S106 -- of a test
    first = sources.pull_one(node, desks.officer("us"), one.id)
    again = sources.pull_one(node, desks.officer("us"), one.id)
    assert not isinstance(first, Inadmissible)
    assert not isinstance(again, Inadmissible)
    assert (first.objects, first.left_out, again.objects) == (3, 0, 3)
    assert [url for url, _ in feed.asked] == [*feed.answers]
    assert {sent["authorization"] for _, sent in feed.asked} == {"Basic YW5uOnNlY3JldA=="}
    made = desks.do("us", "share", "give", "--source", one.id, *GIVING, "--mark", "TLP:GREEN")
    assert len(held(desks, "cn", made["matter"])) == 3


def test_a_source_that_gives_the_same_page_again_is_stopped(desks: Givers) -> None:
    """It would be asked for ever; what came is kept, and what failed is in the list."""
    page = {"more": True, "next": "p", "objects": addresses(1)}
    node, one = added(
        desks, Feed({ROOT: ({}, page), f"{ROOT}&next=p": ({}, page)}), TAXII, collection=COLLECTION
    )
    with pytest.raises(Fault, match=r"share\.source\.loops"):
        sources.pull_one(node, desks.officer("us"), one.id)
    ((_, state),) = sources.listing(node, desks.officer("us"))
    assert (state.objects, state.problem) == (1, "share.source.loops")


def test_a_feed_of_misp_is_pulled_by_its_manifest_alone(desks: Givers) -> None:
    """What is no id of an event is not asked for, nor again what did not change."""
    id_ = "5f6e2c1a-0b1c-4d2e-8f3a-1a2b3c4d5e6f"
    event = {"Event": {"Tag": [{"name": "tlp:amber"}], "Attribute": [
        {"type": "ip-dst", "value": "198.51.100.9"}, {"type": "mutex", "value": "x"}]}}  # fmt: skip
    manifest = {id_: {"timestamp": "1"}, "../../admin": {"timestamp": "1"}}
    base = "https://cert.example/feed"
    feed = Feed({f"{base}/manifest.json": ({}, manifest), f"{base}/{id_}.json": ({}, event)})
    node, one = added(desks, feed, MISP)
    first = sources.pull_one(node, desks.officer("us"), one.id)
    sources.pull_one(node, desks.officer("us"), one.id)
    assert not isinstance(first, Inadmissible)
    assert (first.objects, first.left_out) == (1, 1)
    asked = [url.rpartition("/")[2] for url, _ in feed.asked]
    assert asked == ["manifest.json", f"{id_}.json", "manifest.json"]
    (got,) = sources.objects(node, desks.officer("us"), one.id)
    assert got["object_marking_refs"] == [
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
    ]


def test_a_source_that_is_ended_has_nothing_and_no_secret(desks: Givers) -> None:
    """Its list holds nothing back any more either."""
    own = write(desks, "own.txt", "198.51.100.0/24\n")
    file = write(desks, "list.txt", "198.51.100.7\n")
    made = desks.do("us", "source", "add", own, "--name", "Ours", "--kind", "networks")
    assert rules(desks, "us", file) == {guard.OWN_NETWORK: 1}
    desks.do("us", "source", "end", made["id"])
    assert rules(desks, "us", file) == {}
    (one,) = desks.value("us", "ann", "source", "list")["sources"]
    assert one["ended_ms"]
    assert "secret" not in one


FEED = "https://cert.example/feed/"
PULLED: dict[str, tuple[str, dict[str, tuple[dict[str, str], Any]]]] = {
    TAXII: ("share.source.unknown", {
        ROOT: ({}, {"more": True, "next": "p2", "objects": addresses(1, 2)}),
        f"{ROOT}&next=p2": ({}, {"objects": addresses(3)}),
    }),
    NETWORKS: ("share.source.unknown", {FEED: ({}, b"203.0.113.0/24")}),
    FILE: ("share.source.answer", {}),
}  # fmt: skip
"""What a source of a kind answers, and what its pull is told when it was ended meanwhile."""


@pytest.mark.parametrize(
    ("kind", "write"), [*((TAXII, n) for n in range(1, 6)), (NETWORKS, 1), (NETWORKS, 2), (FILE, 1)]
)
def test_a_source_that_is_ended_while_it_is_pulled_holds_nothing(
    desks: Givers, kind: str, write: int
) -> None:
    """Before whichever write of the pull: no object, no list, and nothing that it failed of."""
    told, answers = PULLED[kind]
    collection = COLLECTION if kind == TAXII else ""
    node, one = added(desks, Feed(answers), kind, collection=collection)
    ann = desks.officer("us")
    store = before_a_write(node.store, lambda: sources.end(node, ann, one.id), write)
    with pytest.raises(Fault, match=re.escape(told)):
        sources.pull_one(replace(node, store=store), ann, one.id)
    ((ended, state),) = sources.listing(node, ann)
    assert ended.ended_ms is not None
    assert (state.objects, state.problem) == (0, "")
    with node.store.read() as tx:
        assert (tx.records(sources.OBJECT), tx.records(sources.LIST)) == ({}, {})


@pytest.mark.parametrize(
    "url", ["http://cert.example/", "https://a:b@cert.example/", "file:///etc/passwd"]
)
def test_a_source_is_no_way_to_anywhere(desks: Givers, url: str) -> None:
    """As a webhook: https, without a name or password."""
    with pytest.raises(Fault, match=r"share\.source\.url"):
        desks.do("us", "source", "add", "--name", "x", "--kind", "file", "--url", url)
