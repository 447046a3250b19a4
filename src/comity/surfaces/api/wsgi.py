"""The node that programs ask, put beside what serves people.

    app = for_node(node, make_application(desk))

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from comity.node.context import Node

KEY: Final = "comity.node"
"""Where the node stands in the environment of a call."""

type StartResponse = Callable[..., Any]
type Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def for_node(node: Node, application: Application) -> Application:
    """Return the application with the node in the environment of each call.

    Loading the framework takes longer than a start should: it waits for the first call.
    """

    def with_node(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        environ[KEY] = node
        return application(environ, start)

    return with_node
