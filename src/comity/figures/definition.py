"""What one definition says, and the words that definitions use.

Floor: figures (pure).
"""

from dataclasses import dataclass
from typing import Final

COUNT: Final = "count"
SHARE: Final = "share"
MEAN: Final = "mean"
KAPLAN_MEIER: Final = "kaplan-meier"
PLAIN: Final = "plain"
MOST: Final = "most"
HELD: Final = "held"

COUNTED: Final = frozenset({COUNT, SHARE, MEAN})
"""Kinds whose population is an address, and which stand in the tally under their own."""

REQUESTS: Final = "requests"
MILLISECONDS: Final = "milliseconds"
AGREED: Final = "agreed units"
ITEMS: Final = "items"
ACTS: Final = "acts"
TIMES: Final = "times"

RECEIPTS: Final = "receipts, exchange.md 8.7"
CLOCKS: Final = "clocks of the guideline, clocks.md 1.7"
ACTS_OF_REQUEST: Final = "acts of the request, request.md"


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure.

    Attributes:
        id: its address within a group, codes in braces.
        kind: how it is written: a count, a share or mean as a ratio, a time.
        unit: of its value.
        population: what n counts: an address, or words.
        formula: in words.
        source: where what it reads comes from.
        en: label in English.
        zh: label in Chinese, simplified.
    """

    id: str
    kind: str
    unit: str
    population: str
    formula: str
    source: str
    en: str
    zh: str
