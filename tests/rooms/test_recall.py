"""A recall message of a bank fills in a request; what is none is refused before it is read."""

import pytest
from support.recalls import recall

from comity.kernel.fault import Fault
from comity.rooms.request import recall as recalls


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
