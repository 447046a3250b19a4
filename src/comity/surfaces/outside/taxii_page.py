"""Pages of a collection of TAXII 2.1: by `next`, by `added_after`, or by both.

A cursor is bound to the collection and to what is matched, not to `limit` or `added_after`, which
clients change; where both are given the later one counts.

Source: OASIS TAXII 2.1, 3.4 and 3.5.
Floor: surfaces.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.rooms.share.lists import Listed
from comity.surfaces.outside.reply import Reply

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
LIMIT_DEFAULT: Final = 100
LIMIT_MAX: Final = 1_000
LOOKED_MAX: Final = 20_000
"""Listed objects that one page looks at: a filter that fits few of them says `more`."""

SPECS: Final = frozenset({"2.1"})
"""Versions of STIX that are given where none is asked for."""

_STIX: Final = "application/stix+json;version="
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_KNOWN: Final = frozenset(
    {"limit", "next", "added_after", "match[id]", "match[type]", "match[version]",
     "match[spec_version]"}
)  # fmt: skip
_MATCHED: Final = tuple(sorted(one for one in _KNOWN if one.startswith("match[")))
_BEFORE_ALL: Final = -1
_NEWEST, _OLDEST, _ALL = "last", "first", "all"
_NONE: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


class WrongError(Exception):
    """What is asked cannot be answered; the words are for who asked."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Reader(Protocol):
    """What is read of a collection; added times rise strictly."""

    sent: set[str]
    """Shares of which something was sent."""

    def after(self, added: int) -> Iterator[Listed]:
        """Give what was added later, in order."""

    def called(self, ids: Collection[str], added: int) -> Iterator[Listed]:
        """Give what has one of some ids and was added later, in order."""


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

    @property
    def specs(self) -> frozenset[str]:
        """Versions of STIX that are asked for."""
        return self.match.get("match[spec_version]", SPECS)


def query(
    environ: Mapping[str, Any], of: str, fixed: Mapping[str, frozenset[str]] = _NONE
) -> Query:
    """Return what is asked.

    Args:
        environ: of WSGI.
        of: id of the collection.
        fixed: what the address matches.

    Raises:
        WrongError: for parameters that cannot be read.
    """
    try:
        given = parse_qs(str(environ.get("QUERY_STRING", "")), max_num_fields=16)
    except ValueError as error:
        raise bad("There are too many parameters.") from error
    match = {
        name: frozenset(part for value in given[name] for part in value.split(","))
        for name in _MATCHED
        if name in given
    }
    match |= fixed
    spelled = repr([of, *((name, sorted(some)) for name, some in sorted(match.items()))])
    digest = hashlib.sha256(spelled.encode()).digest()[:8]
    after = max(_instant(_one(given, "added_after")), _place(_one(given, "next"), digest))
    return Query(after, _limit(_one(given, "limit")), match, digest, bool(fixed))


def page(reader: Reader, asked: Query, name: str, shown: Callable[[Listed], Json]) -> Reply:
    """Answer with a page, and where the next one begins.

    Raises:
        WrongError: where the one object that is asked for is not there.
    """
    found: list[Listed] = []
    last = asked.after
    more = False
    ids = asked.match.get("match[id]")
    listed = reader.after(asked.after) if ids is None else reader.called(ids, asked.after)
    for looked, one in enumerate(listed):
        if len(found) == asked.limit or looked == LOOKED_MAX:
            more = True
            break
        last = one.added
        if fits(one, asked):
            found.append(one)
    if asked.is_one and not found and not any(reader.called(ids or frozenset(), _BEFORE_ALL)):
        raise missing()
    reader.sent |= {one.share for one in found}
    value: dict[str, Json] = {"more": more} if found or more else {}
    if found:
        value[name] = [shown(one) for one in found]
    if more:
        value["next"] = _cursor(last, asked.digest)
    added = [written(found[0].added), written(found[-1].added)] if found else []
    names = ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")
    return told(value, dict(zip(names, added, strict=False)))


def manifest(one: Listed) -> Json:
    """Return what a manifest says of an object."""
    return {
        "id": one.id,
        "date_added": written(one.added),
        "version": one.version,
        "media_type": f"{_STIX}{spec_of(one.value)}",
    }


def spec_of(value: Mapping[str, Json]) -> str:
    """Return by which version of STIX an object is written: 2.0 had no word for it."""
    return str(value.get("spec_version", "2.0"))


def fits(one: Listed, asked: Query) -> bool:
    """Return whether an object is one that is asked for."""
    ids, types = asked.match.get("match[id]"), asked.match.get("match[type]")
    return (
        (ids is None or one.id in ids)
        and (types is None or str(one.value.get("type")) in types)
        and spec_of(one.value) in asked.specs
        and _is_version(one, asked.match)
    )


def _is_version(one: Listed, match: Mapping[str, frozenset[str]]) -> bool:
    wanted = match.get("match[version]", frozenset({_NEWEST}))
    return (
        _ALL in wanted
        or (_NEWEST in wanted and one.is_newest)
        or (_OLDEST in wanted and one.is_oldest)
        or one.version in wanted
    )


def every_version(asked: Query) -> Query:
    """Return what is asked, of all versions of the object."""
    match = {**asked.match, "match[version]": frozenset({_ALL})}
    return Query(asked.after, asked.limit, match, asked.digest, asked.is_one)


def to_drop(asked: Query) -> Query:
    """Return which versions of an object are to be dropped: all where none is named."""
    return asked if "match[version]" in asked.match else every_version(asked)


def _one(given: Mapping[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    if len(values) > 1:
        raise bad(f"{name} is given twice.")
    return values[0] if values else ""


def _limit(text: str) -> int:
    if not text:
        return LIMIT_DEFAULT
    if not (text.isascii() and text.isdecimal() and int(text[:10])):
        raise bad("limit is not a positive whole number.")
    return min(int(text[:10]), LIMIT_MAX)


def _instant(text: str) -> int:
    return micros(text) if text else _BEFORE_ALL


def micros(text: str) -> int:
    """Return an instant in microseconds: what is finer is cut, so that nothing is lost.

    Raises:
        WrongError: if it is none.
    """
    found = _TIME.fullmatch(text)
    try:
        whole = datetime.fromisoformat(f"{found[1]}+00:00") if found else None
    except ValueError:
        whole = None
    if found is None or whole is None:
        raise bad("added_after is not a time like 2027-01-31T08:00:00.000000Z.")
    return (whole - _EPOCH) // timedelta(microseconds=1) + int(f"{found[2] or '':0<6}"[:6])


def written(added: int) -> str:
    """Return an instant as TAXII writes it."""
    return f"{_EPOCH + timedelta(microseconds=added):%Y-%m-%dT%H:%M:%S.%f}Z"


def _cursor(added: int, digest: bytes) -> str:
    return base64.urlsafe_b64encode(added.to_bytes(8) + digest).decode().rstrip("=")


def _place(text: str, digest: bytes) -> int:
    if not text:
        return _BEFORE_ALL
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = b""
    if len(data) != 16 or data[8:] != digest:  # noqa: PLR2004 -- eight bytes of each
        raise bad("next is not of this collection with these filters.")
    return int.from_bytes(data[:8])


def told(
    value: Mapping[str, Json],
    headers: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Reply:
    """Answer with a resource of TAXII."""
    return Reply(status, MEDIA_TYPE, ijson.render(dict(value)), headers or {})


def problem(wrong: WrongError, allowed: str) -> Reply:
    """Answer with an error of TAXII."""
    value: Json = {
        "title": "ProcessingError", "description": wrong.words,
        "http_status": str(int(wrong.status)),
    }  # fmt: skip
    headers = {"Allow": allowed} if wrong.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return Reply(wrong.status, MEDIA_TYPE, ijson.render(value), headers)


def bad(words: str) -> WrongError:
    """Say that what was sent cannot be read."""
    return WrongError(HTTPStatus.BAD_REQUEST, words)


def missing() -> WrongError:
    """Say that there is nothing for whoever asks, whether it is hidden or never was."""
    return WrongError(HTTPStatus.NOT_FOUND, "There is nothing here for you.")
