"""Figures as they are printed: a paper in both languages, with one digest on both nodes.

    printed(node, taken, beside) -> Printed(data, at_ms, digest)

Everything in it follows from the figures, and from the guideline and the cards at their instant and
cut, which all sides have: so all print the same data, whenever they do, but for what stands beside:
what was agreed since, and which own entries a State has not signed for.  The digest of the data
stands on every page.

Source: docs/spec/review.md, part 4.
Floor: rooms.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from comity.figures import address, definition, definitions
from comity.figures.cells import Cell
from comity.figures.definition import Definition
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.review.take import Taken
from comity.node.room import exercise_mark
from comity.rooms.review import answers, as_json, changes, labels, omissions, unsigned_entries
from comity.rooms.review.figure_notes import NOTHING, Beside
from comity.rooms.review.labels import Labels
from comity.rooms.review.shares import share, tenths

FORMAT: Final = "comity-review/1"

_TITLE: Final = {
    "en": "Timeliness and quality of responses",
    "zh": "答复的及时性和质量",
}
_AREAS: Final[Mapping[str, Mapping[str, str]]] = {
    "volume": {"en": "Volume", "zh": "数量"},
    "timeliness": {"en": "Timeliness", "zh": "及时性"},
    "ball": {"en": "Whose turn it was", "zh": "由谁行动"},
    "quality": {"en": "Quality", "zh": "质量"},
    "evidence": {"en": "What the times rest on", "zh": "时间的依据"},
}
_MEASURES: Final[Mapping[str, Mapping[str, str]]] = {
    "acknowledge": {"en": "to acknowledge", "zh": "受理"},
    "respond": {"en": "to the first substantive response", "zh": "首次实质性答复"},
    "complete": {"en": "to completion", "zh": "办结"},
}
_PERCENTILES: Final[Mapping[str, Mapping[str, str]]] = {
    "p25": {"en": "p25", "zh": "第25百分位"},
    "median": {"en": "median", "zh": "中位数"},
    "p75": {"en": "p75", "zh": "第75百分位"},
    "p90": {"en": "p90", "zh": "第90百分位"},
}
_NOT_REACHED: Final = {"en": "not reached", "zh": "尚未达到"}
_SAME: Final = {
    "en": "All sides agreed on these figures, in the snapshot",
    "zh": "各方已就这些数字达成一致，所据快照为",  # noqa: RUF001 -- Chinese
}
_OTHERS: Final = {
    "en": "All sides agreed on other figures of this period, and those stand: the snapshot",
    "zh": "各方已就本期间的另一组数字达成一致，该组数字仍然有效，所据快照为",  # noqa: RUF001 -- Chinese
}
_CODED: Final = {
    "refused", "postponed", "items", "lacking", "deficient", "conditioned", "assessed", "reported",
    "corrected", "status",
}  # fmt: skip
"""What stands before a code in an address, and says of which kind it is."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper before it is set.

    Attributes:
        data: its JSON.
        at_ms: its date: the instant of the figures.
        digest: SHA-256 of the data without this digest, 64 hex digits.
    """

    data: bytes = field(repr=False)
    at_ms: int
    digest: str


def printed(node: Node, taken: Taken, beside: Beside = NOTHING) -> Printed:
    """Return the paper of figures: of all requests, and of each side.

    It is the same whenever it is printed, but for what stands beside.
    """
    names = labels.labels(node, taken.wanted.channel, taken)
    kinds = (address.ALL, address.SIDE)
    shown = [one for one in as_json.groups(taken) if one.partition("/")[0] in kinds]
    with node.store.read() as tx:
        exercise = exercise_mark.on_paper(tx, taken.wanted.channel)
    value: dict[str, Json] = {
        **exercise,
        "format": FORMAT,
        "title": {**_TITLE},
        "period": [taken.wanted.period.from_ms, taken.wanted.period.to_ms],
        "now_ms": taken.now_ms,
        "cut": dict(taken.cut),
        "figures": taken.digest,
        "definitions": definitions.VERSION,
        "small_below": definitions.SMALL_BELOW,
        "groups": [_group(taken, one, names) for one in shown],
    }
    if taken.wanted.before is not None:
        value["before"] = [taken.wanted.before.from_ms, taken.wanted.before.to_ms]
    if omissions.has_other_terms(taken.figures):
        value["other_terms"] = {**omissions.OTHER_TERMS}
    if beside.agreed:
        agreed = changes.agreed_json(beside.agreed, taken)
        value["agreed"] = [_agreed(cast("Mapping[str, Json]", one)) for one in agreed]
    if beside.in_part:
        value["agreed_in_part"] = answers.as_json(beside.in_part)
    if beside.waiting:
        value["waiting"] = unsigned_entries.as_json(beside.waiting)
    digest = hashlib.sha256(ijson.render(value)).hexdigest()
    return Printed(ijson.render({**value, "digest": digest}), taken.now_ms, digest)


def _agreed(one: Mapping[str, Json]) -> Json:
    """Return an agreement as it is printed: which snapshot, and whether it has these figures."""
    words = _SAME if one["same"] else _OTHERS
    return {**one, "words": {**words}}


def _group(taken: Taken, group: str, names: Labels) -> Json:
    areas: dict[str, list[Json]] = {}
    for line in as_json.lines(taken, group):
        one, cell = line.definition, line.cell
        areas.setdefault(line.measure.split("/")[0], []).append(
            {
                "label": dict(label(one, line.measure, names)),
                "value": _text(one, cell),
                "n": cell["n"],
                "few": bool(cell.get("small")),
                "interval": interval(one, cell),
                "note": dict(omissions.note(taken.figures, group, line.measure) or {}) or "",
                "before": _text(one, line.before) if taken.wanted.before else "",
                "few_before": bool(taken.wanted.before and line.before.get("small")),
            }
        )
    parts: list[Json] = [
        {"title": {**_AREAS[area]}, "lines": lines} for area, lines in areas.items()
    ]
    return {"title": dict(names.group(group)), "parts": parts}


def _text(one: Definition, cell: Cell) -> Json:
    """Return a value as it is printed, or its words in each language."""
    return dict(_NOT_REACHED) if is_not_reached(one, cell) else text(one, cell)


def label(one: Definition, within: str, names: Labels) -> Mapping[str, str]:
    """Return what a figure is called: its label, and the codes of its address in words."""
    more = list(_codes(one, within, names))
    return {
        lang: " · ".join([label, *(words.get(lang) or words["en"] for words in more)])
        for lang, label in (("en", one.en), ("zh", one.zh))
    }


def _codes(one: Definition, within: str, names: Labels) -> Iterator[Mapping[str, str]]:
    kind = ""
    for pattern, part in zip(one.id.split("/"), within.split("/"), strict=True):
        if pattern == "{measure}":
            yield _MEASURES.get(part, {"en": part, "zh": part})
        elif pattern == "{percentile}":
            yield _PERCENTILES.get(part, {"en": part, "zh": part})
        elif pattern.startswith("{"):
            yield names.part(kind, part)
        elif pattern in _CODED or pattern == "ball":
            kind = pattern


def is_not_reached(one: Definition, cell: Cell) -> bool:
    """Return whether a percentile never came so far, since too many wait: no empty cell."""
    return one.kind == definition.KAPLAN_MEIER and cell["n"] != 0 and cell["value"] is None


def text(one: Definition, cell: Cell) -> str:
    """Return a value as it is printed, the same in every language; an empty cell is empty."""
    value = cell["value"]
    if value is None:
        return ""
    if isinstance(value, list):
        upper, lower = (int(str(part)) for part in value)
        if not lower:
            return ""
        if one.kind == definition.MEAN:
            return tenths(upper, lower)
        return share(upper, lower)
    if one.unit == definition.MILLISECONDS and isinstance(value, int):
        return _length(value)
    return str(value)


def interval(one: Definition, cell: Cell) -> str:
    """Return the interval of a percentile as it is printed: `1.5 d \N{EN DASH} 3 d`, or ""."""
    found = cell.get("interval")
    if not isinstance(found, list) or not isinstance(found[0], int):
        return ""
    is_long = one.unit == definition.MILLISECONDS
    low, high = (
        "" if not isinstance(end, int) else _length(end) if is_long else str(end) for end in found
    )
    return f"{low} \N{EN DASH} {high}" if high else f"\N{GREATER-THAN OR EQUAL TO} {low}"


def _length(ms: int) -> str:
    for unit_ms, sign in ((86_400_000, "d"), (3_600_000, "h")):
        if ms >= 2 * unit_ms:
            return f"{tenths(ms, unit_ms)} {sign}"
    return f"{tenths(ms, 60_000)} min"
