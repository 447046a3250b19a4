"""What `comity review` prints for people.

Floor: surfaces.
"""

from datetime import UTC, datetime
from typing import Final

from comity.figures import definition
from comity.figures.cells import Cell
from comity.figures.definition import Definition
from comity.figures.definitions import SMALL_BELOW
from comity.kernel.ijson import Json
from comity.node.review.take import Behind, Taken
from comity.rooms.review import as_json, figure_print, omissions, unsigned_entries
from comity.rooms.review.agree import Compared, Snapshot
from comity.rooms.review.annex import Annex
from comity.rooms.review.changes import Since
from comity.rooms.review.figure_notes import Beside
from comity.rooms.review.pack import Made
from comity.rooms.review.pack_check import Verdict
from comity.surfaces.cli.request_text import at

_UNITS_MS: Final = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
_HOLDS: Final = {True: "holds", False: "DOES NOT HOLD", None: "not checked"}


def figures_text(taken: Taken, group: str, language: str) -> str:
    """Return the figures of a group as lines: label, value, n, and the value before."""
    wanted = taken.wanted
    period = f"{_day(wanted.period.from_ms)} to before {_day(wanted.period.to_ms)}"
    lines = [
        f"{wanted.channel}: requests received from {period}, at {at(taken.now_ms)}",
        "Cut: " + ", ".join(f"{origin}={size}" for origin, size in sorted(taken.cut.items())),
        f"Digest: {taken.digest}",
        "",
    ]
    area = ""
    for line in as_json.lines(taken, group):
        here = line.measure.partition("/")[0]
        if here != area:
            lines += [f"{line.group}: {here}"]
            area = here
        lines.append(_line(line, language, is_compared=wanted.before is not None))
        words = omissions.note(taken.figures, line.group, line.measure)
        lines += [f"      {words[language]}"] if words else []
    if omissions.has_other_terms(taken.figures):
        lines += ["", omissions.OTHER_TERMS[language]]
    lines += ["", f"n under {SMALL_BELOW} is marked with *: one request more moves it by a fifth."]
    return "\n".join(lines)


def _line(line: as_json.Line, language: str, *, is_compared: bool) -> str:
    one = line.definition
    label = one.zh if language == "zh" else one.en
    value = _value(one, line.cell)
    before = f"  before {_value(one, line.before)}" if is_compared else ""
    mark = "*" if line.cell.get("small") else ""
    return f"  {line.measure:<58} {value:>14}  n {line.cell['n']}{mark}{before}  {label}"


def _value(one: Definition, cell: Cell) -> str:
    value = cell["value"]
    if figure_print.is_not_reached(one, cell):
        return "not reached"
    if one.unit == definition.MILLISECONDS and isinstance(value, int):
        return _length(value)
    return figure_print.text(one, cell) or "-"


def _length(ms: int) -> str:
    """Return a length in its two largest units; below zero where two clocks disagree."""
    if ms < 0:
        return f"-{_length(-ms)}"
    parts: list[str] = []
    for unit, each in _UNITS_MS:
        count, ms = divmod(ms, each)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1_000, UTC):%Y-%m-%d}"


def beside_text(beside: Beside, taken: Taken, language: str) -> str:
    """Return what stands beside figures, as lines after them: what waits, and what was agreed."""
    lines = [f"\n{unsigned_entries.sentences([one], language)}" for one in beside.waiting]
    lines += [
        f"\nAll sides agreed on these figures: snapshot {one.row.matter.id}."
        if one.state.digest == taken.digest
        else f"\nAll sides agreed on other figures of this period, and those stand: see\n"
        f"`comity review since {one.row.matter.id}`."
        for one in beside.agreed
    ]
    lines += [f"\n{one.words[language]}" for one in beside.in_part]
    return "".join(lines)


def since_text(found: Since) -> str:
    """Return what came of a snapshot since, as lines."""
    if found.then is None:
        return "The figures of the snapshot are not here, so no cell can be compared."
    lines = [
        f"Snapshot of {at(found.state.instant_ms)}, {found.row.status}: what was agreed stands.",
        f"The same period at {at(found.now.now_ms)}: {len(found.cells)} cells differ.",
    ]
    for one in found.cells:
        where = "before " if one["before"] else ""
        lines.append(f"  {where}{one['address']}: then {one['other']}, now {one['own']}")
    lines += [unsigned_entries.sentences([one], "en") for one in found.waiting]
    hidden = sum(not one.id for one in found.moved)
    lines += [
        f"  {one.id}  {one.addressee}  {' '.join(one.acts) or 'time alone'}"
        for one in found.moved
        if one.id
    ]
    return "\n".join(
        [*lines, f"{hidden} more requests are not yours to read."] if hidden else lines
    )


def annex_text(found: Annex) -> str:
    """Return what this node alone knows, as lines."""
    lines = [
        "From the receipt of a request to the first such step here; it never leaves this node."
    ]
    for one in (*found.steps, found.transit):
        times = "-"
        if one.median_ms is not None and one.most_ms is not None:
            times = f"median {_length(one.median_ms)}, longest {_length(one.most_ms)}"
        lines.append(f"  {one.label['en']:<38} n {one.n}  {times}")
    return "\n".join(lines)


def behind_text(found: Behind) -> str:
    """Return the requests behind a figure, those that may be read."""
    lines = [
        f"{'*' if one.is_counted else ' '} {one.row.matter.id}  {one.row.status}  "
        f"from {one.row.asker}"
        for one in found.shown
    ]
    rest = (
        f"{found.n} behind this figure, of which it counts {found.counted} (*); "
        f"{len(found.shown)} are for you to read."
    )
    return "\n".join([*lines, rest])


def export_text(file: str, made: Made) -> str:
    """Return what was written."""
    disclosed = (
        f"It discloses the acts of {made.disclosed} requests: whoever has the file can read them."
        if made.disclosed
        else "No act is disclosed in it."
    )
    if made.without:
        disclosed += (
            f"\nHeads in it do without {', '.join(made.without)}, given up: policy.txt is what\n"
            "`comity policy --signed-by PARTY` prints, for this State first, then for each other."
        )
    return (
        f"{file}: {made.rows} rows, digest {made.digest}.\n{disclosed}\n"
        f"To verify it elsewhere: comity review verify {file} --policy policy.txt, with what\n"
        "`comity policy` prints in policy.txt."
    )


def verdict_json(file: str, verdict: Verdict) -> Json:
    """Return what a pack shows as data."""
    return {
        "file": file,
        "holds": verdict.holds,
        "digest": verdict.digest,
        "channel": verdict.channel,
        "rows": verdict.rows,
        "checks": [
            {"name": one.name, "holds": one.holds, "words": one.words} for one in verdict.checks
        ],
    }


def verdict_text(file: str, verdict: Verdict) -> str:
    """Return what a pack shows in words."""
    lines = [f"{file}: figures of {verdict.channel}, digest {verdict.digest}"]
    lines += [f"  {one.name}: {_HOLDS[one.holds]}. {one.words}" for one in verdict.checks]
    lines.append("All that was checked holds." if verdict.holds else "It does not hold.")
    return "\n".join(lines)


def compared_text(found: Compared) -> str:
    """Return what was compared in words."""
    if found.is_same:
        return f"The same figures: digest {found.ours.digest}."
    told = found.difference
    lines = [f"Other figures: here {found.ours.digest}, in the snapshot {found.state.digest}."]
    if not found.is_comparable:
        lines.append("They are computed by other definitions: that says nothing of the logs.")
    basis = told.get("basis")
    for one in basis if isinstance(basis, list) else ():
        assert isinstance(one, dict)
        lines.append(f"  computed by {one['name']}: here {one['own']}, there {one['other']}")
    cells = told.get("cells")
    if not isinstance(cells, list):
        lines.append("The figures of the snapshot are not here, so no cell can be compared.")
        return "\n".join(lines)
    rows = [one for one in cells if isinstance(one, dict)]
    lines += [f"  {one['address']}: here {one['own']}, there {one['other']}" for one in rows]
    return "\n".join(lines)


def listed_text(found: list[Snapshot]) -> str:
    """Return snapshots as lines."""
    lines = [
        f"{one.row.matter.id}  {one.row.status:<9}  {_day(one.state.from_ms)} to before "
        f"{_day(one.state.to_ms)}  by {one.state.author}  {one.state.digest[:16]}"
        + (f"\n    {one.waits['en']}" if one.waits else "")
        for one in found
    ]
    return "\n".join(lines) or "No snapshot was named yet."
