"""What a page may use of the process that serves it.

The application puts it into each request, so that one process can serve several nodes and
nothing is global.

Floor: surfaces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from comity.node.context import Node

KEY: Final = "comity.desk"
"""Where the desk stands in the WSGI environment."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One opened node and who serves it.

    Attributes:
        node: for every use case.
        version: of this program.
        page_seen: called when somebody has a page in front of him, so that `serve` knows
            whether to wake somebody elsewhere.
        database: Django's alias of the database of the node, where users and sessions stand.
    """

    node: Node
    version: str
    page_seen: Callable[[], None] = lambda: None
    database: str = "default"


def of(request: HttpRequest) -> Desk:
    """Return the desk that serves a request."""
    desk = request.META[KEY]
    assert isinstance(desk, Desk)
    return desk
