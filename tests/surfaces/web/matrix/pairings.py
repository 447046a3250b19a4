"""Pairings of the node of the matrix with a third State, begun and not yet kept: as files.

    found.find("pairing", "begun").args      what was accepted, and what the other side confirmed

Floor: tests.
"""

import base64
from typing import Final

from support import states
from surfaces.web.matrix.said import EVERYONE
from surfaces.web.matrix.stage import Stage, Thing

from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.exchange import pairing

type Side = tuple[Node, KeyMaker]

_THIRD: Final = "cc"


def begin(found: Stage) -> None:
    """Let `bb` offer and the third State accept; and the other way, as far as the code to hear."""
    own = found.world.states["bb"]
    third = states.state(found.world.folder, _THIRD)
    third.clock.at_ms = own.clock.at_ms
    ours, theirs = (own.node, own.maker), (third.node, third.maker)
    accept = _accepted(found, ours, theirs)
    confirm = pairing.confirm(third.node, [_accepted(found, theirs, ours)])
    args = {
        "accept": accept.decode(),
        "confirm": base64.b64encode(confirm).decode(),
        "code": pairing.preview(own.node, confirm).code,
    }
    found.put("pairing", Thing("begun", args, EVERYONE))


def _accepted(found: Stage, first: Side, second: Side) -> bytes:
    """Let one offer and the other accept; return what the first has to open."""
    arrangement = pairing.new_arrangement_id(first[0])
    roots = [
        maker.make_root(
            found.world.folder / f"{node.party}-{arrangement}.root", node.party, arrangement
        )
        for node, maker in (first, second)
    ]
    parties = [node.party for node, _ in (first, second)]
    offered = pairing.offer(*first, roots[0], parties)
    return pairing.accept(*second, roots[1], offered)
