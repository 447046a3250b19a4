"""A recall message of a bank fills in a request; what is none is refused before it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recalls import recall, resolution

from comity.kernel.fault import Fault
from comity.rooms.request import recall as recalls
from comity.rooms.request import resolution as resolutions


def test_a_recall_fills_in_what_it_says() -> None:
    """ISO 20022: UETR, sum, parties, banks, accounts; an instant has its zone or is left out."""
    value = recalls.request(recalls.read(recall()))
    assert value["type"] == "stop-payment"
    assert value["elements"] == {
        "transaction": {
            "reference": "eb6305c9-1f7f-49de-aed0-16487c27b42d",
            "at": "2026-11-24T09:12:00Z",
            "amount": "184000.00",
            "currency": "EUR",
        },
        "recall": {"sent": True, "at": "2026-11-24T13:50:00Z", "message": "camt.056"},
        "victim": {"name": "Nordlicht Klinikbedarf GmbH"},
        "originating-bank": {
            "name": "First Example Bank EXAMXX11", "account": "DE89370400440532013000",
        },
        "beneficiary": {
            "name": "Bright Harbour Trading Co", "bank": "EXAMXX22", "account": "6222000000000193",
        },
    }  # fmt: skip
    local = recalls.request(recalls.read(recall(at="2026-11-24T09:12:00")))
    assert isinstance(local["elements"], dict)
    assert "at" not in local["elements"]["transaction"]  # type: ignore[operator] # an object


_BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>'
_FILE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "request.recall.malformed"),
        (b"camt.056", "request.recall.malformed"),
        (_BOMB, "request.recall.malformed"),
        (_FILE, "request.recall.malformed"),
        (b"<Document><Other/></Document>", "request.recall.malformed"),
        (recall(namespace="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"),
         "request.recall.malformed"),
        (recall() + b" " * recalls.MESSAGE_BYTES_MAX, "request.recall.malformed"),
        (recall(transfers=0), "request.recall.several"),
        (recall(transfers=2), "request.recall.several"),
    ],
    ids=["empty", "text", "bomb", "file", "other", "other message", "large", "none", "two"],
)  # fmt: skip
def test_what_is_no_recall_of_one_transfer_is_refused(data: bytes, code: str) -> None:
    """Untrusted XML: no document type, no entity, nothing external, nothing large."""
    with pytest.raises(Fault) as refused:
        recalls.request(recalls.read(data))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (resolution("PACR", "161500.00"), ("held-in-part", "161500.00", "EUR", "")),
        (resolution("ACCR", "184000.00"), ("held", "184000.00", "EUR", "")),
        (resolution("PDCR"), ("with-bank", "", "", "")),
        (resolution("RJCR", reason="AC04"), ("not-held", "", "", "AC04")),
        (resolution("", reason="LEGL"), ("not-held", "", "", "LEGL")),
    ],
    ids=["part", "all", "pending", "refused", "refused as a whole"],
)
def test_what_a_bank_answers_is_a_step(message: bytes, told: tuple[str, ...]) -> None:
    """The status of the transfer, or of the investigation; sum and reason where it has them."""
    found = resolutions.read(message)
    assert (found.step, found.amount, found.unit, found.reason) == told
    assert found.references == ("eb6305c9-1f7f-49de-aed0-16487c27b42d",)
    assert found.at_ms == 1795553400000


@pytest.mark.parametrize(
    "data",
    [
        recall(), _BOMB, resolution("PACR"), resolution("ACCR"), resolution("XXXX"),
        resolution("RJCR"), resolution("RJCR", reason="PTNA"), resolution("PACR", "many"),
    ],
    ids=["other", "bomb", "no sum", "no whole", "status", "no reason", "reason", "no number"],
)  # fmt: skip
def test_what_says_no_step_is_refused(data: bytes) -> None:
    """Nothing is guessed: an officer tells the step by hand."""
    with pytest.raises(Fault, match=r"request\.resolution\.malformed"):
        resolutions.read(data)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_any_bytes_are_a_message_or_a_fault(noise: bytes, at: int) -> None:
    """Cut, or with noise within."""
    for whole, read in ((recall(), recalls.read), (resolution("PDCR"), resolutions.read)):
        for data in (noise, whole[:at] + noise + whole[at:], whole[:at]):
            try:
                read(data)
            except Fault as fault:
                assert fault.code.startswith("request.re")
