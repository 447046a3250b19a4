"""What a screen or a command asks of cards.

Floor: joint (pure).
"""

from typing import Final

from comity.joint.arrangement.card import DAY_MS, Card
from comity.joint.arrangement.fields import Names

EXPIRY_WARNING_DAYS: Final = (30, 14, 7, 1)
LANGUAGE_DEFAULT: Final = "en"


def name_in(names: Names, language: str) -> str:
    """Return a name in a language: `fr-CA` falls back on `fr`, then on `fr-BE`, then English.

    Where there is none of these it is the first of the names.
    """
    primary = language.partition("-")[0]
    alike = (one for one in sorted(names) if one.partition("-")[0] == primary)
    for wanted in (language, primary, *alike, LANGUAGE_DEFAULT):
        if wanted in names:
            return names[wanted]
    return names[min(names)]


def expiry_warning(card: Card, now_ms: int) -> int | None:
    """Return which warning is due: 30, 14, 7 or 1 days left or fewer, 0 once expired, or None."""
    return warning_before(card.not_after_ms, now_ms)


def warning_before(end_ms: int, now_ms: int) -> int | None:
    """Return the same of anything that ends at a time."""
    left_ms = end_ms - now_ms
    if left_ms <= 0:
        return 0
    due = [days for days in EXPIRY_WARNING_DAYS if left_ms <= days * DAY_MS]
    return min(due, default=None)


def is_current(card: Card, now_ms: int, *, skew_ms: int = 0) -> bool:
    """Return whether the card's validity holds now, within a skew of clocks."""
    return card.not_before_ms - skew_ms <= now_ms < card.not_after_ms
