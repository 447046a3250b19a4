"""A request as one node says it in a story of crashes, with bodies in rows and in a file.

Floor: tests.
"""

import hashlib
import os

from comity.acts.record import FOLLOWING, NEEDED, Addressee, Blob, Office
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel import limits
from comity.node.base.context import Node
from comity.node.exchange import append
from comity.node.exchange.append import Appended, Candidate
from comity.seal import symmetric
from comity.surfaces.cli.context import Home

LARGE_BYTES = 70_000
BULK_BYTES = 60_000
"""Of one body in a row; so many of them that no single request delivers them."""
BULK = limits.DELIVERY_BYTES_MAX // BULK_BYTES + 1


def say(home: Home, channel: str, to: str, act_id: str, bulk: int = 0) -> str:
    """Append a request with texts in a row and an attachment in a file; return its id.

    Args:
        home: of who says it.
        channel: where.
        to: whom it is addressed to.
        act_id: its id.
        bulk: how many bodies in rows go with it besides: `BULK` are too many for one request.
    """
    node = home.node
    more = [
        _sealed(node, os.urandom(BULK_BYTES), f"attachment:{number}", NEEDED)
        for number in range(2, bulk + 2)
    ]
    texts, small = _sealed(node, b'{"en":"Please preserve."}', "texts", NEEDED)
    attachment, large = _sealed(node, os.urandom(LARGE_BYTES), "attachment", FOLLOWING)
    if node.bodies.size_bytes(attachment.sha256) is None:
        node.bodies.stage(attachment.sha256, 0, large)
        assert node.bodies.commit(attachment.sha256)
    blobs = (texts, attachment, *(blob for blob, _ in more))
    rows = {texts.sha256: small, **{blob.sha256: data for blob, data in more}}
    saying = Saying(act_id, Office("police"), blobs=blobs)
    asked = Asked(type="preservation", urgency="routine", items=("one",), elements=())
    act = acts.submitted(saying, node.party, (Addressee(to),), asked)
    (appended,) = append.append(node, channel, [Candidate(act, rows)])
    assert isinstance(appended, Appended)
    return appended.act.id


def _sealed(node: Node, plaintext: bytes, role: str, need: str) -> tuple[Blob, bytes]:
    key = node.entropy(32)
    body = symmetric.seal_blob(plaintext, key, node.entropy)
    sha256 = hashlib.sha256(body).hexdigest()
    return Blob(sha256, key, len(body), "text/plain", role, need, "TLP:AMBER"), body
