"""Master lists of other programs: OpenAEV, CEXF of MISP, T3SF; in, and to OpenAEV out.

    items = foreign(data)           by its shape: a zip or JSON of OpenAEV, CEXF, MSEL.json of T3SF
    data = to_openaev(items, name)  a zip that OpenAEV imports, without payloads

What they do not say stays empty, and the check of the list names it: they have no task, no expected
action and one language.

Source: OpenAEV 1.x `export_version` 1; CEXF of misp-exercise-framework; T3SF 2.5.1 MSEL.json.
Floor: rooms.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from comity.joint.exercise import master_list
from comity.joint.exercise.master_list import Item
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

BYTES_MAX: Final = 8_000_000
_DAY_S: Final = 86_400
_BEGINS_S: Final = 9 * 3_600
"""The first day begins at nine."""
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_TAGS: Final = re.compile(r"<[^>]{0,200}>")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def foreign(data: bytes) -> tuple[Item, ...]:
    """Read the list of another program.

    Raises:
        Fault: `exercise.import.unknown`, `exercise.list.malformed`.
    """
    try:
        value = json.loads(_unpacked(data))
        rows = [*_rows(value)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unknown(f"{type(error).__name__}: {error}"[:200]) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _unknown(f"it is no archive: {type(error).__name__}") from error
    if not 0 < len(rows) <= master_list.ITEMS_MAX:
        raise _unknown(f"it has {len(rows)} items")
    return tuple(master_list.item(row, at) for at, row in enumerate(rows, start=1))


def _unpacked(data: bytes) -> bytes:
    if len(data) > BYTES_MAX:
        raise _unknown(f"it has more than {BYTES_MAX} bytes")
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = [one for one in parts.infolist() if one.filename.endswith(".json")]
        if len(found) != 1 or found[0].file_size > BYTES_MAX:
            raise _unknown("its archive has no single JSON file of a usual size")
        return parts.read(found[0])


def _rows(value: Any) -> Iterator[dict[str, Json]]:  # noqa: ANN401 -- JSON of others
    if isinstance(value, list):
        return _t3sf(value)
    if "inject_flow" in value:
        return _cexf(value)
    if "export_version" in value:
        return _openaev(value)
    raise _unknown("it has the keys of none of OpenAEV, CEXF and T3SF")


def _t3sf(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Json]]:
    for at, one in enumerate(rows, start=1):
        clock = _CLOCK.search(str(one.get("Real Time", "")))
        offset = (int(clock[1]) * 3_600 + int(clock[2]) * 60) if clock else _BEGINS_S
        yield _row(
            at,
            offset,
            str(one["Subject"]),
            str(one.get("Script", "")),
            seat=str(one.get("Player", "")),
            sender=str(one.get("From", "")),
        )


def _cexf(value: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    known = {str(one["uuid"]): one for one in value["injects"]}
    for at, flow in enumerate(value["inject_flow"], start=1):
        one = known.get(str(flow["inject_uuid"]), {})
        timing = flow.get("timing") or {}
        offset = _BEGINS_S + int(timing.get("relative_time") or 0)
        title = str(one.get("name") or flow.get("description") or "")
        text = str(one.get("description") or flow.get("description") or title)
        yield _row(at, offset, title, text, seat=str(one.get("target_tool", "")))


def _openaev(value: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    kind = "scenario" if "scenario_injects" in value else "exercise"
    teams = {str(one["team_id"]): str(one["team_name"]) for one in value.get(f"{kind}_teams") or ()}
    rows = sorted(value[f"{kind}_injects"], key=lambda one: int(one["inject_depends_duration"]))
    for at, one in enumerate(rows, start=1):
        content = one.get("inject_content") or {}
        text = str(content.get("body") or content.get("message") or "")
        named = [teams.get(str(team), str(team)) for team in one.get("inject_teams") or ()]
        yield _row(
            at,
            _BEGINS_S + int(one["inject_depends_duration"]),
            str(one["inject_title"]),
            _TAGS.sub("", text) or str(one.get("inject_description") or ""),
            seat=named[0] if named else "",
        )


def _row(
    number: int, offset_s: int, title: str, text: str, *, seat: str = "", sender: str = ""
) -> dict[str, Json]:
    """Return an item: its text in the language that it is written in, the other one empty."""
    day, second = divmod(max(0, offset_s), _DAY_S)
    said = master_list.cleaned(text or title)
    column = "inject_zh" if _HAN.search(said) else "inject_en"
    return {
        "number": number,
        "scenario_time": f"D{day + 1} {second // 3_600:02}:{second % 3_600 // 60:02}",
        "synopsis": master_list.cleaned(title),
        "from_": master_list.cleaned(sender),
        "seat": _NOT_NAME.sub("-", seat.casefold()).strip("-")[:60],
        column: said,
    }


def to_openaev(items: Sequence[Item], name: str) -> bytes:
    """Return a list as the archive that OpenAEV imports; what has no time is left out."""
    seats = sorted({one.seat for one in items})
    ids = {seat: f"team-{at}" for at, seat in enumerate(seats, start=1)}
    value = {
        "export_version": 1,
        "scenario_information": {"scenario_name": name},
        "scenario_teams": [{"team_id": ids[one], "team_name": one} for one in seats],
        "scenario_injects": [
            {
                "inject_id": f"inject-{one.number}",
                "inject_title": one.synopsis,
                "inject_description": one.expected_action,
                "inject_depends_duration": max(0, one.scenario_ms // 1_000 - _DAY_S - _BEGINS_S),
                "inject_content": {
                    "subject": one.synopsis,
                    "body": f"{one.inject_en}\n{one.inject_zh}",
                },
                "inject_teams": [ids[one.seat]],
            }
            for one in items
            if one.scenario_ms is not None and one.kind != master_list.PRIVATE
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        part = zipfile.ZipInfo("scenario.json", (2026, 1, 1, 0, 0, 0))
        parts.writestr(part, json.dumps(value, ensure_ascii=False, sort_keys=True))
    return out.getvalue()


def _unknown(why: str) -> Fault:
    return Fault(
        code="exercise.import.unknown",
        what=f"This is no list of OpenAEV, CEXF or T3SF that can be read: {why}.",
        fix="Export it there as JSON, or as a spreadsheet whose first line names the columns.",
    )
