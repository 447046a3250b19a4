"""Doors of tools that know no TAXII: a feed of MISP, and plain lists.

    GET /misp/<consumer>/manifest.json       every event: one for each share
    GET /misp/<consumer>/<uuid>.json         one event
    GET /misp/<consumer>/hashes.csv          MD5 of each value, and its event
    GET /lists/<consumer>/<kind>.txt         one value a line: ipv4, domain, url, sha256 …

Both say what the collection of the consumer says (`comity.rooms.share.lists`).  A mark of MISP is
never wider than that of the object; an event has the narrowest of its attributes'.

Source: MISP core format and feed format.
Floor: surfaces.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.joint.share.values import (
    DOMAIN,
    EMAIL,
    IPV4,
    IPV6,
    KINDS,
    MD5,
    SHA1,
    SHA256,
    URL,
    values,
)
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.share import consumers, holders, lists
from comity.rooms.share.lists import Listed
from comity.surfaces.outside import asked
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import JSON, Reply, StartResponse

MISP: Final = "/misp/"
LISTS: Final = "/lists/"
LISTED_MAX: Final = 50_000
"""Objects that one answer looks at: more are had by TAXII, by pages."""

_TEXT: Final = "text/plain; charset=utf-8"
_CSV: Final = "text/csv; charset=utf-8"
_EVENT: Final = re.compile(r"([0-9a-f-]{36})\.json")
_ATTRIBUTES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        IPV4: ("ip-dst", "Network activity"),
        IPV6: ("ip-dst", "Network activity"),
        DOMAIN: ("domain", "Network activity"),
        URL: ("url", "Network activity"),
        EMAIL: ("email-src", "Payload delivery"),
        MD5: ("md5", "Payload delivery"),
        SHA1: ("sha1", "Payload delivery"),
        SHA256: ("sha256", "Payload delivery"),
    }
)


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of a consumer's collection."""

    one: Listed
    kind: str
    value: str


def misp(node: Node) -> Door:
    """Return the door of a MISP feed."""
    return _door(node, MISP, _of_misp)


def plain(node: Node) -> Door:
    """Return the door of plain lists."""
    return _door(node, LISTS, _of_lists)


def _door(node: Node, prefix: str, answer: Any) -> Door:  # noqa: ANN401 -- one of the two below
    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        asked.require_method(environ, frozenset({"GET", "HEAD"}))
        owner, _, name = str(environ["PATH_INFO"]).removeprefix(prefix).partition("/")
        with node.store.read() as tx:
            consumer = consumers.of(tx, environ[VISIT].id)
            if consumer is None or consumer.id != owner:
                raise asked.unknown(environ)
            found = [*_values(lists.Door(node, tx, consumer))]
        reply: Reply | None = answer(node.party, name, found)
        if reply is None:
            raise asked.unknown(environ)
        holders.note(node, consumer, {one.one.share for one in found})
        return reply(environ, start)

    return Door(consumers.SCOPE.name, answered)


def _values(reader: lists.Door) -> Iterator[_Value]:
    for looked, one in enumerate(reader.after(-1)):
        if looked == LISTED_MAX:
            return
        if one.is_newest and one.value.get("revoked") is not True:
            yield from (_Value(one, kind, value) for kind, value in values(one.value))


def _of_lists(_party: str, name: str, found: list[_Value]) -> Reply | None:
    kind = name.removesuffix(".txt")
    if kind not in KINDS or kind == name:
        return None
    lines = sorted({one.value for one in found if one.kind == kind})
    return Reply(HTTPStatus.OK, _TEXT, "".join(f"{line}\n" for line in lines).encode())


def _of_misp(party: str, name: str, found: list[_Value]) -> Reply | None:
    shares: dict[str, list[_Value]] = {}
    for one in found:
        shares.setdefault(one.one.share, []).append(one)
    events = {_uuid("event", share): some for share, some in shares.items()}
    if name == "manifest.json":
        manifest: dict[str, Json] = {
            id_: _head(party, some) for id_, some in sorted(events.items())
        }
        return Reply(HTTPStatus.OK, JSON, ijson.render(manifest))
    if name == "hashes.csv":
        rows = sorted(
            {f"{_md5(one.value)},{id_}\n" for id_, some in events.items() for one in some}
        )
        return Reply(HTTPStatus.OK, _CSV, "".join(rows).encode())
    match = _EVENT.fullmatch(name)
    if match is None or match[1] not in events:
        return None
    some = events[match[1]]
    attributes: list[Json] = [_attribute(one) for one in some]
    event: dict[str, Json] = {
        **_head(party, some), "uuid": match[1], "published": True, "Attribute": attributes,
        "publish_timestamp": _head(party, some)["timestamp"],
    }  # fmt: skip
    return Reply(HTTPStatus.OK, JSON, ijson.render({"Event": event}))


def _head(party: str, some: list[_Value]) -> dict[str, Json]:
    first, last = some[0].one, max(one.one.added for one in some)
    giver: dict[str, Json] = {"name": first.giver, "uuid": _uuid("party", first.giver)}
    narrowest = marks.parse(marks.narrowest_of(str(one.one.mark) for one in some))
    at = datetime.fromtimestamp(first.added // 1_000_000, UTC)
    return {
        "info": f"Share {first.share[:8]} of {first.giver} for {party}",
        "Orgc": giver,
        "date": f"{at:%Y-%m-%d}",
        "timestamp": str(last // 1_000_000),
        "analysis": "2",
        "threat_level_id": "4",
        "Tag": _tags(narrowest),
    }


def _attribute(one: _Value) -> Json:
    type_, category = _ATTRIBUTES[one.kind]
    return {
        "uuid": _uuid("attribute", f"{one.one.share}/{one.one.place}/{one.kind}"),
        "type": type_,
        "category": category,
        "value": one.value,
        "to_ids": True,
        "timestamp": str(one.one.added // 1_000_000),
        "Tag": _tags(one.one.mark),
    }


def _tags(mark: Mark) -> list[Json]:
    tlp: list[Json] = [{"name": f"tlp:{mark.tlp.lower()}"}]
    return [*tlp, {"name": f"PAP:{mark.pap}"}] if mark.pap else tlp


def _uuid(what: str, text: str) -> str:
    digest = hashlib.sha256(f"comity misp {what} {text}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
