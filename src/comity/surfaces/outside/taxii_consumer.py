"""What a consumer finds at the door of TAXII: what others gave, what this State gave, its inbox.

Floor: surfaces.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from comity.domestic.outside.session import LINK, Session
from comity.domestic.share.consumer import Consumer
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.share import consumers, holders, inbox, lists
from comity.rooms.share.inbox import Came
from comity.rooms.share.lists import Listed
from comity.surfaces.outside import taxii
from comity.surfaces.outside.app import Door
from comity.surfaces.outside.taxii import BODY_BYTES_MAX, Collection
from comity.surfaces.outside.taxii_page import MEDIA_TYPE, Reader, WrongError, written

RECEIVED, NATIONAL, INBOX = "received", "national", "inbox"
_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        RECEIVED: "threats shared with {0}",
        NATIONAL: "threats that {1} gave to others, for {0}",
        INBOX: "what {0} sends",
    }
)


def door(node: Node) -> Door:
    """Return the door of consumers."""

    def root_of(session: Session) -> "_OfConsumer | None":
        with node.store.read() as tx:
            found = consumers.of(tx, session.id) if session.kind != LINK else None
        return _OfConsumer(node, found) if found else None

    return taxii.door(node, root_of)


def collection_id(consumer: Consumer, name: str = RECEIVED) -> str:
    """Return the id of a collection of a consumer: it follows from the consumer's."""
    more = "" if name == RECEIVED else f" {name}"
    digest = hashlib.sha256(f"comity taxii {consumer.id}{more}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


@dataclass(frozen=True, slots=True)
class _OfConsumer:
    """The root of one consumer."""

    node: Node
    consumer: Consumer

    def information(self) -> dict[str, Json]:
        """Return what the root says of itself."""
        versions: list[Json] = [MEDIA_TYPE]
        return {
            "title": self._title(RECEIVED),
            "versions": versions,
            "max_content_length": BODY_BYTES_MAX,
        }

    def collections(self) -> Sequence[Collection]:
        """Return its three collections."""
        return [
            Collection(
                collection_id(self.consumer, name),
                self._title(name),
                can_read=True,
                can_write=name == INBOX,
                alias=name,
            )
            for name in _TITLES
        ]

    def _title(self, name: str) -> str:
        words = _TITLES[name].format(self.consumer.name, self.node.party)
        return f"{self.node.party}: {words}"

    @contextmanager
    def reading(self, collection: Collection, specs: frozenset[str]) -> Iterator[Reader]:
        """Read a collection; who fetched what of which share is noted behind it."""
        del specs  # nothing here is of another version
        with self.node.store.read() as tx:
            reader: Reader
            if collection.alias == INBOX:
                reader = inbox.Reader(tx, self.consumer)
            else:
                reader = lists.Door(
                    self.node, tx, self.consumer, is_national=collection.alias == NATIONAL
                )
            yield reader
        holders.note(self.node, self.consumer, reader.sent)

    def add(self, collection: Collection, objects: Sequence[Json]) -> dict[str, Json]:
        """Let objects wait in the inbox."""
        del collection  # the inbox alone is written to
        if len(objects) > inbox.SENT_MAX:
            words = f"Send at most {inbox.SENT_MAX} objects at once."
            raise WrongError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
        came = inbox.send(self.node, self.consumer, objects)
        if came is None:
            words = f"{inbox.OBJECTS_MAX} objects wait already: tell the agency that admitted you."
            raise WrongError(HTTPStatus.INSUFFICIENT_STORAGE, words)
        return _status(came)

    def drop(self, collection: Collection, found: Sequence[Listed]) -> None:
        """Drop what waits in the inbox."""
        del collection
        if not inbox.drop(self.node, self.consumer, found):
            words = "An officer has given it: ask the agency that admitted you to take it back."
            raise WrongError(HTTPStatus.FORBIDDEN, words)

    def status(self, id_: str) -> dict[str, Json] | None:
        """Return what came of a sending."""
        with self.node.store.read() as tx:
            came = inbox.came_of(tx, self.consumer, id_)
        return None if came is None else _status(came)


def _status(came: Came) -> dict[str, Json]:
    successes: list[Json] = [{"id": id_, "version": version} for id_, version in came.taken]
    failures: list[Json] = [
        {"id": id_, "version": version, "message": why} for id_, version, why in came.refused
    ]
    told: dict[str, Json] = {
        "id": came.id,
        "status": "complete",
        "request_timestamp": written(came.at_us),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }
    if successes:
        told["successes"] = successes
    if failures:
        told["failures"] = failures
    return told
