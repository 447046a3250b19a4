"""Who took what out of the node, and under which mark it may go on."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from support.states import State, deliver, pair, paired, state

from comity.acts.record import Addressee
from comity.domestic.custody import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import custody, export, files, locallog, reading, request
from comity.node.desk.custody import Item, Why
from comity.node.desk.drafts import Result, Sent
from comity.node.desk.request import Attachment

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
    written = files.from_json(value, files.REQUEST, "test")
    attached = [Attachment(written.attachments[0], data)]
    return request.send(of.node, of.officer("ann"), written, attached, (Addressee(to),))


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
        log = locallog.local_log(tx, sn.node)
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


def test_a_sample_is_given_out_in_quarantine_alone(two: tuple[State, State]) -> None:
    """No other form leaves the node."""
    fr, sn = two
    sent = ask(fr, "sn", role="malware-sample")
    deliver(fr, sn)
    ben, item, target = sn.officer("ben"), item_of(sn, sent), io.BytesIO()

    no = custody.take(sn.node, ben, item, target, WHY)
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.sample"
    assert not target.getvalue()
    assert isinstance(custody.take(sn.node, ben, item, target, WHY, quarantined=True), str)


def test_a_hand_over_needs_a_copy_and_a_purpose(two: tuple[State, State]) -> None:
    """What never left the node cannot be handed over."""
    fr, sn = two
    sent = ask(fr, "sn")
    deliver(fr, sn)
    ben = sn.officer("ben")

    no = custody.hand_over(sn.node, ben, item_of(sn, sent), "district court", WHY)
    assert no is not None
    assert no.rule == "custody.no-copy"
    custody.take(sn.node, ben, item_of(sn, sent), io.BytesIO(), WHY)
    assert custody.hand_over(sn.node, ben, item_of(sn, sent), "", WHY) is not None
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
