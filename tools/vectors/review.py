"""Writes vectors/review/*.json: rows of a review, the figures that they give, and a difference.

    python -m tools.vectors.review

figures.json is `{"rows", "period", "before", "now_ms", "cut", "want", "digest", "behind"}`: whoever
reads it computes the figures of the rows and compares; `behind` has for some cells the matters that
n counts, and whether the cell counts them.  The rows have every fact, several statuses and units.
difference.json has the rows of another side, the figures of which differ, and how.  Canonical JSON.
"""  # noqa: INP001 -- a program, run by its path

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from comity.clocks import clock, term
from comity.figures import difference, drill_down, figures, rows
from comity.figures.figures import Period
from comity.figures.observation import DIMENSIONS, MEASURES, Fact, Hold, Moment, Observation, Span
from comity.kernel import ijson
from comity.kernel.ijson import Json

TARGET = Path(__file__).parent.parent.parent / "vectors" / "review"
DAY_MS: Final = 86_400_000
FROM_MS: Final = 1_767_225_600_000
PERIOD: Final = Period(FROM_MS, FROM_MS + 90 * DAY_MS)
NOW_MS: Final = PERIOD.to_ms + 30 * DAY_MS
COUNT: Final = 24

_FACTS: Final = (
    Fact("item", "", "one", "sn", "answered"),
    Fact("item", "", "two", "sn", "answered-in-part"),
    Fact("item", "", "three", "sn", "refused"),
    Fact("item", "", "four", "sn", "open"),
    Fact("deficiency", "missing", "legal-basis", "sn", "clarified", "d"),
    Fact("clarification", party="fr", act_id="c"),
    Fact("refusal", "essential-interests", "", "sn", "part", "r"),
    Fact("postponement", "own-proceedings", "", "sn", "lifted", "p"),
    Fact("condition", "confidential", "", "sn", "accepted", "a"),
    Fact("assessment", "timely", "", "fr", "met", "s"),
    Fact("assessment", "clear", "", "sn", "met-in-part", "t"),
    Fact("dispute", "timely", "", "sn", "settled", "u"),
    Fact("use", "in-court", "", "fr", "settled", "v"),
    Fact("use", "", "", "fr", "open", "w"),
    Fact("correction", "wrong-time", "", "fr", "", "x"),
)
_CODES: Final = {
    "type": ("preservation", "subscriber"),
    "urgency": ("routine",),
    "crime": ("fraud", "a/b~c"),
    "guideline": ("one",),
    "agency": ("police",),
}
_OPEN: Final = (clock.RUNNING, clock.PAUSED, clock.OVERDUE)


_BEHIND: Final = (
    "all/timeliness/respond/elapsed/median",
    "all/timeliness/complete/clock/kept",
    "side/sn/quality/response/refused/essential-interests",
    "crime/a~1b~0c/ball/fr/now",
)


def main() -> None:
    """Write the files anew."""
    found, cut = list(_rows()), {"fr/pact/live/1": 40, "sn/pact/live/1": 41}
    before = Period(2 * PERIOD.from_ms - PERIOD.to_ms, PERIOD.from_ms)
    want = figures.figures(found, PERIOD, NOW_MS, before, cut)
    vector: dict[str, Json] = {
        "desc": "two sides, two periods, every fact",
        "rows": rows.render(found),
        "period": [PERIOD.from_ms, PERIOD.to_ms],
        "before": [before.from_ms, before.to_ms],
        "now_ms": NOW_MS,
        "cut": {**cut},
        "want": want,
        "digest": figures.digest(want),
        "behind": {cell: [*_behind(found, cell)] for cell in _BEHIND},
    }
    other = [*found[1:-1], replace(found[-1], facts=found[-2].facts)]
    differing = figures.figures(other, PERIOD, NOW_MS, before, cut | {"sn/pact/live/1": 42})
    told: dict[str, Json] = {
        "desc": "one request is missing, and of another other things were said",
        "other_rows": rows.render(other),
        "digest": figures.digest(differing),
        "want": difference.difference(want, differing, found, other),
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "figures.json").write_bytes(ijson.render(vector) + b"\n")
    (TARGET / "difference.json").write_bytes(ijson.render(told) + b"\n")


def _behind(found: list[Observation], cell: str) -> Iterator[Json]:
    for row, is_counted in drill_down.each(found, PERIOD, NOW_MS, cell):
        yield [row.id, is_counted]


def _rows() -> Iterator[Observation]:
    for at in range(COUNT):
        sides = ("fr", "sn") if at % 3 else ("sn", "fr")
        asked_ms = PERIOD.from_ms + (at * 6 - 30) * DAY_MS
        asked = _moment(f"{at}-asked", asked_ms, at)
        known = {name: _CODES[name][at % len(_CODES[name])] for name in DIMENSIONS if at % 7}
        to_ms = asked_ms + at * DAY_MS
        holds = (Hold(sides[1], asked_ms, to_ms), Hold(sides[0], to_ms, None if at % 2 else NOW_MS))
        yield Observation(
            kind="request",
            id=f"matter-{at:02}",
            asker=sides[0],
            addressee=sides[1],
            asked=asked,
            status=("answered", "accepted", "withdrawn")[at % 3],
            dimensions=known,
            spans=tuple(_span(at + k, measure, asked) for k, measure in enumerate(MEASURES)),
            holds=holds,
            facts=tuple(one for k, one in enumerate(_FACTS) if (at + k) % 4 == 0),
            disputed=("respond",) if at % 11 == 0 else (),
        )


def _moment(act_id: str, at_ms: int, at: int) -> Moment:
    claimed_ms = at_ms - 1_000 if at % 5 == 0 else at_ms
    return Moment(act_id, at_ms, claimed_ms, at_ms - at, at_ms + at if at % 4 else None)


def _span(at: int, measure: str, asked: Moment) -> Span:
    after = _moment(f"{at}-{measure}", asked.at_ms + (1 + at % 9) * DAY_MS, at)
    kind = ("end", "end", "stopped", "open")[at % 4]
    statuses = {"end": (clock.MET, clock.MISSED), "stopped": (clock.STOPPED,), "open": _OPEN}
    status = statuses[kind][at // 4 % len(statuses[kind])]
    return Span(
        measure,
        asked,
        after if kind == "end" else None,
        after if kind == "stopped" else None,
        ((asked.at_ms, asked.at_ms + DAY_MS),) if at % 2 else (),
        measure,
        term.UNITS[at % 2],
        10,
        1 + at % 9,
        status,
        None if status == clock.PAUSED else asked.at_ms + 10 * DAY_MS,
    )


if __name__ == "__main__":
    main()
