"""Two groups of a review crossed: requests by type and urgency, refusals by ground and side.

Floor: surfaces.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.acts.urgencies import URGENCIES
from comity.figures import address
from comity.figures.cells import Cell as Figure
from comity.node.review.take import Taken
from comity.rooms.review.labels import Labels
from comity.surfaces.web import pictures
from comity.surfaces.web.pictures import Cell, Matrix
from comity.surfaces.web.templatetags import desk
from comity.surfaces.web.words import URGENCY

_REFUSED = "quality/response/refused"


def context(
    taken: Taken, group: str, names: Labels, groups: Sequence[str]
) -> dict[str, SafeString]:
    """Return both pictures; "" where there is nothing to show."""
    return {
        "by_urgency": _by_urgency(taken, group, names),
        "refused_by": _refused(taken, names, groups),
    }


def _by_urgency(taken: Taken, group: str, names: Labels) -> SafeString:
    """Return how many requests of a group there were of each type at each level of urgency."""
    numbers, wanted = taken.columns.groups.numbers, f"\n{group}\n"
    many = Counter(taken.columns.groups.at)
    counts: Counter[tuple[str, str]] = Counter()
    for text, number in numbers.items():
        if wanted in f"\n{text}\n":
            of = dict(line.split("/", 1) for line in text.split("\n") if "/" in line)
            counts[of.get("type", ""), of.get("urgency", "")] += many[number]
    levels = [one for one in URGENCIES if any(level == one for _, level in counts)]
    totals: Counter[str] = Counter()
    for (kind, _), count in counts.items():
        totals[kind] += count
    rows = [
        (desk.said(names.part("type", kind)), [counts[kind, level] for level in levels])
        for kind, _ in totals.most_common()
    ]
    more = gettext("The darker, the more requests. The table has the numbers.")
    title = gettext("Requests by type and urgency")
    return _matrix(("by-urgency", title, more), [str(URGENCY[one]) for one in levels], rows)


def _refused(taken: Taken, names: Labels, groups: Sequence[str]) -> SafeString:
    """Return how often each side refused on each ground."""
    cells = cast("Mapping[str, Figure]", taken.figures["cells"])
    sides = [one for one in groups if one.startswith(f"{address.SIDE}/")]
    found: dict[str, dict[str, int]] = {}
    for side in sides:
        start = f"{side}/{_REFUSED}/"
        for at, cell in cells.items():
            ground = at.removeprefix(start)
            if at.startswith(start) and "/" not in ground and isinstance(cell["value"], int):
                found.setdefault(ground, {})[side] = cell["value"]
    order = sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    rows = [
        (desk.said(names.part("refused", ground)), [by.get(side, 0) for side in sides])
        for ground, by in order
    ]
    more = gettext("The darker, the more often. The table has the numbers.")
    title = gettext("Refusals by ground and side")
    heads = [desk.said(names.part(address.SIDE, one.partition("/")[2])) for one in sides]
    return _matrix(("refused-by", title, more), heads, rows)


def _matrix(
    told: tuple[str, str, str], columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> SafeString:
    most = max((one for _, counts in rows for one in counts), default=0)
    if not most:
        return SafeString("")
    cells = [
        (label, [Cell(pictures.shade(one, most), str(one) if one else "") for one in counts])
        for label, counts in rows
    ]
    return pictures.matrix(Matrix(*told, columns, cells))
