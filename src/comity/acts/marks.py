"""Handling marks: who may see a thing, and what may be done with it.

    TLP:AMBER+STRICT            Traffic Light Protocol 2.0: who may receive it
    TLP:AMBER PAP:GREEN         with a Permissible Actions Protocol beside it

Marks have an order, from narrow to wide.  Only the State that set a mark may widen it; a
mark that nobody knows is refused, since it would be read as no limit.  WHITE is the word of
TLP 1.0 for CLEAR and is read as that.

Source: FIRST Traffic Light Protocol 2.0; MISP taxonomy PAP, version 3.
Floor: acts (pure).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Final, override

from comity.kernel.fault import Fault, quoted

TLP: Final = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
PAP: Final = ("RED", "AMBER", "GREEN", "CLEAR")
"""From narrow to wide."""

_OLD: Final = MappingProxyType({"WHITE": "CLEAR"})
_MARK: Final = re.compile(r"TLP:([A-Z+]{1,20})(?: PAP:([A-Z]{1,20}))?")

READERS: Final = MappingProxyType(
    {
        "RED": "the persons named, and nobody else",
        "AMBER+STRICT": "the agency that receives it, as far as it needs to know",
        "AMBER": "the agency and those it acts for, as far as they need to know",
        "GREEN": "the community of cyber defence, not in public",
        "CLEAR": "everybody",
    }
)
ACTIONS: Final = MappingProxyType(
    {
        "RED": "looking through own logs, where nobody can notice",
        "AMBER": "passive checks online, such as whois",
        "GREEN": "active steps, such as blocking",
        "CLEAR": "any action that law allows",
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark.

    Attributes:
        tlp: one of `TLP`.
        pap: one of `PAP`, or "" where none was set.
    """

    tlp: str
    pap: str = ""

    @override
    def __str__(self) -> str:
        return f"TLP:{self.tlp}" + (f" PAP:{self.pap}" if self.pap else "")

    @property
    def readers(self) -> str:
        """Who may receive it, in words."""
        return READERS[self.tlp]

    @property
    def actions(self) -> str:
        """What may be done with it, in words; none are named where no PAP was set."""
        return ACTIONS[self.pap] if self.pap else ""

    @property
    def may_go_to_third_state(self) -> bool:
        """Whether a State that received it may give it to a third without asking."""
        return self.tlp in ("GREEN", "CLEAR")

    @property
    def may_be_public(self) -> bool:
        """Whether it may be published."""
        return self.tlp == "CLEAR"


def parse(text: str) -> Mark:
    """Read a mark.

    Raises:
        Fault: `acts.mark.unknown`.
    """
    found = _MARK.fullmatch(text)
    tlp = _OLD.get(found[1], found[1]) if found else ""
    pap = _OLD.get(found[2] or "", found[2] or "") if found else ""
    if tlp not in TLP or (pap and pap not in PAP):
        raise Fault(
            code="acts.mark.unknown",
            what=f"{quoted(text)} is no handling mark.",
            fix="Write TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN or TLP:CLEAR; beside it, "
            "if need be, PAP:RED, PAP:AMBER, PAP:GREEN or PAP:CLEAR.",
        )
    return Mark(tlp, pap)


def is_wider(mark: Mark, than: Mark) -> bool:
    """Return whether a mark lets more through than another, in readers or in actions.

    No PAP says nothing of actions: it is as wide as CLEAR.
    """
    return _of_tlp(mark) > _of_tlp(than) or _of_pap(mark) > _of_pap(than)


def narrowest(first: Mark, second: Mark) -> Mark:
    """Return what satisfies both marks."""
    tlp = min(first, second, key=_of_tlp).tlp
    pap = min(first, second, key=_of_pap).pap
    return Mark(tlp, pap or first.pap or second.pap)


def narrowest_of(texts: Iterable[str]) -> str:
    """Return what satisfies every mark, as a text; "" of none.

    A mark that nobody knows is read as the narrowest there is.
    """
    known = [_or_red(text) for text in texts]
    return str(reduce(narrowest, known)) if known else ""


def _or_red(text: str) -> Mark:
    try:
        return parse(text)
    except Fault:
        return Mark(TLP[0])


def _of_tlp(mark: Mark) -> int:
    return TLP.index(mark.tlp)


def _of_pap(mark: Mark) -> int:
    return PAP.index(mark.pap) if mark.pap else len(PAP) - 1
