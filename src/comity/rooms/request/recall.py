"""A bank's recall of a transfer, camt.056 of ISO 20022, as what a stop-payment request says.

    request(read(data), asking_authority.elements(node, officer))
        -> {"type": "stop-payment", "urgency": "emergency", "elements": {…}}

What it does not say, an officer fills in; who asks is filled in from the contact points that the
own agency published.

Source: ISO 20022 camt.056.001, FIToFIPaymentCancellationRequest.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element

from comity.clocks import instants
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.room import request_file
from comity.rooms.request import bank_message
from comity.rooms.request.bank_message import Message, cut, text

TYPE: Final = "stop-payment"
NOBODY: Final[Mapping[str, Json]] = MappingProxyType({})
MESSAGE_BYTES_MAX: Final = bank_message.MESSAGE_BYTES_MAX
_RECALL: Final = Message(
    "camt.056",
    "FIToFIPmtCxlReq",
    "request.recall.malformed",
    "recall of a transfer",
    "Give a camt.056 message as the bank sent it, or fill in the request by hand.",
)


def read(data: bytes) -> Element:
    """Return the one transfer that a message recalls, with the message around it.

    Raises:
        Fault: `request.recall.malformed`, `request.recall.several`.
    """
    message = bank_message.parse(data, _RECALL)
    found = len(message.findall("Undrlyg/TxInf"))
    if found != 1:
        raise Fault(
            code="request.recall.several",
            what=f"The message recalls {found} transfers.",
            fix="Give a message with one: each transfer is a request of its own.",
        )
    return message


def request(message: Element, asking: Mapping[str, Json] = NOBODY) -> dict[str, Json]:
    """Return what a request file has of a message: what the message leaves open is not there.

    Args:
        message: as `read` gives it.
        asking: elements that say who asks: see `asking_authority`.
    """
    elements: dict[str, Json] = {
        **asking,
        **{name: one for name, value in _elements(message) if (one := _given(value))},
    }
    return {
        "type": TYPE,
        "urgency": "emergency",
        "mark": request_file.MARK_DEFAULT,
        "elements": elements,
    }


def _given(value: Mapping[str, Json]) -> dict[str, Json]:
    return {name: one for name, one in value.items() if one not in ("", None)}


def _elements(message: Element) -> Iterator[tuple[str, dict[str, Json]]]:
    transfer = message.find("Undrlyg/TxInf")
    assert transfer is not None
    asked = transfer.find("OrgnlIntrBkSttlmAmt")
    references = ("OrgnlUETR", "OrgnlTxId", "OrgnlEndToEndId", "OrgnlInstrId")
    yield (
        "transaction",
        {
            "reference": next(filter(None, (text(transfer, one) for one in references)), ""),
            "at": _instant(text(transfer, "OrgnlGrpInf/OrgnlCreDtTm")),
            "amount": "" if asked is None else cut(asked.text),
            "currency": "" if asked is None else cut(asked.get("Ccy")),
        },
    )
    yield (
        "recall",
        {
            "sent": True,
            "at": _instant(text(message, "Assgnmt/CreDtTm")),
            "message": "camt.056",
        },
    )
    of = "OrgnlTxRef"
    yield "victim", {"name": _name(transfer, f"{of}/Dbtr")}
    yield (
        "originating-bank",
        {
            "name": _bank(transfer, f"{of}/DbtrAgt"),
            "account": _account(transfer, f"{of}/DbtrAcct"),
        },
    )
    yield (
        "beneficiary",
        {
            "name": _name(transfer, f"{of}/Cdtr"),
            "bank": _bank(transfer, f"{of}/CdtrAgt"),
            "account": _account(transfer, f"{of}/CdtrAcct"),
        },
    )


def _instant(found: str) -> str:
    """Return an instant that has a zone; one without is not known well enough."""
    return found if instants.parse(found) is not None else ""


def _name(at: Element, path: str) -> str:
    return text(at, f"{path}/Pty/Nm") or text(at, f"{path}/Nm")


def _bank(at: Element, path: str) -> str:
    found: Mapping[str, str] = {
        name: text(at, f"{path}/FinInstnId/{name}") for name in ("Nm", "BICFI", "BIC")
    }
    return " ".join(filter(None, (found["Nm"], found["BICFI"] or found["BIC"])))


def _account(at: Element, path: str) -> str:
    return text(at, f"{path}/Id/IBAN") or text(at, f"{path}/Id/Othr/Id")
