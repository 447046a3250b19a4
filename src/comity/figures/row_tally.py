"""All that one row adds to the figures, looked at once and spelled so that it can be kept.

    tallied(row) -> Tally(id, asked_ms, groups, (counts of each area), times, (ms), (contradicted))

Rows that add the same in one area have the same text there.  So figures count texts, of which
there are few, and not what they say.  It is of no instant: a time that still runs names what is
added to the instant, and what a review lists of a row is the same at each.

Source: docs/spec/review.md, parts 2 and 4.
Floor: figures (pure).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from comity.figures import tally
from comity.figures.observation import Moment, Observation
from comity.kernel.ijson import Json


class Tally(NamedTuple):
    """What one row adds.

    Attributes:
        id: of the matter.
        asked_ms: by which it belongs to a period.
        groups: that it belongs to, a line each.
        counts: of each of `tally.AREAS`, the addresses in which it is counted, a line each.
        times: that it brings, a line each: one of `MARKS`, and the measure.
        ms: of each of these how long; of one that still runs, what is added to the instant.
        contradicted: each time of it that is claimed otherwise, as figures list it.
    """

    id: str
    asked_ms: int
    groups: str
    counts: Sequence[str]
    times: str
    ms: Sequence[int]
    contradicted: Sequence[Json]


class Mark(NamedTuple):
    """What is to be known of a time.

    Attributes:
        happened: whether it has ended, rather than being waited for so long.
        runs: whether it still does: the instant is added.
    """

    happened: bool
    runs: bool


MARKS: Final = {
    "=": Mark(happened=True, runs=False),
    "+": Mark(happened=True, runs=True),
    "-": Mark(happened=False, runs=False),
    "~": Mark(happened=False, runs=True),
}
_SPELLED: Final = {mark: spelled for spelled, mark in MARKS.items()}


def tallied(row: Observation) -> Tally:
    """Return all that a row adds."""
    times = sorted(
        (_SPELLED[Mark(happened, since_ms is not None)] + name, ms - (since_ms or 0))
        for name, happened, ms, since_ms in tally.brought(row)
    )
    return Tally(
        row.id,
        row.asked.at_ms,
        "\n".join(tally.groups(row)),
        tuple(["\n".join(sorted(tally.counts(row, area))) for area in tally.AREAS]),
        "\n".join([name for name, _ in times]),
        tuple([ms for _, ms in times]),
        tuple(_contradicted(row)),
    )


def lines(text: str) -> list[str]:
    """Return what stands in a text, a line each; no code has a line break."""
    return text.split("\n") if text else []


def _contradicted(row: Observation) -> Iterator[Json]:
    """Give each time that is claimed otherwise than it counts, or that a claim contradicts."""
    told: dict[Moment, list[str]] = {}  # acts of two parties may have one id
    for what, moment in tally.named_moments(row):
        told.setdefault(moment, []).extend([what] if what in row.disputed else [])
    for moment, disputed in told.items():
        if moment.claimed_ms != moment.at_ms or disputed:
            yield {
                "id": row.id,
                "addressee": row.addressee,
                "act_id": moment.act_id,
                "claimed_ms": moment.claimed_ms,
                "at_ms": moment.at_ms,
                "high_ms": moment.high_ms,
                "disputed": [*disputed],
            }
