"""How identifiers are checked: kinds of data, each identifier, each with its period.

    {"kinds": ["traffic"], "identifiers": [{"kind": "ipv4", "value", "port", "from", "to"}]}

Floor: joint (pure).
"""

from collections.abc import Iterator
from typing import Final

from comity.joint.guideline import identifiers, judgement
from comity.joint.guideline.judgement import Broken, Context, Fields
from comity.joint.guideline.model import Check
from comity.kernel.ijson import Json

IDENTIFIERS_MANY: Final = 100
PORT_MAX: Final = 65_535
_ALL: Final = frozenset({"all", "any", "everything", "*", "全部", "所有", "任何"})


def broken_identifiers(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    """Find what is wrong with data: kinds, identifiers, each with its period."""
    fields: Fields = value if isinstance(value, dict) else {"identifiers": value}
    yield from _kinds(check, fields)
    listed = fields.get("identifiers")
    many = listed if isinstance(listed, list) else [] if listed is None else [listed]
    if not many:
        yield Broken("no-identifier", "identifiers")
    if len(many) > IDENTIFIERS_MANY:
        yield Broken("too-many", "identifiers")
    for at, one in enumerate(many):
        where = f"identifiers/{at}"
        if isinstance(one, dict):
            yield from _identifier(context, check, {**_common(fields), **one}, where)
        else:
            yield Broken("shape", where)


def _common(fields: Fields) -> Fields:
    """Return the period that stands once for all identifiers."""
    period = fields.get("period")
    return period if isinstance(period, dict) else {}


def _kinds(check: Check, fields: Fields) -> Iterator[Broken]:
    allowed = check.options.get("kinds")
    if not isinstance(allowed, list):
        return
    kinds = fields.get("kinds")
    named = kinds if isinstance(kinds, list) else [kinds]
    words = [one.strip().lower() for one in named if isinstance(one, str) and one.strip()]
    if not words:
        yield Broken("kinds-missing", "kinds")
    for one in words:
        if one in _ALL:
            yield Broken("kinds-all", "kinds")
        elif one not in allowed:
            yield Broken("choice-unknown", "kinds")


def _identifier(context: Context, check: Check, one: Fields, at: str) -> Iterator[Broken]:
    kind = identifiers.kind_of(judgement.string(one, "kind"))
    allowed = check.options.get("of")
    assert isinstance(allowed, list)
    if kind not in allowed:
        yield Broken("kind-unknown", f"{at}/kind")
        return
    rule = identifiers.rule_of(kind, judgement.string(one, "value"))
    if rule:
        yield Broken(rule, f"{at}/value")
    if kind == "ip-address":
        yield from _port(one, at)
    if kind == "account" and not judgement.string(one, "service"):
        yield Broken("service-missing", f"{at}/service")
    yield from _period_of(context, check, one, at, kind)


def _port(one: Fields, at: str) -> Iterator[Broken]:
    port = one.get("port")
    if port is None:
        if "." in judgement.string(one, "value"):
            yield Broken("port-missing", f"{at}/port")
        return
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= PORT_MAX:
        yield Broken("port-malformed", f"{at}/port")


def _period_of(context: Context, check: Check, one: Fields, at: str, kind: str) -> Iterator[Broken]:
    if {"from", "to", "at"} & one.keys():
        yield from judgement.from_to(context, check, one, at)
    elif kind == "ip-address":
        yield Broken("address-without-time", at)
    elif check.options.get("period") == "required" and kind != "hash":
        yield Broken("no-period", at)
