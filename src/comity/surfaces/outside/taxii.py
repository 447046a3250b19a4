"""The door of TAXII 2.1: what is shared, for the programs of consumers.

    GET    /taxii2/                                 where the root is
    GET    /taxii2/api/                             the root
    GET    /taxii2/api/status/<id>/                 what came of objects that were sent
    GET    /taxii2/api/collections/                 `received`, `national` and `inbox`
    GET    /taxii2/api/collections/<id>/            one of them
    GET    …/manifest/  …/objects/                  pages (`taxii_page`)
    POST   …/objects/                               objects, into the inbox
    GET    …/objects/<object>/                      one object; DELETE takes it from the inbox
    GET    …/objects/<object>/versions/             its versions

`received` is what other States gave, `national` what this State gave, each as far as marks let the
consumer have it.  What it sends waits in its inbox for an officer, who alone gives.

Source: OASIS TAXII 2.1.
Floor: surfaces.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from comity.domestic.outside.session import Session
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.share import consumers
from comity.rooms.share.lists import Listed
from comity.surfaces.outside import taxii_page
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import Application, Reply, StartResponse
from comity.surfaces.outside.taxii_page import MEDIA_TYPE, Query, Reader, WrongError

PREFIX: Final = "/taxii2/"
ROOT: Final = "api/"
BODY_BYTES_MAX: Final = 1 << 20
STIX: Final = "application/stix+json;version=2.1"

_ACCEPTED: Final = frozenset({"*/*", "application/*", "application/taxii+json"})
_STATUS: Final = re.compile(r"status/([0-9A-Za-z-]{1,64})/?")
_COLLECTION: Final = re.compile(r"collections/([0-9A-Za-z-]{1,64})(?:/(.*))?")
_OBJECT: Final = re.compile(r"objects/([a-z0-9-]{3,300})(/versions)?/?")
_UNPROCESSABLE: Final = "While processing supplied content, an error occurred: "


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, as its list tells it.

    Attributes:
        id: of it.
        title: of it.
        can_read: whether whoever asks may read it.
        can_write: whether they may write to it.
        media_types: of what is in it.
        alias: a short name, or "".
    """

    id: str
    title: str
    can_read: bool
    can_write: bool
    media_types: Sequence[str] = (STIX,)
    alias: str = ""

    def told(self) -> dict[str, Json]:
        """Return it as a resource."""
        alias: dict[str, Json] = {"alias": self.alias} if self.alias else {}
        return {
            "id": self.id,
            "title": self.title,
            **alias,
            "can_read": self.can_read,
            "can_write": self.can_write,
            "media_types": [*self.media_types],
        }


class Root(Protocol):
    """A root of TAXII, for whoever asks."""

    def information(self) -> dict[str, Json]:
        """Return what the root says of itself."""

    def collections(self) -> Sequence[Collection]:
        """Return what they may know of, in order."""

    def reading(
        self, collection: Collection, specs: frozenset[str]
    ) -> AbstractContextManager[Reader]:
        """Read a collection, as far as it is of some versions of STIX."""

    def add(self, collection: Collection, objects: Sequence[Json]) -> dict[str, Json]:
        """Take objects in; return the resource of their status.

        Raises:
            WrongError: where they cannot be taken.
        """

    def drop(self, collection: Collection, found: Sequence[Listed]) -> None:
        """Drop objects.

        Raises:
            WrongError: where they are not dropped any more.
        """

    def status(self, id_: str) -> dict[str, Json] | None:
        """Return what came of objects that were sent, or None."""


class Roots(Protocol):
    """Finds the root of whoever asks."""

    def __call__(self, session: Session) -> Root | None:
        """Return it, or None where they have none."""


def door(node: Node, roots: Roots) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"]).removeprefix(PREFIX)
        try:
            _require_accepted(environ)
            root = roots(environ[VISIT])
            if root is None:
                raise taxii_page.missing()
            if not path:
                _require_method(environ, "GET, HEAD")
                address = f"{node.outside.origin}{PREFIX}{ROOT}"
                title = root.information()["title"]
                reply = taxii_page.told(
                    {"title": title, "default": address, "api_roots": [address]}
                )
            elif path.startswith(ROOT):
                reply = answer(root, environ, path.removeprefix(ROOT))
            else:
                raise taxii_page.missing()
        except WrongError as wrong:
            reply = taxii_page.problem(wrong, _allowed(path.removeprefix(ROOT)))
        return reply(environ, start)

    application: Application = answered
    return Door(consumers.SCOPE.name, application, BODY_BYTES_MAX)


def answer(root: Root, environ: Mapping[str, Any], path: str) -> Reply:
    """Answer what is asked of a root.

    Args:
        root: of whoever asks.
        environ: of WSGI.
        path: behind the root's.

    Raises:
        WrongError: where it cannot be answered.
    """
    collection = _COLLECTION.fullmatch(path)
    if collection is None or not collection[1]:
        _require_method(environ, "GET, HEAD")
        return _of_root(root, path)
    one = next((each for each in root.collections() if each.id == collection[1]), None)
    if one is None:
        raise taxii_page.missing()
    return _of_collection(root, one, collection[2] or "", environ)


def _of_root(root: Root, path: str) -> Reply:
    if not path:
        return taxii_page.told(root.information())
    if path in {"collections", "collections/"}:
        some: list[Json] = [one.told() for one in root.collections()]
        return taxii_page.told({"collections": some} if some else {})
    match = _STATUS.fullmatch(path)
    status = root.status(match[1]) if match else None
    if status is None:
        raise taxii_page.missing()
    return taxii_page.told(status)


def _of_collection(root: Root, one: Collection, rest: str, environ: Mapping[str, Any]) -> Reply:
    _require_method(environ, _allowed(f"collections/{one.id}/{rest}"))
    method = str(environ["REQUEST_METHOD"])
    if not rest:
        return taxii_page.told(one.told())
    found = _OBJECT.fullmatch(rest)
    if not (found or rest.rstrip("/") in {"objects", "manifest"}):
        raise taxii_page.missing()
    if (method == "POST" and not one.can_write) or (method == "DELETE" and not _is_whole(one)):
        raise WrongError(HTTPStatus.FORBIDDEN, "Nothing is written to this collection.")
    if method == "POST":
        return _added(root, one, environ)
    if not one.can_read:
        raise WrongError(HTTPStatus.FORBIDDEN, "This collection is not read.")
    fixed = {} if found is None else {"match[id]": frozenset({found[1]})}
    asked = taxii_page.query(environ, one.id, fixed)
    with root.reading(one, asked.specs) as reader:
        if method != "DELETE":
            return _read(reader, asked, rest, is_versions=bool(found and found[2]))
        dropped = _to_drop(reader, asked)
    root.drop(one, dropped)
    return taxii_page.told({})


def _is_whole(one: Collection) -> bool:
    return one.can_read and one.can_write


def _read(reader: Reader, asked: Query, rest: str, *, is_versions: bool) -> Reply:
    if rest.startswith("manifest"):
        return taxii_page.page(reader, asked, "objects", taxii_page.manifest)
    if is_versions:
        whole = taxii_page.every_version(asked)
        return taxii_page.page(reader, whole, "versions", lambda each: each.version)
    return taxii_page.page(reader, asked, "objects", lambda each: each.value)


def _to_drop(reader: Reader, asked: Query) -> list[Listed]:
    wanted = taxii_page.to_drop(asked)
    ids = asked.match["match[id]"]
    found = [one for one in reader.called(ids, -1) if taxii_page.fits(one, wanted)]
    if not found:
        raise taxii_page.missing()
    return found


def _added(root: Root, one: Collection, environ: Mapping[str, Any]) -> Reply:
    """Take an envelope in; answer with what came of it."""
    kind = str(environ.get("CONTENT_TYPE") or environ.get("HTTP_CONTENT_TYPE") or "")
    if kind.partition(";")[0].strip().lower() != "application/taxii+json":
        raise WrongError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {MEDIA_TYPE}.")
    data: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        value = ijson.parse(data)
    except Fault as fault:
        raise _unprocessable(fault.what) from fault
    objects = value.get("objects") if isinstance(value, dict) else None
    if not isinstance(objects, list) or not objects:
        raise _unprocessable("an envelope with objects is needed.")
    return taxii_page.told(root.add(one, objects), status=HTTPStatus.ACCEPTED)


def _unprocessable(words: str) -> WrongError:
    return WrongError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{_UNPROCESSABLE}{words}")


def _allowed(path: str) -> str:
    """Return the methods that an address takes."""
    match = _COLLECTION.fullmatch(path)
    rest = (match[2] or "") if match else ""
    if rest.rstrip("/") == "objects":
        return "GET, HEAD, POST"
    one = _OBJECT.fullmatch(rest)
    return "GET, HEAD, DELETE" if one and not one[2] else "GET, HEAD"


def _require_method(environ: Mapping[str, Any], allowed: str) -> None:
    if environ["REQUEST_METHOD"] not in allowed.split(", "):
        raise WrongError(HTTPStatus.METHOD_NOT_ALLOWED, f"Use {allowed}.")


def _require_accepted(environ: Mapping[str, Any]) -> None:
    accepted = {one.partition(";")[0].strip() for one in _accepted(environ)}
    if not accepted & _ACCEPTED:
        raise WrongError(HTTPStatus.NOT_ACCEPTABLE, f"Accept {MEDIA_TYPE}.")
    versions = [one for one in _accepted(environ) if "taxii+json" in one and "version=" in one]
    if versions and not any("version=2.1" in one for one in versions):
        raise WrongError(HTTPStatus.NOT_ACCEPTABLE, f"Accept {MEDIA_TYPE}.")


def _accepted(environ: Mapping[str, Any]) -> Iterator[str]:
    yield from str(environ.get("HTTP_ACCEPT", "") or "*/*").replace(" ", "").lower().split(",")
