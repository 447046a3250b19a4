"""How much of what a request must say is there, and why what is missing gets requests refused.

    progress(guideline, "preservation", "urgent", values, findings)   -> Progress(9, 12)
    grounds(guideline, "preservation", findings)                      -> (not-in-conformity, …)

Source: docs/spec/guideline.md, clause 12.
Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.guideline import completeness, findings
from comity.joint.guideline.findings import Finding
from comity.joint.guideline.model import Coded, Guideline
from comity.kernel.ijson import Json

GROUND_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        findings.MISSING: "not-in-conformity",
        findings.VAGUE: "not-in-conformity",
        findings.OVERBROAD: "not-in-conformity",
        findings.NO_LEGAL_BASIS: "not-in-conformity",
        findings.TRANSLATION: "not-in-conformity",
        findings.WRONG: "impossible",
        findings.NO_LINK: "no-connection",
        findings.WRONG_ADDRESSEE: "not-competent",
    }
)
"""The ground on which what is lacking usually gets a request refused in the end."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of what is required is there.

    Attributes:
        done: required elements with which nothing is wrong.
        needed: required elements.
    """

    done: int
    needed: int

    @property
    def percent(self) -> int:
        """As a whole number, rounded down: 100 only where nothing lacks."""
        return 100 * self.done // self.needed if self.needed else 100


def progress(
    guideline: Guideline,
    type_id: str,
    urgency: str,
    values: Mapping[str, Json],
    found: Iterable[Finding],
) -> Progress:
    """Return how much of what a type requires is there.

    Args:
        guideline: that the request is judged by.
        type_id: of the request.
        urgency: of the request.
        values: `{element: value}`.
        found: what `completeness.check` says of them.
    """
    kind = guideline.types.get(type_id)
    if kind is None:
        return Progress(0, 1)
    asked = [one for one in kind.elements if completeness.is_needed(one, urgency, values)]
    lacking = {one.element for one in found if one.is_required}
    done = [one for one in asked if one.element not in lacking]
    return Progress(len(done), len(asked))


def grounds(guideline: Guideline, type_id: str, found: Iterable[Finding]) -> tuple[Coded, ...]:
    """Return the grounds of the guideline on which such a request is usually refused."""
    codes = {GROUND_OF[one.kind] for one in found if one.is_required}
    return tuple(
        ground
        for code, ground in guideline.refusals.items()
        if code in codes and type_id not in ground.except_types
    )
