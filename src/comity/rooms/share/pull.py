"""Reading a source: a collection of TAXII 2.1 by pages, a feed of MISP by its manifest, a file.

What a source names is never fetched: of a feed the manifest and its events alone, by addresses
that this program makes.  A source that gives the same page twice, or says `more` without an end,
is stopped.

Source: OASIS TAXII 2.1; MISP feed format.
Floor: rooms.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from comity.domestic.share import lists, source
from comity.domestic.share.lists import Written
from comity.domestic.share.source import Source
from comity.joint.share import bundle
from comity.joint.share.bundle import Object
from comity.kernel.fault import Fault, quoted
from comity.node.base.sources import Fetched, Sources
from comity.rooms.share import reading

PAGES_MAX: Final = 500
EVENTS_MAX: Final = 500
"""Of one pull: the rest comes with the next."""
_LIMIT: Final = 500
_MIB: Final = 1 << 20
_PAGE_BYTES_MAX: Final = 32 * _MIB
_TAXII: Final = "application/taxii+json;version=2.1"
_EVENT: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Came:
    """What one page of a source has.

    Attributes:
        objects: of STIX 2.1, as far as they could be read.
        cursor: where the source goes on.
        written: of a list.
        left_out: how much could not be read.
    """

    objects: tuple[Object, ...]
    cursor: str = ""
    written: Written | None = None
    left_out: int = 0


def pages(line: Sources, one: Source, cursor: str) -> Iterator[Came]:
    """Give what is new of a source, a page at a time.

    Raises:
        Fault: `share.source.answer`, `share.source.loops`, and those of the line and of reading.
    """
    if one.kind == source.TAXII:
        yield from _taxii(line, one, cursor)
    elif one.kind == source.MISP:
        yield from _misp(line, one, cursor)
    else:
        found = _got(line, one, one.url, "*/*", bundle.BUNDLE_BYTES_MAX)
        if one.kind in source.LISTS:
            yield Came((), written=lists.read(found.body, one.name))
        else:
            read = reading.read(found.body)
            yield Came(read.objects, left_out=len(read.left_out))


def _taxii(line: Sources, one: Source, cursor: str) -> Iterator[Came]:
    root = f"{one.url.rstrip('/')}/collections/{one.collection}/objects/"
    following, last, seen = "", "", set[str]()
    for _ in range(PAGES_MAX):
        asked = {"limit": str(_LIMIT), "added_after": cursor, "next": following}
        query = urlencode({name: value for name, value in asked.items() if value})
        found = _got(line, one, f"{root}?{query}", _TAXII, _PAGE_BYTES_MAX)
        value = _object(one, found.body)
        objects = value.get("objects", [])
        if not isinstance(objects, list):
            raise _wrong(one, "its page has no list of objects")
        last = found.headers.get("x-taxii-date-added-last", last)
        more, following = value.get("more") is True, str(value.get("next", ""))
        fit, left_out = bundle.readable(objects)
        yield Came(fit, "" if more else last or cursor, left_out=left_out)
        if not more:
            return
        if not following or following in seen:
            raise Fault(
                code="share.source.loops",
                what=f"{quoted(one.name)} says that there is more, and gives the same page again.",
                fix="Tell who runs it; what came is kept.",
            )
        seen.add(following)
    yield Came((), last)  # the rest comes with the next pull


def _misp(line: Sources, one: Source, cursor: str) -> Iterator[Came]:
    root = one.url.rstrip("/")
    manifest = _object(
        one, _got(line, one, f"{root}/manifest.json", "application/json", _PAGE_BYTES_MAX).body
    )
    known: dict[str, str] = json.loads(cursor) if cursor else {}
    new = [
        (id_, str(head.get("timestamp", "")))
        for id_, head in sorted(manifest.items())
        if _EVENT.fullmatch(id_)
        and isinstance(head, dict)
        and known.get(id_) != str(head.get("timestamp", ""))
    ]
    for id_, timestamp in new[:EVENTS_MAX]:
        found = _got(line, one, f"{root}/{id_}.json", "application/json", _PAGE_BYTES_MAX)
        known[id_] = timestamp
        try:
            read = reading.read(found.body)
        except Fault:
            yield Came((), json.dumps(known), left_out=1)
            continue
        yield Came(read.objects, json.dumps(known), left_out=len(read.left_out))


def _got(line: Sources, one: Source, url: str, accept: str, bytes_max: int) -> Fetched:
    headers = {"accept": accept, **_authorization(one.secret)}
    found = line.get(url, headers, bytes_max)
    if found.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        raise _wrong(one, f"it says {found.status}")
    return found


def _authorization(secret: str) -> Mapping[str, str]:
    if not secret:
        return {}
    if ":" in secret:
        encoded = base64.b64encode(secret.encode()).decode("ascii")
        return {"authorization": f"Basic {encoded}"}
    return {"authorization": f"Bearer {secret}"}


def _object(one: Source, body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _wrong(one, "it answers with no JSON") from error
    if not isinstance(value, dict):
        raise _wrong(one, "it answers with no object")
    return value


def _wrong(one: Source, why: str) -> Fault:
    return Fault(
        code="share.source.answer",
        what=f"The source {quoted(one.name)} cannot be read: {why}.",
        fix="Check its address, its secret and, of TAXII, its collection.",
    )
