"""What a request of the years says: elements, items and texts; nobody in it is real.

    asked = values.asking(case, guideline) -> elements that the guideline asks for, items, texts

Sentences are templates, drawn by the chance of the request.  Addresses are accounts with services
under `.example`, which nobody has.

Floor: lab.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.clocks import instants
from comity.joint.guideline.model import ALWAYS, Guideline
from comity.kernel.ijson import Json
from comity_lab.years import phrases

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS

ITEMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "preservation": ("subscriber", "traffic", "content"),
        "preservation-extension": ("extension",),
        "subscriber": ("subscriber", "payment"),
        "traffic": ("connections", "addresses"),
        "content": ("messages", "files"),
        "emergency-disclosure": ("subscriber", "last-connection"),
        "stop-payment": ("freeze", "balance", "onward-transfers"),
        "infrastructure": ("measure", "logs"),
        "court-evidence": ("certified-copies", "statement-of-custodian"),
        "spontaneous": ("feedback",),
        "status-query": ("status",),
    }
)
"""What is asked, by type."""

SUBJECT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "traffic": "data-of-period",
        "content": "data-of-period",
        "stop-payment": "beneficiary",
        "infrastructure": "indicators",
        "spontaneous": "information",
        "status-query": "earlier-request",
        "preservation-extension": "earlier-request",
    }
)
"""The element that says what it is about; `data` of the others."""

_KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "preservation": ("subscriber", "traffic", "content"),
        "traffic": ("traffic",),
        "content": ("content",),
        "emergency-disclosure": ("subscriber", "last-connection"),
        "court-evidence": ("content",),
    }
)
_MEASURES: Final = ("takedown", "sinkhole", "block", "notify", "clean", "preserve-first")
_RELIABILITIES: Final = ("confirmed", "probable", "possible", "unknown")
_OFTEN: Final = frozenset({"case-reference", "custodian", "confidentiality", "legal-basis"})
"""Elements that are given where possible, in every request."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a request is about.

    Attributes:
        type, urgency, crime: codes.
        at_ms: when it is written.
        chance: of this request.
        reference: file number of the asker.
        agency: name of who asks, in English.
        zone: of its wall, `UTC+08:00`.
        earlier: file number of an earlier request, or "".
    """

    type: str
    urgency: str
    crime: str
    at_ms: int
    chance: random.Random
    reference: str
    agency: str
    zone: str
    earlier: str = ""

    def ago(self, low_days: int, high_days: int) -> str:
        """Return an instant before it was written."""
        back = self.chance.randrange(low_days * DAY_MS, high_days * DAY_MS)
        return instants.render(self.at_ms - back)

    def ahead(self, low_days: int, high_days: int) -> str:
        """Return an instant after it was written."""
        return instants.render(self.at_ms + self.chance.randrange(low_days, high_days) * DAY_MS)

    def number(self, digits: int) -> str:
        """Return a number with so many digits."""
        return str(self.chance.randrange(10 ** (digits - 1), 10**digits))


def elements(case: Case, guideline: Guideline) -> dict[str, Json]:
    """Return the values of a complete request, in the order in which its type asks for them."""
    kind = guideline.types[case.type]
    found: dict[str, Json] = {}
    for one in kind.elements:
        is_given = one.need.kind == ALWAYS or one.element in _OFTEN or _is_due(case, one.element)
        if is_given and one.element in _VALUES:
            found[one.element] = _VALUES[one.element](case)
    return found


def _is_due(case: Case, element: str) -> bool:
    """Return whether an element that depends on others is needed."""
    if element in {"confirmation-contact", "necessity"}:
        return case.urgency != "routine"
    if element in {"deadline", "deadline-reason"}:
        return case.urgency == "urgent"
    return element in {"offence", "crime-type"}


def _office(case: Case, functions: str = "") -> dict[str, Json]:
    desk = f"+99 {case.chance.randrange(1, 9)} 5550 0{case.chance.randrange(100, 999)}"
    found: dict[str, Json] = {
        "name": case.agency,
        "phone": desk,
        "email": f"registry{case.chance.randrange(1, 9)}@authority.example",
        "office_hours": "Monday to Friday 08:00-18:00",
        "time_zone": case.zone,
    }
    return {**found, "functions": functions} if functions else found


def _identifiers(case: Case) -> Json:
    start = case.ago(20, 60)
    return {
        "kinds": [*_KINDS.get(case.type, ("subscriber",))],
        "identifiers": [
            {
                "kind": "account",
                "service": case.chance.choice(phrases.SERVICES),
                "value": f"u-{case.number(8)}",
                "from": start,
                "to": case.ago(1, 19),
                "time_zone": "UTC",
            }
        ],
    }


def _indicators(case: Case) -> Json:
    return {
        "identifiers": [
            {
                "kind": "domain",
                "value": f"update-{case.number(4)}.example",
                "from": case.ago(10, 30),
                "to": case.ago(1, 2),
            }
        ]
    }


def _account(case: Case, bank: str) -> dict[str, Json]:
    return {"name": f"Trading house {case.number(3)}", "bank": bank, "account": case.number(12)}


def _transaction(case: Case) -> Json:
    hours = case.chance.randrange(2, 50)
    return {
        "reference": f"FT{case.number(9)}",
        "at": instants.render(case.at_ms - hours * HOUR_MS),
        "amount": f"{case.chance.randrange(52, 900)}000.00",
        "currency": case.chance.choice(("EUR", "USD")),
    }


_VALUES: Final[Mapping[str, Callable[[Case], Json]]] = MappingProxyType(
    {
        "authority": _office,
        "confirmation-contact": _office,
        "conducting-authority": lambda case: _office(case, "Directs the investigation"),
        "case-reference": lambda case: case.reference,
        "crime-type": lambda case: case.crime,
        "nature-of-case": lambda _: "Criminal investigation before a charge is brought to a court.",
        "offence": lambda case: {
            "provisions": [f"Criminal Code art. {case.chance.randrange(180, 330)}"],
            "maximum_penalty_years": case.chance.randrange(2, 15),
        },
        "facts": lambda case: phrases.facts(case.crime, case.chance),
        "legal-basis": lambda _: "Convention on Cybercrime, articles 25 to 31; Procedure Act",
        "data": _identifiers,
        "data-of-period": _identifiers,
        "relation-to-offence": lambda case: case.chance.choice(phrases.RELATIONS),
        "custodian": lambda case: {"name": f"{case.chance.choice(phrases.PROVIDERS)} Ltd"},
        "basis-for-location": lambda _: "The terms of service of the provider name its seat.",
        "necessity": lambda case: case.chance.choice(phrases.NECESSITIES),
        "mla-intention": lambda _: "A request for mutual legal assistance follows within 60 days.",
        "confidentiality": lambda case: case.chance.choice(phrases.CONFIDENTIALITIES),
        "deadline": lambda case: case.ahead(20, 60),
        "deadline-reason": lambda _: "The hearing on detention is set for the week after.",
        "time-limit": lambda _: "Within six months, before the trial is opened.",
        "purpose": lambda case: case.chance.choice(phrases.PURPOSES),
        "procedure": lambda _: "Please name the custodian, and when and how the data were taken.",
        "evidence-form": lambda _: "Certified copies with hash values and a chain of custody.",
        "undertakings": lambda _: "What is given is used in this case alone and not passed on.",
        "earlier-request": lambda case: {"reference": case.earlier or case.reference},
        "extension-reason": lambda _: "The request for the data is before the court and undecided.",
        "extend-until": lambda case: case.ahead(55, 90),
        "facts-of-emergency": lambda case: phrases.emergency(case.chance),
        "relation-to-emergency": lambda _: "Who uses the account is the only lead to the place.",
        "incident": lambda case: phrases.facts("business-email-compromise", case.chance),
        "victim": lambda case: {"name": f"Company {case.number(4)}", "city": "Hafenstadt"},
        "originating-bank": lambda case: _account(case, "First Example Bank"),
        "beneficiary": lambda case: _account(case, "Second Example Bank"),
        "transaction": _transaction,
        "recall": lambda case: {"sent": True, "at": instants.render(case.at_ms - HOUR_MS)},
        "action": lambda case: case.chance.choice(_MEASURES),
        "indicators": _indicators,
        "observed": lambda case: phrases.observed(case.chance),
        "harm": lambda case: case.chance.choice(phrases.HARMS),
        "side-effects": lambda _: "No other site is known to use the same address.",
        "information": lambda case: phrases.facts(case.crime, case.chance),
        "why-sent": lambda _: "An investigation of your side could start from the account named.",
        "reliability": lambda case: case.chance.choice(_RELIABILITIES),
        "question": lambda _: "How far is it, and when can an answer be expected?",
    }
)
"""How an element is filled; `translation` is the texts themselves."""
