"""The door at which a program says that it stopped what was taken back.

    GET  /stops/<consumer>/            what it fetched that was taken back since
    POST /stops/<consumer>/<act>       it says that it stopped

Floor: surfaces.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from comity.domestic.outside.session import LINK
from comity.joint.share import positions
from comity.joint.share.state import Retraction
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.rooms.share import consumers, holders
from comity.surfaces.outside import asked
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import JSON, Reply, StartResponse

PREFIX: Final = "/stops/"
_ACT: Final = re.compile(r"[a-z2-7]{26}")


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        owner, _, act = str(environ["PATH_INFO"]).removeprefix(PREFIX).partition("/")
        asked.require_method(environ, frozenset({"POST"} if act else {"GET", "HEAD"}))
        with node.store.read() as tx:
            consumer = consumers.of(tx, environ[VISIT].id)
            if consumer is None or consumer.id != owner or environ[VISIT].kind == LINK:
                raise asked.unknown(environ)
            owed = [] if act else holders.owed_by(node, tx, consumer)
        if act:
            if not _ACT.fullmatch(act) or not holders.confirm_self(node, consumer, act):
                raise asked.unknown(environ)
            return Reply(HTTPStatus.OK, JSON, ijson.render({"act": act, "confirmed": True}))(
                environ, start
            )
        holders.note(node, consumer, ())
        stops: list[Json] = [
            {
                "act": one.id,
                "share": row.matter.id,
                "reason": one.reason if isinstance(one, Retraction) else "narrowed",
                "positions": [*positions.render(one.positions)],
            }
            for row, one in owed
        ]
        return Reply(HTTPStatus.OK, JSON, ijson.render({"stops": stops}))(environ, start)

    return Door(consumers.SCOPE.name, answered)
