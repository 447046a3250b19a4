"""What a value is judged in, and the judging that several kinds of values share: times, texts.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.clocks import instants
from comity.joint.guideline.model import Check, Guideline
from comity.kernel.ijson import Json

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
SKEW_MS: Final = 300_000
"""How far a clock may be wrong before a time counts as lying in the future."""
_DAYS_MAX: Final = 36_500

TIME_RULES: Final = MappingProxyType(
    {instants.NO_INSTANT: "time-malformed", instants.NO_ZONE: "zone-missing"}
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a value is judged in.

    Attributes:
        guideline: that the request is bound to.
        texts: the request in words.
        attachments: what is said of each.
        now_ms: the instant.
        to: parties that are asked, or none.
    """

    guideline: Guideline
    texts: tuple[Json, ...]
    attachments: tuple[Json, ...]
    now_ms: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a value breaks, and which part of it."""

    rule: str
    at: str = ""


type Fields = Mapping[str, Json]


def string(fields: Fields, *names: str) -> str:
    """Return the first of these fields that is a text, stripped; or ""."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def whole(check: Check, name: str, default: int) -> int:
    """Return an option that is a number."""
    value = check.options.get(name)
    return value if isinstance(value, int) else default


def past(context: Context, value: Json, at: str) -> Iterator[Broken]:
    """Find what is wrong with an instant that must have passed."""
    at_ms, problem = instants.read(value)
    if problem:
        yield Broken(TIME_RULES[problem], at)
    elif at_ms > context.now_ms + SKEW_MS:
        yield Broken("time-in-future", at)


def from_to(context: Context, check: Check, fields: Fields, at: str) -> Iterator[Broken]:
    """Find what is wrong with from and to; a moment `at` is a period too."""
    prefix = f"{at}/" if at else ""
    if "from" not in fields and "at" in fields:
        yield from past(context, fields["at"], f"{prefix}at")
        return
    bad = [
        one for name in ("from", "to") for one in past(context, fields.get(name), f"{prefix}{name}")
    ]
    yield from bad
    if bad:
        return
    start, end = instants.parse(fields["from"]), instants.parse(fields["to"])
    assert start is not None
    assert end is not None
    if end < start:
        yield Broken("period-reversed", at)
    elif end - start > whole(check, "days_max", _DAYS_MAX) * DAY_MS:
        yield Broken("period-too-long", at)
