"""The page on which somebody without a program confirms that they stopped, by a link.

    GET  /stopped/          what their consumer fetched that was taken back since
    POST /stopped/<act>     they stopped; with the last of it the link ends

Floor: surfaces.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from comity.joint.share import acts, positions
from comity.joint.share.state import Retraction
from comity.node.base.context import Node
from comity.rooms.share import holders, stop_links
from comity.surfaces.outside import asked, page
from comity.surfaces.outside.app import FORM_BYTES_MAX, VISIT, Door
from comity.surfaces.outside.reply import StartResponse

PREFIX: Final = stop_links.ADDRESS
_ACT: Final = re.compile(r"[a-z2-7]{26}")
_NARROWED: Final = {"en": "Its mark was narrowed", "zh": "标记已收窄"}


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        session = environ[VISIT]
        act = str(environ["PATH_INFO"]).removeprefix(PREFIX)
        asked.require_method(environ, frozenset({"POST"} if act else {"GET", "HEAD"}))
        with node.store.read() as tx:
            consumer = stop_links.consumer_of(tx, session)
        if consumer is None or (act and not _ACT.fullmatch(act)):
            raise asked.unknown(environ)
        if act and not stop_links.confirm(node, session, consumer, act):
            raise asked.unknown(environ)
        with node.store.read() as tx:
            owed = holders.owed_by(node, tx, consumer)
        language = page.language_of(environ)
        short = "zh" if language == page.CHINESE else "en"
        rows = [
            {
                "act": one.id,
                "share": row.matter.id[:8],
                "giver": row.asker,
                "count": positions.number(one.positions),
                "why": (acts.RETRACTIONS[one.reason] if isinstance(one, Retraction) else _NARROWED)[
                    short
                ],
            }
            for row, one in owed
        ]
        told = {"rows": rows, "name": consumer.name, "is_done": bool(act)}
        return page.rendered("stopped.html", language, told)(environ, start)

    return Door(stop_links.SCOPE.name, answered, FORM_BYTES_MAX)
