"""Who took what out of the node, and under which mark it may go on."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from support.pair import sealed
from support.states import State, deliver, pair, paired, state

from comity.acts.record import Addressee, Office
from comity.domestic.custody import acts
from comity.joint.request import acts as request_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import quarantine
from comity.node.exchange import append, destroyed_blobs
from comity.node.exchange.append import Candidate
from comity.node.room import custody, local_log, request_file
from comity.node.room.act_blobs import DAMAGED
from comity.node.room.act_words import Attachment
from comity.node.room.custody import Item, Why
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import bagit, desk, destruction, export, reading
from comity.surfaces.cli import evidence_files

HEADERS = b"Received: from mail.example\r\n" * 40
WHY = Why("case CB-7", "order 12/2026")


def ask(
    of: State, to: str, data: bytes = HEADERS, mark: str = "TLP:AMBER", **line: object
) -> Result:
    """Ask a State with one attachment."""
    value: ijson.Json = {
        "type": "preservation",
        "urgency": "routine",
        "elements": {},
        "attachments": [{"path": "h.txt", "media_type": "text/plain", "mark": mark, **line}],  # type: ignore[dict-item] # JSON as the test gives it
    }
    written = request_file.from_json(value, request_file.REQUEST, "test")
    attached = [Attachment(written.attachments[0], data)]
    return desk.send(of.node, of.officer("ann"), written, attached, (Addressee(to),))


def item_of(of: State, sent: Result) -> Item:
    """Return the attachment of a request, as one State has it."""
    assert isinstance(sent, Sent), sent
    shown = reading.show(of.node, of.officer("ben"), sent.matter_id)
    (found,) = custody.items(of.node, shown)
    return found


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def test_every_copy_is_a_step_of_the_chain_and_of_the_local_log(two: tuple[State, State]) -> None:
    """Who, when, why and under which authority; the other side's account is joined with it."""
    fr, sn = two
    told = {"action": "acquired", "time": "2026-11-25T02:10:00+01:00", "tool": "ddrescue 1.28"}
    sent = ask(fr, "sn", exhibit="EX-1", provenance=told)
    deliver(fr, sn)
    item = item_of(sn, sent)
    target = io.BytesIO()
    found = custody.take(sn.node, sn.officer("ben"), item, target, WHY)

    assert found == item.told["sha256"]
    assert target.getvalue() == HEADERS
    assert item.told["exhibit"] == "EX-1"
    assert item.told["provenance"] == told
    (step,) = item_of(sn, sent).chain.steps
    assert (step.kind, step.officer, step.purpose) == (acts.COPIED, "ben", "case CB-7")
    assert step.authority == "order 12/2026"
    with sn.node.store.read() as tx:
        log = local_log.local_log(tx, sn.node)
        assert b"custody.copied" in tx.entries(log.origin, log.size - 1, log.size)[0]
    assert item_of(fr, sent).chain.steps == ()


@pytest.mark.parametrize("time", ["yesterday", "2026-02-31T00:00:00Z", "2026-11-25T02:10:00"])
def test_a_time_that_is_none_keeps_no_evidence_from_court(
    two: tuple[State, State], time: str
) -> None:
    """What an author told, and what the clock of its node said, stand as words."""
    fr, sn = two
    sent = ask(fr, "sn")
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    told: ijson.Json = {"action": "acquired", "time": time}
    item = item_of(sn, sent)
    item = replace(item, told={**item.told, "provenance": told})
    shown = reading.show(sn.node, sn.officer("ben"), sent.matter_id)
    here = next(iter(shown.said.values())).deliveries
    late = [replace(one, received_at_ms=1 << 53) for one in here]
    said = {key: replace(one, deliveries=tuple(late)) for key, one in shown.said.items()}
    graph = ijson.render(export.case(replace(shown, said=said), [item])).decode()

    assert f"at the time that its author told: {time}" in graph
    assert "received 9007199254740992 ms after 1970, as its receipt says" in graph
    assert "startTime" not in graph


def test_what_fails_while_it_is_given_out_is_told_all_the_same(two: tuple[State, State]) -> None:
    """The step is kept before the first byte, so that nothing leaves that is not told."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    item = replace(item_of(sn, sent), told={"sha256": "0" * 64})

    with pytest.raises(Fault, match=r"node\.evidence\.other-hash"):
        custody.take(sn.node, sn.officer("ben"), item, io.BytesIO(), WHY)
    assert len(item_of(sn, sent).chain.steps) == 1


@pytest.mark.parametrize("size_bytes", [len(HEADERS), 3 << 20])
def test_a_copy_that_is_not_what_was_told_never_comes_whole(
    two: tuple[State, State], size_bytes: int
) -> None:
    """Who downloads is told a size: with all of its bytes they would take it for the evidence."""
    fr, sn = two
    sent = ask(fr, "sn", (HEADERS * (1 + size_bytes // len(HEADERS)))[:size_bytes])
    deliver(fr, sn)
    true = item_of(sn, sent)
    item = replace(true, told={"sha256": "0" * 64})
    given = list[bytes]()
    whole = custody.give(sn.node, sn.officer("ben"), true, WHY)
    assert not isinstance(whole, Inadmissible)
    assert sum(map(len, whole)) == size_bytes

    def take_all() -> None:
        parts = custody.give(sn.node, sn.officer("ben"), item, WHY)
        assert not item.body.is_whole, "of a small one it is told at once"
        given.extend(cast("Iterator[bytes]", parts))

    with pytest.raises(Fault, match=r"node\.evidence\.other-hash"):
        take_all()
    assert sum(map(len, given)) < size_bytes == item.body.size_bytes


def test_what_does_not_open_can_be_destroyed(two: tuple[State, State]) -> None:
    """A peer wrote a wrong key: that keeps no State from destroying, whatever drafts it has."""
    fr, sn = two
    hostile(fr, ["a.txt"], key=bytes(32))
    deliver(fr, sn)
    send.set_approvals(sn.node, 2)
    assert isinstance(ask(sn, "fr"), Waiting)
    ben = sn.officer("ben")
    (row,) = (one.row for one in sn.listed("ben") if one.row.asker == "fr")
    (item,) = custody.items(sn.node, reading.show(sn.node, ben, row.matter.id))
    assert item.body.state == DAMAGED
    done = destruction.destroy(
        sn.node, ben, row.matter.id, [item.body.blob.sha256], "case-ended", WHY
    )

    assert not isinstance(done, Inadmissible), done
    with sn.node.store.read() as tx:
        assert destroyed_blobs.is_gone(tx, item.body.blob.sha256)


def refused(of: State, item: Item, hashes: list[str], reason: str = "case-ended") -> str:
    """Let ben destroy through the request of an item; return the rule that forbids it."""
    no = destruction.destroy(
        of.node, of.officer("ben"), item.row.act.matter.id, hashes, reason, WHY
    )
    assert isinstance(no, Inadmissible), no
    return no.rule


def test_what_another_request_carries_is_not_destroyed_through_this_one(
    two: tuple[State, State],
) -> None:
    """Nor nothing, nor more than an act can attest, nor for a reason of one's own."""
    fr, sn = two
    one, other = ask(fr, "sn"), ask(fr, "sn", b"of another case" * 99)
    deliver(fr, sn)
    item, theirs = item_of(sn, one), item_of(sn, other)
    own, foreign = item.body.blob.sha256, theirs.body.blob.sha256
    many = [f"{n:064x}" for n in range(destruction.BLOBS_MAX + 1)]
    for hashes in ([foreign], [own, foreign], [], many, [own] * (destruction.BLOBS_MAX + 1)):
        assert refused(sn, item, hashes) == "custody.blob"
    assert refused(sn, item, [own], "tidying-up") == "custody.reason"
    with sn.node.store.read() as tx:
        assert not destroyed_blobs.is_gone(tx, own)
        assert not destroyed_blobs.is_gone(tx, foreign)
        assert not custody.chain(tx, foreign).is_destroyed


def test_what_a_draft_still_carries_is_not_destroyed(two: tuple[State, State]) -> None:
    """Else it would go out again with the next approval, after it was attested to be gone."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    send.set_approvals(sn.node, 2)
    waiting = ask(sn, "fr")
    assert isinstance(waiting, Waiting)
    item = item_of(sn, sent)

    assert refused(sn, item, [item.body.blob.sha256]) == "custody.in-draft"


def test_a_sample_is_given_out_in_quarantine_alone(two: tuple[State, State]) -> None:
    """No other form leaves the node."""
    fr, sn = two
    sent = ask(fr, "sn", role="malware-sample")
    deliver(fr, sn)
    ben, item, target = sn.officer("ben"), item_of(sn, sent), io.BytesIO()

    for no in (
        custody.take(sn.node, ben, item, target, WHY),
        custody.take(sn.node, ben, item, target, WHY, kind=acts.EXPORTED),
        custody.give(sn.node, ben, item, WHY),
    ):
        assert isinstance(no, Inadmissible)
        assert no.rule == "custody.sample"
    assert not target.getvalue()
    assert item_of(sn, sent).chain.steps == ()
    sha256 = custody.take(sn.node, ben, item, target, WHY, quarantined=True)
    (step,) = item_of(sn, sent).chain.steps
    assert (step.sha256, step.quarantined) == (sha256, True)


def test_a_hand_over_needs_a_copy_and_a_purpose(two: tuple[State, State]) -> None:
    """What never left the node cannot be handed over."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    ben = sn.officer("ben")

    no = custody.hand_over(sn.node, ben, item_of(sn, sent), "district court", WHY)
    assert no is not None
    assert no.rule == "custody.no-copy"
    assert item_of(sn, sent).chain.steps == ()
    custody.take(sn.node, ben, item_of(sn, sent), io.BytesIO(), WHY)
    assert custody.hand_over(sn.node, ben, item_of(sn, sent), "", WHY) is not None
    assert len(item_of(sn, sent).chain.steps) == 1
    assert custody.hand_over(sn.node, ben, item_of(sn, sent), "district court", WHY) is None
    assert item_of(sn, sent).chain.holder == "district court"


def test_what_was_received_goes_out_no_wider_than_it_came(two: tuple[State, State]) -> None:
    """Under another name and by another officer it is known by its hash."""
    fr, sn = two
    sent = ask(fr, "sn", mark="TLP:AMBER+STRICT")
    deliver(fr, sn)
    custody.take(sn.node, sn.officer("ben"), item_of(sn, sent), io.BytesIO(), WHY)

    wider = ask(sn, "fr", mark="TLP:GREEN")
    assert isinstance(wider, Inadmissible)
    assert wider.rule == "custody.mark-widened"
    assert isinstance(ask(sn, "fr", mark="TLP:RED"), Sent)
    assert isinstance(ask(sn, "fr", HEADERS + b"of our own", mark="TLP:GREEN"), Sent)


def test_what_was_received_goes_to_no_third_state(tmp_path: Path) -> None:
    """AMBER ends with the receiver; GREEN may be passed on, unless a condition says no."""
    fr, sn, th = (state(tmp_path, party) for party in ("fr", "sn", "th"))
    pair(tmp_path, [fr, sn])
    pair(tmp_path, [sn, th])
    for data, mark in ((HEADERS, "TLP:AMBER"), (HEADERS[:-2], "TLP:GREEN")):
        sent = ask(fr, "sn", data, mark)
        deliver(fr, sn)
        custody.take(sn.node, sn.officer("ben"), item_of(sn, sent), io.BytesIO(), WHY)

    no = ask(sn, "th", HEADERS, "TLP:AMBER")
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.mark-onward"
    assert isinstance(ask(sn, "th", HEADERS[:-2], "TLP:GREEN"), Sent)


def hostile(fr: State, names: list[str], key: bytes = b"") -> str:
    """Say a request as no program of ours does: each attachment under one number; return its id."""
    node = fr.node
    told: ijson.Json = {"attachments": [{"name": names[0]}]}
    made = [sealed(node, ijson.render(told), "elements")]
    made += [sealed(node, name.encode(), "attachment:1") for name in names]
    blobs = tuple(replace(blob, key=key or blob.key) for blob, _ in made)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"), "ref", blobs)
    asked = request_acts.Asked("preservation", "routine", ("one",), ("element-1",))
    act = request_acts.submitted(saying, "fr", (Addressee("sn"),), asked)
    with node.store.read() as tx:
        channel = next(log.channel for log in tx.logs() if log.channel.endswith("/live"))
    append.append(node, channel, [Candidate(act, {b.sha256: stored for b, stored in made})])
    return act.id


def test_two_attachments_of_one_name_are_both_exported(
    two: tuple[State, State], tmp_path: Path
) -> None:
    """A peer numbers as it likes: none is missing from the bag whose export the chain tells of."""
    fr, sn = two
    hostile(fr, ["a.txt", "b.txt"])
    deliver(fr, sn)
    (line,) = sn.listed("ben")
    ben = sn.officer("ben")
    made = bagit.begin(sn.node, ben, line.row.matter.id, WHY)
    assert isinstance(made, bagit.Bag)
    found = {
        path: b"".join(parts)
        for path, parts in bagit.files(sn.node, ben, made, WHY)
        if path.startswith("data/evidence/")
    }
    assert sorted(found.values()) == [b"a.txt", b"b.txt"]
    items = custody.items(sn.node, reading.show(sn.node, ben, line.row.matter.id))
    written = evidence_files.write(
        tmp_path / "out", evidence_files.of_items(sn.node, ben, items, WHY)
    )

    assert sorted(path.read_bytes() for path in written) == [b"a.txt", b"b.txt"]


@pytest.mark.parametrize(
    "name", ["\U00020000" * 90, "\u4e2d" * 200 + ".exe", "../" * 90, "\u202e" * 9]
)
def test_a_name_of_any_length_is_one_that_a_folder_takes(name: str, tmp_path: Path) -> None:
    """One that is too long for a disk kept every attachment of its request from being saved."""
    found = quarantine.file_name("a" * 26, "9" * 63, name)
    (tmp_path / f"{found}.zip").write_bytes(b"")

    assert [path.name for path in tmp_path.iterdir()] == [f"{found}.zip"]


def test_names_that_others_are_made_of_stay_apart() -> None:
    """Whatever a peer writes, no two files of one export have one name, in quarantine or not."""
    asked = [("abc", "1", "x"), ("abc", "1", "X"), ("abc", "1-2", "x"), ("abc", "1", "x.zip")]
    found = quarantine.file_names([*asked, *asked])
    forms = [form for name in found for form in (name.casefold(), f"{name}.zip".casefold())]

    assert len(set(forms)) == len(forms)


def test_a_role_or_an_id_that_is_used_twice_leaves_nothing_out(two: tuple[State, State]) -> None:
    """Roles and ids are of a peer's choice: a bag has every text and the proof of every act."""
    fr, sn = two
    node, said = fr.node, [b'[{"lang":"en","text":"one"}]', b'[{"lang":"en","text":"two"}]']
    made = [sealed(node, one, "texts") for one in said]
    saying = request_acts.Saying(
        random_id(node.entropy(16)), Office("police"), "ref", tuple(blob for blob, _ in made)
    )
    asked = request_acts.Asked("preservation", "routine", ("one",), ())
    act = request_acts.submitted(saying, "fr", (Addressee("sn"),), asked)
    with node.store.read() as tx:
        channel = next(log.channel for log in tx.logs() if log.channel.endswith("/live"))
    append.append(node, channel, [Candidate(act, {b.sha256: stored for b, stored in made})])
    deliver(fr, sn)
    about = request_acts.About(act.matter.id, act.id, "fr")
    copied = request_acts.acknowledged(request_acts.Saying(act.id, Office("police"), "CB-1"), about)
    append.append(sn.node, channel, [Candidate(copied)])
    deliver(fr, sn)
    bag_ = bagit.begin(sn.node, sn.officer("ben"), act.matter.id, WHY)
    assert isinstance(bag_, bagit.Bag)
    found = [
        (path, b"".join(parts))
        for path, parts in bagit.files(sn.node, sn.officer("ben"), bag_, WHY)
    ]

    assert len({path for path, _ in found}) == len(found)
    texts = [data for path, data in found if path.startswith("data/acts/")]
    assert sorted(texts) == sorted(said)
    assert sum(path.startswith("proofs/") for path, _ in found) == 2
