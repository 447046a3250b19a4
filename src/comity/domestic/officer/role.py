"""What an officer may do on their node: one role or several, as codes.

Whoever runs the machine reads no content, and whoever audits reads everything and changes
nothing, so `operator` and `auditor` stand alone: a person who is both has two accounts.

Floor: domestic (pure).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from comity.kernel.fault import Fault, quoted

CONTACT_POINT: Final = "contact-point"
CASE_OFFICER: Final = "case-officer"
COUNSEL: Final = "counsel"
RELEASING: Final = "releasing"
ANALYST: Final = "analyst"
CONTROLLER: Final = "controller"
SECRETARIAT: Final = "secretariat"
AUDITOR: Final = "auditor"
OPERATOR: Final = "operator"

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CONTACT_POINT: "takes in what arrives, routes and assigns it, hands over the desk",
        CASE_OFFICER: "works on the matters of their agency, drafts acts",
        COUNSEL: "records the decisions that the law asks for",
        RELEASING: "approves what another officer drafted",
        ANALYST: "reads the matters of their agency and changes nothing",
        CONTROLLER: "runs exercises: drafts in their channels and in no other",
        SECRETARIAT: "proposes, adopts and declines joint texts; reviews responses by figures",
        AUDITOR: "reads everything and changes nothing",
        OPERATOR: "runs the machine and reads no content",
    }
)
"""Each role, and what it allows."""

SPEAKING: Final = (CONTACT_POINT, CASE_OFFICER, COUNSEL, RELEASING)
"""Who writes what is said to the other side, whatever it is about."""

READING: Final = frozenset({ANALYST, AUDITOR, OPERATOR})
"""Who has these alone changes nothing of any matter."""

ALONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        OPERATOR: "Who runs the machine reads no content, so `operator` goes with no other role.",
        AUDITOR: "Who reads everything changes nothing, so `auditor` goes with no other role.",
    }
)
"""Roles that stand alone, and why."""

DEFAULT: Final = (CASE_OFFICER, RELEASING)
"""What an officer has where nothing is said."""


def require_roles(given: Iterable[str]) -> tuple[str, ...]:
    """Return the roles, each once, in the order of `ROLES`.

    Raises:
        Fault: `officer.role.unknown`, `officer.role.missing`, `officer.role.incompatible`.
    """
    wanted = frozenset(given)
    if unknown := sorted(wanted - ROLES.keys()):
        raise Fault(
            code="officer.role.unknown",
            what=f"There is no role {', '.join(map(quoted, unknown))}.",
            fix=f"Name some of these: {', '.join(ROLES)}.",
        )
    if not wanted:
        raise Fault(
            code="officer.role.missing",
            what="An officer has one role at least.",
            fix="Name one, or end the officer with `comity officer end`.",
        )
    for alone, why in ALONE.items():
        if alone in wanted and len(wanted) > 1:
            raise Fault(
                code="officer.role.incompatible",
                what=why,
                fix="Add a second officer for the same person.",
            )
    return tuple(role for role in ROLES if role in wanted)
