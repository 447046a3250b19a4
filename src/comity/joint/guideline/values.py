"""How the value of an element is checked, by the kind of its check.

    broken(context, Check("date-time", …), "tomorrow") -> Broken("time-malformed")

Floor: joint (pure).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from comity.clocks import instants
from comity.joint.guideline import data, identifiers, judgement
from comity.joint.guideline.judgement import Broken, Context, Fields
from comity.joint.guideline.model import Check
from comity.joint.guideline.texts import vague
from comity.kernel.ijson import Json

STATEMENT_CHARS_MIN: Final = 10

_ZONE: Final = re.compile(
    r"(UTC|GMT)?[+-][0-9]{1,2}(:?[0-9]{2})?|UTC|GMT|Z|[A-Z][A-Za-z]+/[A-Za-z_/+-]+"
)
_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DIGIT: Final = re.compile(r"[0-9一二三四五六七八九十百]")


def broken(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    """Give every rule that a value which is not empty breaks."""
    return _CHECKS[check.kind](context, check, value)


def _text(_: Context, check: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, str):
        yield Broken("shape")
        return
    rule = vague(value, judgement.whole(check, "min_chars", 1))
    if rule:
        yield Broken(rule)


def _legal_basis(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    for _one in _text(context, check, value):
        yield Broken("legal-basis-missing")


def _link(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    for _one in _text(context, check, value):
        yield Broken("link-missing")


def _statement(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    if value is True:
        return
    if isinstance(value, str):
        rule = vague(value, STATEMENT_CHARS_MIN)
        if rule:
            yield Broken(rule)
        return
    yield Broken("absent" if value is False else "shape")


def _authority(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    if not judgement.string(value, "name"):
        yield Broken("name-missing", "name")
    phone, email = judgement.string(value, "phone"), judgement.string(value, "email")
    if not phone and not email:
        yield Broken("not-reachable")
    for name, kind, text in (("phone", "phone", phone), ("email", "email", email)):
        rule = identifiers.rule_of(kind, text) if text else ""
        if rule:
            yield Broken(rule, name)
    if not judgement.string(value, "office_hours"):
        yield Broken("office-hours-missing", "office_hours")
    if not _ZONE.fullmatch(judgement.string(value, "time_zone")):
        yield Broken("zone-missing", "time_zone")


def _offence(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    provisions = value.get("provisions")
    named = provisions if isinstance(provisions, list) else [provisions]
    texts = [one for one in named if isinstance(one, str) and one.strip()]
    if not texts:
        yield Broken("no-provision", "provisions")
    for at, one in enumerate(texts):
        if not _DIGIT.search(one):
            yield Broken("no-provision", f"provisions/{at}")
    if not isinstance(value.get("maximum_penalty_years"), int):
        yield Broken("penalty-missing", "maximum_penalty_years")


def _person(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    many = value if isinstance(value, list) else [value]
    for at, one in enumerate(many):
        if not isinstance(one, dict):
            yield Broken("shape", str(at))
        elif not judgement.string(one, "name", "description"):
            yield Broken("name-missing", str(at))


def _account(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    if not judgement.string(value, "bank", "name"):
        yield Broken("name-missing", "bank")
    numbers = (("iban", "iban"), ("account", "bank-account"), ("bic", "swift"), ("swift", "swift"))
    given = [(name, kind) for name, kind in numbers if judgement.string(value, name)]
    if not given:
        yield Broken(identifiers.BANK_ACCOUNT, "account")
    for name, kind in given:
        rule = identifiers.rule_of(kind, judgement.string(value, name))
        if rule:
            yield Broken(rule, name)


def _reference(_: Context, __: Check, value: Json) -> Iterator[Broken]:
    if isinstance(value, str):
        return
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    if not judgement.string(value, "reference", "matter", "ticket"):
        yield Broken("reference-missing", "reference")


def _recall(context: Context, _: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    if value.get("sent") is not True:
        yield Broken("no-recall", "sent")
        return
    yield from judgement.past(context, value.get("at"), "at")


def _state(context: Context, _: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, str):
        yield Broken("shape")
    elif context.to and value.strip().lower() not in context.to:
        yield Broken("another-state")


def _date_time(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    if check.options.get("past") is True:
        yield from judgement.past(context, value, "")
        return
    at_ms, problem = instants.read(value)
    if problem:
        yield Broken(judgement.TIME_RULES[problem])
    elif at_ms <= context.now_ms:
        yield Broken("time-past")


def _period(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    if isinstance(value, dict):
        yield from judgement.from_to(context, check, value, "")
    else:
        yield Broken("shape")


def _amount(_: Context, check: Check, value: Json) -> Iterator[Broken]:
    if isinstance(value, dict):
        yield from _money(check, value)
    else:
        yield Broken("shape")


def _money(check: Check, fields: Fields) -> Iterator[Broken]:
    currency = judgement.string(fields, "currency")
    amount = judgement.string(fields, "amount")
    if not _AMOUNT.fullmatch(amount) or not _CURRENCY.fullmatch(currency) or not Decimal(amount):
        yield Broken("amount-malformed", "amount")
        return
    least = check.options.get("at_least")
    floor = least.get(currency) if isinstance(least, dict) else None
    if isinstance(floor, int) and Decimal(amount) < floor:
        yield Broken("below-threshold", "amount")


def _transaction(context: Context, check: Check, value: Json) -> Iterator[Broken]:
    if not isinstance(value, dict):
        yield Broken("shape")
        return
    yield from _money(check, value)
    bad = list(judgement.past(context, value.get("at"), "at"))
    yield from bad
    at_ms = instants.parse(value.get("at"))
    hours = judgement.whole(check, "hours_max", 0)
    if (
        not bad
        and at_ms is not None
        and hours
        and context.now_ms - at_ms > hours * judgement.HOUR_MS
    ):
        yield Broken("too-late", "at")


def _choice(_: Context, check: Check, value: Json) -> Iterator[Broken]:
    choices = check.options.get("of")
    assert isinstance(choices, list)
    codes = {one["code"] for one in choices if isinstance(one, dict)}
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str) or one not in codes:
            yield Broken("choice-unknown")


def _beside(_: Context, __: Check, ___: Json) -> Iterator[Broken]:
    """Nothing: what is checked does not stand among the values."""
    return iter(())


type _Checker = Callable[[Context, Check, Json], Iterator[Broken]]

_CHECKS: Final[Mapping[str, _Checker]] = MappingProxyType(
    {
        "text": _text,
        "legal-basis": _legal_basis,
        "link": _link,
        "statement": _statement,
        "authority": _authority,
        "offence": _offence,
        "person": _person,
        "account": _account,
        "reference": _reference,
        "recall": _recall,
        "state": _state,
        "date-time": _date_time,
        "period": _period,
        "amount": _amount,
        "transaction": _transaction,
        "choice": _choice,
        "identifiers": data.broken_identifiers,
        "languages": _beside,
        "file": _beside,
    }
)
