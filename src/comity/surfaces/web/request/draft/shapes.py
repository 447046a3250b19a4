"""What the value of an element consists of, by the kind of its check: fields, and rows of them.

    shape_of(element, parties)  ->  Plain | Fields | Rows | Data

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.joint.guideline.model import Element
from comity.surfaces.web.request.draft.inputs import (
    CHOICE,
    LONG,
    MANY,
    NUMBER,
    OFFSETS,
    TEXT,
    TICK,
    WHEN,
    Choices,
    Field,
    Words,
    labelled,
)
from comity.surfaces.web.templatetags.desk import said


@dataclass(frozen=True, slots=True)
class Plain:
    """One value in one input."""

    field: Field


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of fields; what is a plain value instead stands in one of them."""

    fields: Sequence[Field]
    main: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Several objects of the same fields; one alone stands for itself."""

    fields: Sequence[Field]
    main: str
    one: Words


@dataclass(frozen=True, slots=True)
class Offence:
    """Provisions, and the penalty."""

    provision: Field
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Data:
    """Identifiers, each with its period, and the kinds of data that are meant."""

    kinds: Field | None
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Beside:
    """Nothing: what is checked stands elsewhere in the form: `words` or `files`."""

    where: str


type Shape = Plain | Fields | Rows | Offence | Data | Beside

KINDS_OF_DATA: Final[Mapping[str, Words]] = {
    "subscriber": _("Subscriber information"),
    "traffic": _("Traffic data"),
    "content": _("Content"),
    "last-connection": _("Last connection"),
    "image": _("Image of a system"),
    "payment": _("Payment data"),
}
KINDS_OF_IDENTIFIER: Final[Mapping[str, Words]] = {
    "ip-address": _("IP address"),
    "domain": _("Domain name"),
    "url": _("URL"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "account": _("Account at a service"),
    "hash": _("Hash of a file"),
    "bank-account": _("Bank account"),
    "iban": _("IBAN"),
    "swift": _("SWIFT code"),
    "server": _("Server"),
}
ALIASES: Final[Mapping[str, str]] = {
    "ip": "ip-address",
    "ipv4": "ip-address",
    "ipv6": "ip-address",
    "bic": "swift",
}
"""How files of requests spell kinds that a form has one name for."""

_NONE: Final[tuple[str, Words]] = ("", _("Choose"))
_ZONES: Final[Choices] = [
    ("", _("Choose")),
    ("UTC", "UTC"),
    *((f"UTC{one}", f"UTC{one}") for one in OFFSETS),
]
_HOW: Final = _("Like 2026-11-24 17:12:00, and its zone.")

_AUTHORITY: Final = (
    Field("name", _("Name")),
    Field("functions", _("Office or function")),
    Field("phone", _("Telephone"), hint=_("With its country, like +86 10 5555 0199."), size=20),
    Field("email", _("E-mail"), size=30, is_ltr=True),
    Field("office_hours", _("Office hours"), hint=_("Or 24/7."), size=30),
    Field("time_zone", _("Time zone"), CHOICE, choices=_ZONES),
)
_PERSON: Final = (
    Field("name", _("Name")),
    Field("description", _("Description, where no name is known")),
    Field("location", _("Place")),
    Field("city", _("City")),
    Field("nationality", _("Nationality"), size=20),
    Field("role", _("What it is to the case")),
    Field("known_from", _("From where this is known")),
)
_ACCOUNT: Final = (
    Field("name", _("Name of the holder")),
    Field("bank", _("Bank")),
    Field("account", _("Account number"), size=30, is_ltr=True),
    Field("iban", _("IBAN"), size=30, is_ltr=True),
    Field("bic", _("SWIFT code"), size=20, is_ltr=True),
    Field("bank_location", _("Place of the bank")),
)
_REFERENCE: Final = (
    Field("reference", _("Reference of the State that was asked"), size=30),
    Field("own_reference", _("Own reference"), size=30),
    Field("date", _("Date"), size=20),
)
_RECALL: Final = (
    Field("sent", _("The sending bank has asked for a recall"), TICK),
    Field("at", _("When"), WHEN, _HOW),
    Field("message", _("Message"), hint=_("Like camt.056."), size=20, is_ltr=True),
)
_PERIOD: Final = (
    Field("from", pgettext_lazy("a period", "From"), WHEN, _HOW),
    Field("to", pgettext_lazy("a period", "To"), WHEN),
)
_MONEY: Final = (
    Field("amount", _("Amount"), hint=_("Like 184000.00."), size=20, is_ltr=True),
    Field("currency", _("Currency"), hint=_("Like EUR."), size=5, is_ltr=True),
)
_TRANSACTION: Final = (
    Field("reference", _("Reference of the transfer"), size=30, is_ltr=True),
    Field("at", _("When it was made"), WHEN, _HOW),
    *_MONEY,
)
_PROVISION: Final = Field(
    "", _("Provision"), hint=_("With its number and the name of the offence.")
)
_PENALTY: Final = Field("maximum_penalty_years", _("Greatest penalty, in years"), NUMBER, size=5)

_FIELDS: Final[Mapping[str, Fields | Rows]] = {
    "authority": Fields(_AUTHORITY, "name"),
    "person": Rows(_PERSON, "name", _("Person or body")),
    "account": Fields(_ACCOUNT, "name"),
    "reference": Fields(_REFERENCE, "reference"),
    "recall": Fields(_RECALL, "message"),
    "period": Fields(_PERIOD, "from"),
    "amount": Fields(_MONEY, "amount"),
    "transaction": Fields(_TRANSACTION, "reference"),
}
PARTS: Final[Mapping[str, Words]] = {
    "kinds": _("Kinds of data"),
    "kind": _("Kind"),
    "value": _("Identifier"),
    "service": _("Service"),
    "port": _("Source port"),
    _PENALTY.key: _PENALTY.label,
    **{
        field.key: field.label
        for fields in (_TRANSACTION, _RECALL, _REFERENCE, _ACCOUNT, _PERSON, _PERIOD, _AUTHORITY)
        for field in fields
    },
    "reference": _("Reference"),
}
"""What a part of a value is called where no form stands around it: of one name, the widest word."""

_SHORT_CHARS: Final = 5
"""A text of which so little is asked has one line."""


def shape_of(element: Element, parties: Choices) -> Shape:
    """Return what the value of an element consists of.

    Args:
        element: of the guideline.
        parties: that are asked, with their names.
    """
    kind = element.check.kind
    if kind == "offence":
        return Offence(_PROVISION, (_PENALTY,))
    if kind == "identifiers":
        return _data(element.check.options)
    if kind in _BESIDE:
        return Beside(_BESIDE[kind])
    return _FIELDS.get(kind) or Plain(_field(element, parties))


_BESIDE: Final[Mapping[str, str]] = {"languages": "words", "file": "files"}


def _field(element: Element, parties: Choices) -> Field:
    """Return the one field of an element that is one value."""
    kind, options = element.check.kind, element.check.options
    if kind == "date-time":
        return Field("", "", WHEN, _HOW)
    if kind == "state":
        return Field("", "", CHOICE, choices=[_NONE, *parties])
    if kind == "choice":
        listed = cast("list[dict[str, Any]]", options["of"])
        named = [(str(one["code"]), said(one["label"])) for one in listed]
        return Field("", "", CHOICE, choices=[_NONE, *named])
    least = options.get("min_chars", 1)
    is_short = kind == "text" and isinstance(least, int) and least <= _SHORT_CHARS
    return Field("", "", TEXT if is_short else LONG)


def _data(options: Mapping[str, Any]) -> Data:
    kinds = options.get("kinds")
    many = Field("kinds", _("Kinds of data"), MANY, choices=labelled(KINDS_OF_DATA, kinds or []))
    named = labelled(KINDS_OF_IDENTIFIER, options["of"])
    fields = [
        Field("kind", _("Kind"), CHOICE, choices=[_NONE, *named]),
        Field("value", _("Identifier"), is_ltr=True),
    ]
    if "account" in options["of"]:
        fields.append(Field("service", _("Service"), hint=_("Of an account.")))
    if "ip-address" in options["of"]:
        fields.append(Field("port", _("Source port"), NUMBER, _("Of an address."), size=5))
    fields += [
        Field("from", _("Used from"), WHEN, _HOW),
        Field("to", pgettext_lazy("a period", "To"), WHEN, _("Leave it empty for one moment.")),
    ]
    return Data(many if kinds else None, fields)
