"""What a bank answers to a recall, camt.029 of ISO 20022, as the step of a stop-payment.

    CNCL, ACCR   held, the whole sum        PDCR          with the bank
    PECR, PACR   held in part               RJCR          not held, with the bank's reason

What a bank agreed to give back is held; that it is on its way is another step, once it was sent.

    read(data)                               -> Resolution("held", 18400000, "EUR", …)
    say(node, officer, "3f1c", data)         told to the other side, as a step

Source: ISO 20022 camt.029.001, ResolutionOfInvestigation.
Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element

from comity.acts.verb import Value
from comity.clocks import instants
from comity.joint.request import acts, codes
from comity.joint.request.state import WHOLE
from comity.kernel import money
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.rooms.request import bank_message, dossier
from comity.rooms.request.bank_message import Message, cut, text
from comity.rooms.request.desk import say as speak

_HELD, _PART, _NOT_HELD = "held", "held-in-part", "not-held"
_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CNCL": _HELD,
        "ACCR": _HELD,
        "PECR": _PART,
        "PACR": _PART,
        "PDCR": "with-bank",
        "RJCR": _NOT_HELD,
    }
)
"""By the status of the investigation, or of its one transfer."""

_RESOLUTION: Final = Message(
    "camt.029",
    "RsltnOfInvstgtn",
    "request.resolution.malformed",
    "answer of a bank to a recall",
    "Give a camt.029 message as the bank sent it, or tell the step by hand.",
)
_TRANSFER: Final = "CxlDtls/TxInfAndSts"
_REFERENCES: Final = ("OrgnlUETR", "OrgnlTxId", "OrgnlEndToEndId", "OrgnlInstrId")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a bank answers.

    Attributes:
        references: of the transfer, each that the message has.
        step: of the measure.
        amount: that is held, as it is written, or "".
        unit: its currency, or "".
        reason: why nothing is held, or "".
        at_ms: when the bank wrote it, or None where it has no zone.
    """

    references: tuple[str, ...]
    step: str
    amount: str
    unit: str
    reason: str
    at_ms: int | None


def read(data: bytes) -> Resolution:
    """Return what a message says of its one transfer.

    Raises:
        Fault: `request.resolution.malformed`.
    """
    message = bank_message.parse(data, _RESOLUTION)
    found = message.findall(_TRANSFER)
    if len(found) != 1:
        raise _RESOLUTION.malformed(f"it answers for {len(found)} transfers")
    one = found[0]
    status = text(one, "TxCxlSts") or text(message, "Sts/Conf")
    step = _STEPS.get(status)
    if step is None:
        raise _RESOLUTION.malformed(f"its status is {quoted(status)}, none of {', '.join(_STEPS)}")
    reason = text(one, "CxlStsRsnInf/Rsn/Cd") if step == _NOT_HELD else ""
    if step == _NOT_HELD and reason not in codes.STEP_REASONS:
        known = ", ".join(codes.STEP_REASONS)
        raise _RESOLUTION.malformed(f"its reason is {quoted(reason)}, none of {known}")
    amount, unit = _sum(one, step)
    return Resolution(
        tuple(each for name in _REFERENCES if (each := text(one, name))),
        step,
        amount,
        unit,
        reason,
        instants.parse(text(message, "Assgnmt/CreDtTm")),
    )


def _sum(one: Element, step: str) -> tuple[str, str]:
    """Return what is held: what the bank gives back, or the whole of what was sent."""
    if step not in {_HELD, _PART}:
        return "", ""
    places = ["RsltnRltdInf/IntrBkSttlmAmt"]
    if step == _HELD:
        places += ["OrgnlTxRef/IntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt"]
    for place in places:
        found = one.find(place)
        if found is not None:
            amount, unit = cut(found.text), cut(found.get("Ccy"))
            if money.minor(amount, unit) is None:
                raise _RESOLUTION.malformed(f"{quoted(f'{amount} {unit}')} is no sum")
            return amount, unit
    raise _RESOLUTION.malformed("it does not say how much is held")


def answer(data: bytes) -> dict[str, str]:
    """Return the answer of a task as a participant would fill it in.

    Raises:
        Fault: `request.resolution.malformed`.
    """
    found = read(data)
    return {
        "step": found.step, "amount": found.amount, "unit": found.unit, "reason": found.reason,
    }  # fmt: skip


def say(node: Node, officer: Officer, matter_id: str, data: bytes, key: str = "") -> Result:
    """Tell what a bank answered as a step of the request whose transfer it is.

    Raises:
        Fault: `request.resolution.malformed`, `request.resolution.other-transfer`; those of
            `dossier.of` and `desk.say`.
    """
    found, told = dossier.of(node, officer, matter_id), read(data)
    transfer = found.reviewed.content.elements.get("transaction")
    asked = str(transfer.get("reference", "")).strip() if isinstance(transfer, dict) else ""
    if asked and asked not in told.references:
        raise Fault(
            code="request.resolution.other-transfer",
            what=f"The bank answers for {quoted(', '.join(told.references))}, and the request "
            f"is about {quoted(asked)}.",
            fix="Tell the step on the request of that transfer.",
        )
    given: dict[str, Value] = {"steps": {WHOLE: told.step}}
    if told.at_ms is not None:
        given["times"] = {WHOLE: told.at_ms}
    if told.amount:
        amount = money.minor(told.amount, told.unit)
        assert amount is not None
        given |= {"sums": {WHOLE: amount}, "units": {WHOLE: told.unit}}
    if told.reason:
        given["reasons"] = {WHOLE: told.reason}
    return speak(node, officer, found.shown.row.matter.id, acts.STEP_TOLD, given, Words(key=key))
