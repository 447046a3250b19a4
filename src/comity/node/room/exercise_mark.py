"""The mark on what leaves an exercise as bytes: JSON, CSV, YAML, a calendar, a file name.

    marked_stream("text/csv; charset=utf-8", parts)    each line begins with the mark
    file_name("requests.csv")                          EXERCISE-演练-requests.csv

What is of another kind is marked where it is made, and by its file name.

Floor: node.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base import channel_records
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room.exercises import KEY, MARK

_PREFIX: Final = "EXERCISE-演练-"
_BOM: Final = "\ufeff"
_EVENT: Final = "EXERCISE 演练: "


def file_name(name: str) -> str:
    """Return the name of a file from an exercise."""
    return name if name.startswith(_PREFIX) else f"{_PREFIX}{name}"


def marked(media_type: str, data: bytes) -> bytes:
    """Return bytes with the mark of an exercise; what has it in it already stays as it is."""
    return data if MARK.encode() in data else b"".join(marked_stream(media_type, (data,)))


def of(officer: Officer, media_type: str, data: bytes) -> bytes:
    """Return bytes as they leave the exercise that an officer works in, or real work."""
    return marked(media_type, data) if officer.compartment else data


def on_paper(tx: Tx, channel: str) -> dict[str, Json]:
    """Return what the data of a paper has where its matter is of an exercise; else nothing."""
    return {KEY: MARK} if channel_records.compartment(tx, channel) else {}


def marked_stream(media_type: str, parts: Iterable[bytes]) -> Iterable[bytes]:
    """Return the bytes of an answer with the mark of an exercise, as its media type has it."""
    kind = media_type.partition(";")[0].strip().lower()
    way = _WAYS.get("application/json" if kind.endswith("+json") else kind)
    return parts if way is None else way(parts)


def _json(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give an object with one more key, its first; anything else as the value of one."""
    left = iter(parts)
    head = b""
    for part in left:
        head += part
        if len(head.lstrip()) > 1:
            break
    text = head.lstrip()
    key = json.dumps({KEY: MARK}, ensure_ascii=False)[1:-1].encode()
    if text[:1] == b"{":
        rest = text[1:].lstrip()
        yield b"{" + key + (b"" if rest[:1] == b"}" else b",") + rest
        yield from left
        return
    yield b"{" + key + b',"value":'
    yield from chain((head,), left)
    yield b"}"


def _csv(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give each line with the mark as its first field."""
    decoded = codecs.iterdecode(parts, "utf-8")
    first = next((one for one in decoded if one), "")
    if first.startswith(_BOM):
        yield _BOM.encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in csv.reader(_lines(chain((first.removeprefix(_BOM),), decoded))):
        writer.writerow([MARK, *row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _lines(texts: Iterable[str]) -> Iterator[str]:
    kept = ""
    for text in texts:
        *lines, kept = (kept + text).split("\n")
        yield from (f"{one}\n" for one in lines)
    if kept:
        yield kept


def _comment(parts: Iterable[bytes]) -> Iterator[bytes]:
    line = f"# {MARK}\n".encode()
    yield line
    yield from parts
    yield b"\n" + line


def _plain(parts: Iterable[bytes]) -> Iterator[bytes]:
    line = f"{MARK}\n".encode()
    yield line
    yield from parts
    yield b"\n" + line


def _calendar(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give a calendar, each entry of which begins its summary with the mark."""
    from icalendar import Calendar  # noqa: PLC0415 -- where a calendar leaves an exercise

    found = Calendar.from_ical(b"".join(parts))
    for one in found.walk():
        if "SUMMARY" in one:
            summary = f"{_EVENT}{one.pop('SUMMARY')}"
            one.add("summary", summary)
    found.pop("X-WR-CALNAME", None)
    found.add("x-wr-calname", MARK)
    yield bytes(found.to_ical())


_WAYS: Final[Mapping[str, Callable[[Iterable[bytes]], Iterable[bytes]]]] = MappingProxyType(
    {
        "application/json": _json,
        "text/csv": _csv,
        "application/yaml": _comment,
        "text/yaml": _comment,
        "text/plain": _plain,
        "text/calendar": _calendar,
    }
)
