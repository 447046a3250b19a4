"""A bank's recall of a transfer, camt.056 of ISO 20022, as what a stop-payment request says.

    request(read(data)) -> {"type": "stop-payment", "urgency": "emergency", "elements": {…}}

The message comes from outside: it is bounded, has no document type, no entities and nothing
external, and each text of it is cut.  What it does not say, an officer fills in.

Source: ISO 20022 camt.056.001, FIToFIPaymentCancellationRequest.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from comity.clocks import instants
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.room import request_file

MESSAGE_BYTES_MAX: Final = 256 << 10
TEXT_CHARS_MAX: Final = 255
TYPE: Final = "stop-payment"
_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.056.001."
_ROOT: Final = "FIToFIPmtCxlReq"


def read(data: bytes) -> Element:
    """Return the one transfer that a message recalls, with the message around it.

    Raises:
        Fault: `request.recall.malformed`, `request.recall.several`.
    """
    if len(data) > MESSAGE_BYTES_MAX:
        raise _malformed(f"it is larger than {MESSAGE_BYTES_MAX >> 10} KiB")
    try:
        document: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _malformed("it has a document type, entities or external parts") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _malformed("it is no XML") from error
    for one in document.iter():
        namespace, _, name = one.tag.rpartition("}")
        if namespace and not namespace.removeprefix("{").startswith(_NAMESPACE):
            raise _malformed(f"it has {quoted(one.tag[:TEXT_CHARS_MAX])}, which is not camt.056")
        one.tag = name
    message = document if document.tag == _ROOT else document.find(_ROOT)
    if message is None:
        raise _malformed(f"it has no {_ROOT}")
    found = len(message.findall("Undrlyg/TxInf"))
    if found != 1:
        raise Fault(
            code="request.recall.several",
            what=f"The message recalls {found} transfers.",
            fix="Give a message with one: each transfer is a request of its own.",
        )
    return message


def _malformed(why: str) -> Fault:
    return Fault(
        code="request.recall.malformed",
        what=f"This is no recall of a transfer: {why}.",
        fix="Give a camt.056 message as the bank sent it, or fill in the request by hand.",
    )


def request(message: Element) -> dict[str, Json]:
    """Return what a request file has of a message: what the message leaves open is not there."""
    elements: dict[str, Json] = {
        name: one for name, value in _elements(message) if (one := _given(value))
    }
    return {
        "type": TYPE,
        "urgency": "emergency",
        "mark": request_file.MARK_DEFAULT,
        "elements": elements,
    }


def _given(value: Mapping[str, Json]) -> dict[str, Json]:
    return {name: text for name, text in value.items() if text not in ("", None)}


def _elements(message: Element) -> Iterator[tuple[str, dict[str, Json]]]:
    transfer = message.find("Undrlyg/TxInf")
    assert transfer is not None
    asked = transfer.find("OrgnlIntrBkSttlmAmt")
    references = ("OrgnlUETR", "OrgnlTxId", "OrgnlEndToEndId", "OrgnlInstrId")
    yield (
        "transaction",
        {
            "reference": next(filter(None, (_text(transfer, one) for one in references)), ""),
            "at": _instant(_text(transfer, "OrgnlGrpInf/OrgnlCreDtTm")),
            "amount": "" if asked is None else _cut(asked.text),
            "currency": "" if asked is None else _cut(asked.get("Ccy")),
        },
    )
    yield (
        "recall",
        {
            "sent": True,
            "at": _instant(_text(message, "Assgnmt/CreDtTm")),
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


def _text(at: Element, path: str) -> str:
    return _cut(at.findtext(path))


def _cut(text: str | None) -> str:
    """Return a text on one line, cut: it is shown as it is, whoever wrote it."""
    return " ".join((text or "").split())[:TEXT_CHARS_MAX]


def _instant(text: str) -> str:
    """Return an instant that has a zone; one without is not known well enough."""
    return text if instants.parse(text) is not None else ""


def _name(at: Element, path: str) -> str:
    return _text(at, f"{path}/Pty/Nm") or _text(at, f"{path}/Nm")


def _bank(at: Element, path: str) -> str:
    found: Mapping[str, str] = {
        name: _text(at, f"{path}/FinInstnId/{name}") for name in ("Nm", "BICFI", "BIC")
    }
    return " ".join(filter(None, (found["Nm"], found["BICFI"] or found["BIC"])))


def _account(at: Element, path: str) -> str:
    return _text(at, f"{path}/Id/IBAN") or _text(at, f"{path}/Id/Othr/Id")
