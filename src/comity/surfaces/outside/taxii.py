"""The door of TAXII 2.1: what is shared, for the programs of consumers.

    GET /taxii2/                                   where the root is
    GET /taxii2/api/                               the root
    GET /taxii2/api/collections/                   one: what this consumer may have
    GET /taxii2/api/collections/<id>/              it
    GET …/manifest/  …/objects/                    pages, by `next`, by `added_after`, or by both
    GET …/objects/<object>/                        one object
    GET …/objects/<object>/versions/               its versions

A cursor is bound to the collection and to what is matched, not to `limit` or `added_after`, which
clients change; where both are given the later one counts.

Source: OASIS TAXII 2.1.
Floor: surfaces.
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

from comity.domestic.outside.session import Session
from comity.domestic.share.consumer import Consumer
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.share import consumers, holders, lists
from comity.rooms.share.lists import Listed
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import Application, Reply, StartResponse

PREFIX: Final = "/taxii2/"
MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
LOOKED_MAX: Final = 20_000
"""Listed objects that one page looks at: a filter that fits few of them says `more`."""

_ACCEPTED: Final = frozenset({"*/*", "application/*", "application/taxii+json"})
_COLLECTION: Final = re.compile(r"api/collections/([0-9a-f-]{36})/(.*)")
_OBJECT: Final = re.compile(r"objects/([a-z0-9-]{3,300})/(versions/)?")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_KNOWN: Final = frozenset(
    {"limit", "next", "added_after", "match[id]", "match[type]", "match[version]",
     "match[spec_version]"}
)  # fmt: skip
_MATCHED: Final = tuple(sorted(one for one in _KNOWN if one.startswith("match[")))
_BEFORE_ALL: Final = -1
_NEWEST, _OLDEST, _ALL = "last", "first", "all"


class _WrongError(Exception):
    """What is asked cannot be answered; the words are for who asked."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a collection.

    Attributes:
        after: added later than this, microseconds.
        limit: of one page.
        match: what is matched, `{"match[type]": {"indicator"}}`.
        digest: of what is matched, and of whose collection.
        is_one: whether one object is asked for by its address.
    """

    after: int
    limit: int
    match: Mapping[str, frozenset[str]]
    digest: bytes
    is_one: bool = False


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        session: Session = environ[VISIT]
        try:
            reply = _answer(node, session, environ)
        except _WrongError as wrong:
            reply = _problem(wrong)
        return reply(environ, start)

    application: Application = answered
    return Door(consumers.SCOPE.name, application)


def collection_id(consumer: Consumer) -> str:
    """Return the id of the collection of a consumer: it follows from the consumer's."""
    digest = hashlib.sha256(f"comity taxii {consumer.id}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _answer(node: Node, session: Session, environ: Mapping[str, Any]) -> Reply:
    path = str(environ["PATH_INFO"]).removeprefix(PREFIX)
    _require_readable(environ)
    with node.store.read() as tx:
        consumer = consumers.of(tx, session.id)
        if consumer is None:
            raise _missing()
        title = f"{node.party}: threats shared with {consumer.name}"
        if not path:
            root = f"{node.outside.origin}{PREFIX}api/"
            return _json({"title": title, "default": root, "api_roots": [root]})
        if path == "api/":
            versions: list[Json] = [MEDIA_TYPE]
            return _json({"title": title, "versions": versions, "max_content_length": 0x10000})
        if path == "api/collections/":
            return _json({"collections": [_collection(consumer, title)]})
        match = _COLLECTION.fullmatch(path)
        if match is None or match[1] != collection_id(consumer):
            raise _missing()
        reader = lists.Door(node, tx, consumer)
        reply = _of_collection(reader, match[2], title, environ)
    holders.note(node, consumer, reader.sent)
    return reply


def _of_collection(reader: lists.Door, rest: str, title: str, environ: Mapping[str, Any]) -> Reply:
    if not rest:
        return _json(_collection(reader.consumer, title))
    one = _OBJECT.fullmatch(rest)
    fixed = {} if one is None else {"match[id]": frozenset({one[1]})}
    query = _query(environ, reader.consumer, fixed)
    if rest == "manifest/":
        return _page(reader, query, "objects", _manifest)
    if rest == "objects/" or (one is not None and not one[2]):
        return _page(reader, query, "objects", lambda each: each.value)
    if one is not None:
        every = {**query.match, "match[version]": frozenset({_ALL})}
        whole = replace(query, match=every)
        return _page(reader, whole, "versions", lambda each: each.version)
    raise _missing()


def _collection(consumer: Consumer, title: str) -> dict[str, Json]:
    return {
        "id": collection_id(consumer),
        "title": title,
        "can_read": True,
        "can_write": False,
        "media_types": ["application/stix+json;version=2.1"],
    }


def _manifest(one: Listed) -> Json:
    return {
        "id": one.id,
        "date_added": _written(one.added),
        "version": one.version,
        "media_type": "application/stix+json;version=2.1",
    }


def _page(reader: lists.Door, query: Query, name: str, shown: Callable[[Listed], Json]) -> Reply:
    """Answer with a page, and where the next one begins."""
    found: list[Listed] = []
    last = query.after
    more = False
    ids = query.match.get("match[id]")
    listed = reader.after(query.after) if ids is None else reader.called(ids, query.after)
    for looked, one in enumerate(listed):
        if len(found) == query.limit or looked == LOOKED_MAX:
            more = True
            break
        last = one.added
        if _fits(one, query.match):
            found.append(one)
    if query.is_one and not found and not any(reader.called(ids or frozenset(), _BEFORE_ALL)):
        raise _missing()
    reader.sent |= {one.share for one in found}
    value: dict[str, Json] = {"more": more} if found or more else {}
    if found:
        value[name] = [shown(one) for one in found]
    if more:
        value["next"] = _cursor(last, query.digest)
    added = [_written(found[0].added), _written(found[-1].added)] if found else []
    names = ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")
    return _json(value, dict(zip(names, added, strict=False)))


def _fits(one: Listed, match: Mapping[str, frozenset[str]]) -> bool:
    ids, types = match.get("match[id]"), match.get("match[type]")
    specs = match.get("match[spec_version]")
    is_one = (ids is None or one.id in ids) and (
        types is None or str(one.value.get("type")) in types
    )
    return is_one and (specs is None or "2.1" in specs) and _is_version(one, match)


def _is_version(one: Listed, match: Mapping[str, frozenset[str]]) -> bool:
    wanted = match.get("match[version]", frozenset({_NEWEST}))
    return (
        _ALL in wanted
        or (_NEWEST in wanted and one.is_newest)
        or (_OLDEST in wanted and one.is_oldest)
        or one.version in wanted
    )


def _query(
    environ: Mapping[str, Any], consumer: Consumer, fixed: Mapping[str, frozenset[str]]
) -> Query:
    try:
        given = parse_qs(str(environ.get("QUERY_STRING", "")), max_num_fields=16)
    except ValueError as error:
        raise _bad("There are too many parameters.") from error
    match = {
        name: frozenset(part for value in given[name] for part in value.split(","))
        for name in _MATCHED
        if name in given
    }
    match |= fixed
    spelled = repr([consumer.id, *((name, sorted(some)) for name, some in sorted(match.items()))])
    digest = hashlib.sha256(spelled.encode()).digest()[:8]
    after = max(_instant(_one(given, "added_after")), _place(_one(given, "next"), digest))
    return Query(after, _limit(_one(given, "limit")), match, digest, bool(fixed))


def _one(given: Mapping[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    if len(values) > 1:
        raise _bad(f"{name} is given twice.")
    return values[0] if values else ""


def _limit(text: str) -> int:
    if not text:
        return LIMIT_DEFAULT
    if not (text.isascii() and text.isdecimal() and int(text[:10])):
        raise _bad("limit is not a positive whole number.")
    return min(int(text[:10]), LIMIT_MAX)


def _instant(text: str) -> int:
    """Return an instant in microseconds: what is finer is cut, so that nothing is lost."""
    if not text:
        return -1
    found = _TIME.fullmatch(text)
    try:
        whole = datetime.fromisoformat(f"{found[1]}+00:00") if found else None
    except ValueError:
        whole = None
    if found is None or whole is None:
        raise _bad("added_after is not a time like 2027-01-31T08:00:00.000000Z.")
    return (whole - _EPOCH) // timedelta(microseconds=1) + int(f"{found[2] or '':0<6}"[:6])


def _written(added: int) -> str:
    return f"{_EPOCH + timedelta(microseconds=added):%Y-%m-%dT%H:%M:%S.%f}Z"


def _cursor(added: int, digest: bytes) -> str:
    return base64.urlsafe_b64encode(added.to_bytes(8) + digest).decode().rstrip("=")


def _place(text: str, digest: bytes) -> int:
    if not text:
        return -1
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = b""
    if len(data) != 16 or data[8:] != digest:  # noqa: PLR2004 -- eight bytes of each
        raise _bad("next is not of this collection with these filters.")
    return int.from_bytes(data[:8])


def _require_readable(environ: Mapping[str, Any]) -> None:
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        raise _WrongError(HTTPStatus.METHOD_NOT_ALLOWED, "Nothing is written here: use GET.")
    accepted = {one.partition(";")[0].strip() for one in _accepted(environ)}
    if not accepted & _ACCEPTED:
        raise _WrongError(HTTPStatus.NOT_ACCEPTABLE, f"Accept {MEDIA_TYPE}.")
    versions = [one for one in _accepted(environ) if "taxii+json" in one and "version=" in one]
    if versions and not any("version=2.1" in one for one in versions):
        raise _WrongError(HTTPStatus.NOT_ACCEPTABLE, f"Accept {MEDIA_TYPE}.")


def _accepted(environ: Mapping[str, Any]) -> Iterator[str]:
    yield from str(environ.get("HTTP_ACCEPT", "") or "*/*").replace(" ", "").lower().split(",")


def _json(value: dict[str, Json], headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(HTTPStatus.OK, MEDIA_TYPE, ijson.render(value), headers or {})


def _problem(wrong: _WrongError) -> Reply:
    value: Json = {"title": wrong.words, "http_status": str(int(wrong.status))}
    headers = {"Allow": "GET, HEAD"} if wrong.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return Reply(wrong.status, MEDIA_TYPE, ijson.render(value), headers)


def _bad(words: str) -> _WrongError:
    return _WrongError(HTTPStatus.BAD_REQUEST, words)


def _missing() -> _WrongError:
    return _WrongError(HTTPStatus.NOT_FOUND, "There is nothing here for you.")
