"""The times and codes of a request that stand in its entry, so that both sides compute with them.

    values(guideline, "stop-payment", elements) -> ({"transaction-at": …}, {"crime-type": "fraud"})

Source: docs/spec/guideline.md, clause 13.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from comity.clocks import instants
from comity.joint.guideline.model import Guideline, JointName
from comity.kernel import money
from comity.kernel.ijson import Json

TIME: Final = "time"
MONEY: Final = "money"


def values(
    guideline: Guideline, type_id: str, elements: Mapping[str, Json]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return the joint times, milliseconds since 1970 UTC, and codes of a request.

    A value that is no instant with a zone, or none of the choices of its element, is left
    out: completeness says what is wrong with it.
    """
    times: dict[str, int] = {}
    codes: dict[str, str] = {}
    for one in of_type(guideline, type_id):
        value = _value(one, elements)
        if one.kind == TIME:
            at_ms, problem = instants.read(value)
            if not problem and at_ms >= 0:
                times[one.id] = at_ms
        elif one.kind == MONEY:
            codes.update((one.id, each) for each in _sum(elements.get(one.element)))
        elif isinstance(value, str) and value in choices(guideline, one):
            codes[one.id] = value
    return times, codes


def _sum(value: Json) -> Iterator[str]:
    """Give the code of a sum of money, `eur.18400000`; nothing for what is none."""
    fields = value if isinstance(value, dict) else {}
    amount, currency = fields.get("amount"), fields.get("currency")
    if isinstance(amount, str) and isinstance(currency, str):
        minor = money.minor(amount, currency)
        if minor is not None:
            yield f"{currency.lower()}.{minor}"


def of_type(guideline: Guideline, type_id: str) -> tuple[JointName, ...]:
    """Return the joint names whose elements a type asks for."""
    kind = guideline.types.get(type_id)
    asked = {one.element for one in kind.elements} if kind else set()
    return tuple(one for one in guideline.joint.values() if one.element in asked)


def choices(guideline: Guideline, one: JointName) -> frozenset[str]:
    """Return the codes that a joint code may be: the choices of its element, or none."""
    listed = guideline.elements[one.element].check.options.get("of")
    many = listed if isinstance(listed, list) else []
    return frozenset(str(each["code"]) for each in many if isinstance(each, dict))


def _value(one: JointName, elements: Mapping[str, Json]) -> Json:
    value = elements.get(one.element)
    if not one.field:
        return value
    return value.get(one.field) if isinstance(value, dict) else None
