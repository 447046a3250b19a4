"""What a node's configuration says of its officers' pages.

Floor: adapters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.node.base.rows import Provider


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How officers reach the pages of a node.

    Attributes:
        origin: `https://desk.example`, where TLS ends in front of the node; "" for this machine.
        proxies: how many that add to X-Forwarded-For stand in front.
        oidc: who else says who an officer is.
    """

    origin: str = ""
    proxies: int = 0
    oidc: Sequence[Provider] = ()
