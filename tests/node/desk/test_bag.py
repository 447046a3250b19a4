"""A bag holds what fits, and says of the rest why it does not."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from support.apart import ApartBodies
from support.pair import sealed
from support.states import State, deliver, pair, state

from comity.acts.record import Addressee, Office
from comity.domestic.custody import acts as steps
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.room import act_blobs, custody
from comity.node.room.custody import Why
from comity.node.room.release.draft_store import Sent
from comity.rooms.request import bagit, destruction, reading

WHY = Why("case CB-7", "order 12/2026")
GOOD, BAD = b"as it was told", b"not as it was told" * 10_000


@pytest.fixture
def asked(tmp_path: Path) -> tuple[State, str]:
    """Return a State that was asked with two attachments, one of which is not what is told."""
    fr, sn = (state(tmp_path, party) for party in ("fr", "sn"))
    pair(tmp_path, [fr, sn])
    hashes = [hashlib.sha256(GOOD).hexdigest(), "0" * 64]
    told: ijson.Json = {
        "attachments": [
            {"name": f"{name}.txt", "sha256": sha256}
            for name, sha256 in zip(("good", "bad"), hashes, strict=True)
        ]
    }
    made = [
        sealed(fr.node, ijson.render(told), "elements"),
        sealed(fr.node, GOOD, "attachment:1"),
        sealed(fr.node, BAD, "attachment:2"),
    ]
    saying = acts.Saying(
        random_id(fr.node.entropy(16)), Office("police"), "ref", tuple(blob for blob, _ in made)
    )
    asked = acts.Asked("preservation", "routine", ("one",), ("element-1",))
    act = acts.submitted(saying, "fr", (Addressee("sn"),), asked)
    with fr.node.store.read() as tx:
        channel = next(log.channel for log in tx.logs() if log.channel.endswith("/live"))
    append.append(fr.node, channel, [Candidate(act, {b.sha256: data for b, data in made})])
    deliver(fr, sn)
    sink = sn.node.bodies.begin()  # it is larger than what goes with its entry
    sink.write(made[-1][1])
    sink.keep()
    return sn, sn.listed("ben")[0].row.matter.id


def test_one_attachment_that_does_not_fit_keeps_no_other_back(asked: tuple[State, str]) -> None:
    """The bag has all else, and names that one with both hashes; nobody exported it."""
    sn, matter = asked
    ben = sn.officer("ben")
    made = bagit.begin(sn.node, ben, matter, WHY)
    assert isinstance(made, bagit.Bag)
    found = {path: b"".join(parts) for path, parts in bagit.files(sn.node, ben, made, WHY)}

    assert [data for path, data in found.items() if "evidence/" in path] == [GOOD]
    assert made.evidence_bytes == len(GOOD), "of what is in it"
    payload = {path: data for path, data in found.items() if path.startswith("data/")}
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(payload.items())
    ]
    assert found["manifest-sha256.txt"].decode() == "".join(lines)
    octets = sum(map(len, payload.values()))
    assert f"Payload-Oxum: {octets}.{len(payload)}\n" in found["bag-info.txt"].decode()
    (one,) = made.left_out
    assert made.left_out == bagit.unfit(sn.node, ben, matter)
    said = found[bagit.LEFT_OUT].decode()
    assert all(text in said for text in (one.name, one.found, one.told))
    assert bagit.LEFT_OUT.encode() in found["tagmanifest-sha256.txt"]
    items = custody.items(sn.node, reading.show(sn.node, ben, matter))
    kinds = {item.name: [step.kind for step in item.chain.steps] for item in items}
    assert kinds == {"good.txt": [steps.EXPORTED], "bad.txt": []}


def test_an_attachment_of_which_no_hash_is_told_fits(asked: tuple[State, str]) -> None:
    """It is taken as it is."""
    sn, matter = asked
    ben = sn.officer("ben")
    shown = reading.show(sn.node, ben, matter)
    untold = [replace(item, told={}) for item in custody.items(sn.node, shown)]

    assert [custody.differs(sn.node, item) for item in untold] == ["", ""]


@pytest.mark.parametrize("is_read_at_its_ends", [False, True])
def test_one_attachment_whose_seal_is_damaged_keeps_no_other_back(
    asked: tuple[State, str],
    monkeypatch: pytest.MonkeyPatch,
    is_read_at_its_ends: bool,  # noqa: FBT001 -- a case of the test
) -> None:
    """What is changed in the middle is left out as such, be it shown whole or by its ends."""
    if is_read_at_its_ends:
        monkeypatch.setattr(act_blobs, "READ_BYTES_MAX", 1_000)
    sn, matter = asked
    ben = sn.officer("ben")
    items = custody.items(sn.node, reading.show(sn.node, ben, matter))
    (bad,) = (item for item in items if item.name == "bad.txt")
    kept = cast("ApartBodies", sn.node.bodies)._kept
    stored = bytearray(kept[bad.body.blob.sha256])
    stored[len(stored) // 2] ^= 1
    kept[bad.body.blob.sha256] = bytes(stored)
    made = bagit.begin(sn.node, ben, matter, WHY)
    assert isinstance(made, bagit.Bag)
    found = {path: b"".join(parts) for path, parts in bagit.files(sn.node, ben, made, WHY)}

    assert [data for path, data in found.items() if "evidence/" in path] == [GOOD]
    assert [(one.why, one.found) for one in made.left_out] == [("damaged", "")]
    assert "seal does not hold" in found[bagit.LEFT_OUT].decode()


def test_what_was_destroyed_is_no_part_of_a_bag(asked: tuple[State, str]) -> None:
    """Neither in it nor left out of it: that it went stands in the chain of custody."""
    sn, matter = asked
    ben = sn.officer("ben")
    items = custody.items(sn.node, reading.read(sn.node, ben, matter))
    hashes = [item.body.blob.sha256 for item in items]
    done = destruction.destroy(sn.node, ben, matter, hashes, "case-ended", WHY)
    assert isinstance(done, Sent), done
    made = bagit.begin(sn.node, ben, matter, WHY)
    assert isinstance(made, bagit.Bag)
    assert (made.given, made.left_out, made.evidence_bytes) == ({}, (), 0)
    found = {path: b"".join(parts) for path, parts in bagit.files(sn.node, ben, made, WHY)}
    assert b'"kind":"destroyed"' in found["custody.json"]


def test_an_item_that_two_states_name_alike_is_named_with_its_author(
    asked: tuple[State, str],
) -> None:
    """Who names our attachment in an act of their own keeps nobody from taking it."""
    sn, matter = asked
    good = custody.items(sn.node, reading.read(sn.node, sn.officer("ben"), matter))[0]
    copied = replace(good, row=replace(good.row, party="sn"))
    for name in (good.name, good.body.blob.sha256):
        with pytest.raises(Fault) as told:
            custody.find([good, copied], name)
        assert told.value.code == "node.evidence.ambiguous"
        assert custody.find([good, copied], f"fr:{name}") is good
        assert custody.find([good, copied], f"sn:{name}") is copied
