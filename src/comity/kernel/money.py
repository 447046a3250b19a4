"""Sums of money in whole minor units, by the exponents of ISO 4217.

    minor("184000.00", "EUR") -> 18_400_000      written(18_400_000, "EUR") -> "184,000.00 EUR"

Floor: kernel (pure).
"""

import re
from decimal import Decimal
from types import MappingProxyType
from typing import Final

CURRENCY: Final = re.compile(r"[A-Z]{3}")
DIGITS_MAX: Final = 15
"""Of a sum in minor units: it stands in an entry as a whole number of JSON."""

_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?")
_USUAL: Final = 2
_OTHERS: Final = MappingProxyType(
    {
        "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3,
        "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3,
        "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    }
)  # fmt: skip


def minor(amount: str, currency: str) -> int | None:
    """Return a decimal amount in minor units, or None where it is none, or finer than these."""
    if not _AMOUNT.fullmatch(amount) or not CURRENCY.fullmatch(currency):
        return None
    scaled = Decimal(amount).scaleb(_OTHERS.get(currency, _USUAL))
    whole = int(scaled)
    return whole if whole == scaled and len(str(whole)) <= DIGITS_MAX else None


def major(amount: int, unit: str) -> str:
    """Return minor units of a currency as its decimal amount, `184000.00`; a count as it is."""
    places = _OTHERS.get(unit, _USUAL) if CURRENCY.fullmatch(unit) else 0
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def written(amount: int, unit: str) -> str:
    """Return an amount as a person reads it, with its unit."""
    return f"{Decimal(major(amount, unit)):,} {unit}".strip()
