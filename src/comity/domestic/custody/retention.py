"""What is due to be destroyed, and when: pure over what was agreed and what happened.

    length after event          "attachment: 12 months after closed"
    condition                   `destroy-after-use`: when the matter is closed, at once

The later event counts where one comes again: a request that is reopened and closed anew.

Source: the guideline's `retention`; the conditions of an acceptance.
Floor: domestic (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

DESTROY_AFTER_USE: Final = "destroy-after-use"
CLOSED: Final = "closed"

CONDITION: Final = "condition"
GUIDELINE: Final = "guideline"
OTHER_SIDE: Final = "other-side"

DUE: Final = "due"
SOON: Final = "soon"
LATER: Final = "later"

SOON_MS: Final = 14 * 86_400_000
"""So long before an item is due, it is listed as soon due."""


@dataclass(frozen=True, slots=True)
class Item:
    """A blob that is held here.

    Attributes:
        sha256: of the stored bytes.
        role: `elements`, `texts`, `attachment:1`.
        is_sample: whether it is a sample of malware.
        conditions: codes that bind this State for what it was given; none for what it gave.
    """

    sha256: str
    role: str
    is_sample: bool = False
    conditions: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """What guidelines call it."""
        return "sample" if self.is_sample else self.role.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a kind of blob is kept.

    Attributes:
        kind: of the blob.
        after: event from which it counts.
        until_ms: `{event: instant at which it ends}`, computed over the calendars; without an
            entry for the event the end is not known yet.
    """

    kind: str
    after: str
    until_ms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Due:
    """One item and when it is to be destroyed.

    Attributes:
        item: which.
        at_ms: from when on it is due.
        why: `condition`, `guideline`, or `other-side`: that has attested its own destruction.
        state: `due`, `soon` or `later`, at the instant that was asked for.
    """

    item: Item
    at_ms: int
    why: str
    state: str


def due(
    items: Iterable[Item],
    rules: Iterable[Rule],
    closed_at_ms: int | None,
    now_ms: int,
) -> list[Due]:
    """Return what is to be destroyed, the earliest first.

    Args:
        items: held here.
        rules: of the guideline that the matter is bound to.
        closed_at_ms: when nothing more was expected of the matter, or None while it is open.
        now_ms: the instant, milliseconds since 1970 UTC.
    """
    by_kind = {rule.kind: rule for rule in rules}
    found: list[Due] = []
    for item in items:
        ends = _ends(item, by_kind.get(item.kind), closed_at_ms)
        if ends:
            at_ms, why = min(ends)
            found.append(Due(item, at_ms, why, _state(at_ms, now_ms)))
    return sorted(found, key=lambda one: (one.at_ms, one.item.role, one.item.sha256))


def _ends(item: Item, rule: Rule | None, closed_at_ms: int | None) -> list[tuple[int, str]]:
    ends: list[tuple[int, str]] = []
    if rule is not None and rule.after in rule.until_ms:
        ends.append((rule.until_ms[rule.after], GUIDELINE))
    if closed_at_ms is not None and DESTROY_AFTER_USE in item.conditions:
        ends.append((closed_at_ms, CONDITION))
    return ends


def _state(at_ms: int, now_ms: int) -> str:
    if at_ms <= now_ms:
        return DUE
    return SOON if at_ms - now_ms <= SOON_MS else LATER
