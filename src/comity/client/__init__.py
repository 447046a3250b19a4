"""A node as a program uses it: send, read, wait, be told; see docs/api.md.

    with Client("http://127.0.0.1:8400", token) as node:
        sent = node.send(request, to=["sy"])
        node.wait_for_receipt(sent)

Needs a token (`comity token add`) and nothing else of a node.

Floor: client.
"""

from comity.client.client import Client
from comity.client.errors import Inadmissible, NotAllowed, NotYet, Problem, Unfit, Unknown
from comity.client.transport import Unreachable
from comity.client.webhook import is_authentic

__all__ = [
    "Client",
    "Inadmissible",
    "NotAllowed",
    "NotYet",
    "Problem",
    "Unfit",
    "Unknown",
    "Unreachable",
    "is_authentic",
]
