"""The bundle of a share: objects of STIX 2.1 in one spelling, one on a line.

    {"type":"bundle","id":"bundle--…","objects":[
    {"id":"ipv4-addr--…","spec_version":"2.1","type":"ipv4-addr","value":"198.51.100.7"},
    {"id":"ipv4-addr--…","spec_version":"2.1","type":"ipv4-addr","value":"198.51.100.8"}
    ]}

Position is line, reading needs a line of memory, and every STIX tool reads it.  A line that is no
object is one at its position alone.

Source: docs/spec/share.md 13.
Floor: joint (pure).
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.joint.share.positions import OBJECTS_MAX
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

BUNDLE_BYTES_MAX: Final = 64 << 20
LINE_BYTES_MAX: Final = 1 << 20
MEDIA_TYPE: Final = "application/stix+json"

_HEAD: Final = re.compile(
    rb'\{"type":"bundle","id":"bundle--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}","objects":\['
)
_END: Final = b"]}"

type Object = dict[str, Json]
"""One object of STIX."""


@dataclass(frozen=True, slots=True)
class Line:
    """One position of a bundle.

    Attributes:
        position: from 1.
        value: the object, or None where the line is none.
    """

    position: int
    value: Object | None


def render(objects: Sequence[Object]) -> bytes:
    """Return the bundle of some objects; its id follows from them.

    Raises:
        Fault: `share.bundle.too-large`.
    """
    lines = [ijson.render(one) for one in objects]
    size = sum(map(len, lines)) + 2 * len(lines)
    longest = max(map(len, lines), default=0)
    if len(lines) > OBJECTS_MAX or size > BUNDLE_BYTES_MAX - 100 or longest > LINE_BYTES_MAX:
        raise Fault(
            code="share.bundle.too-large",
            what=f"The bundle has {len(lines)} objects of {size} bytes, the longest of {longest}.",
            fix=f"Give at most {OBJECTS_MAX} objects, 64 MiB, and 1 MiB an object; give more as a "
            "series of shares.",
        )
    body = b",\n".join(lines)
    id_ = uuid.UUID(bytes=hashlib.sha256(body).digest()[:16], version=4)
    head = f'{{"type":"bundle","id":"bundle--{id_}","objects":['.encode()
    return b"\n".join([head, *([body] if lines else []), _END]) + b"\n"


def read(data: bytes) -> Iterator[Line]:
    """Give every position of a bundle that somebody gave, whatever is on its line.

    Raises:
        Fault: `share.bundle.malformed`: its first or last line is not that of a bundle, or it is
            too large; nothing of it counts.
    """
    head, _, rest = data.partition(b"\n")
    body, newline, end = rest.removesuffix(b"\n").rpartition(b"\n")
    if len(data) > BUNDLE_BYTES_MAX or not _HEAD.fullmatch(head) or end != _END:
        raise Fault(
            code="share.bundle.malformed",
            what="The bundle has no head line, no end line, or more than 64 MiB.",
            fix="Ask the giver to give it anew; its objects are held as invalid.",
        )
    if not newline:
        return
    lines = body.split(b"\n", OBJECTS_MAX)[:OBJECTS_MAX]
    for at, line in enumerate(lines, start=1):
        yield Line(at, _object(line, is_last=at == len(lines)))


def _object(line: bytes, *, is_last: bool) -> Object | None:
    if len(line) > LINE_BYTES_MAX or line.endswith(b",") == is_last:
        return None
    try:
        value = ijson.parse_canonical(line if is_last else line[:-1], has_fractions=True)
    except Fault:
        return None
    return value if isinstance(value, dict) else None


def objects_of(data: bytes) -> list[Object]:
    """Return the objects of a STIX bundle, or of a list of objects, in any spelling of JSON.

    Raises:
        Fault: `share.source.malformed`, `share.bundle.too-large`.
    """
    if len(data) > BUNDLE_BYTES_MAX:
        raise too_large(len(data))
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise _malformed(str(error)[:200]) from error
    found = value.get("objects", [value]) if isinstance(value, dict) else value
    if isinstance(value, dict) and value.get("type") == "bundle" and "objects" not in value:
        found = []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _malformed("it is no bundle and no list of objects")
    for at, one in enumerate(found, start=1):
        try:
            ijson.parse(ijson.render(one))
        except (Fault, ValueError, RecursionError) as error:
            raise _malformed(f"object {at} is not I-JSON: {str(error)[:120]}") from error
    return cast("list[Object]", found)


def readable(objects: Sequence[Any]) -> tuple[tuple[Object, ...], int]:
    """Return what of some values of JSON can be objects of a share, and how many cannot."""
    found: list[Object] = []
    for one in objects:
        try:
            value = ijson.parse(ijson.render(one))
        except (Fault, ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            found.append(value)
    return tuple(found), len(objects) - len(found)


def too_large(size_bytes: int) -> Fault:
    """Say that a file is too large."""
    return Fault(
        code="share.bundle.too-large",
        what=f"The file has {size_bytes} bytes.",
        fix="Give at most 64 MiB; give more as a series of shares.",
    )


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = [*pairs]
    found = dict(listed)
    if len(found) != len(listed):
        raise ValueError("an object has a name twice")
    return found


def _refused(text: str) -> Any:  # noqa: ANN401 -- as json asks for
    raise ValueError(f"{text} is no number of JSON")


def _malformed(why: str) -> Fault:
    return Fault(
        code="share.source.malformed",
        what=f"The file cannot be read as STIX: {why}.",
        fix="Give a bundle of STIX 2.1 as JSON.",
    )
