"""The application of the officers' listener.

    connect.configure(home, database_url, secret_key)        boot, once in a process
    app = make_application(Desk(node, version, page_seen))   one for each node
    server = OfficersServer(("127.0.0.1", port), app)         boot

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler

from comity.surfaces.web.desk import KEY, Desk
from comity.surfaces.web.turns import Turns

type StartResponse = Callable[..., Any]
type Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_READING: Final = frozenset({"GET", "HEAD"})
"""What may take turns: whoever sends something may send it slowly."""


def make_application(desk: Desk) -> Application:
    """Return the WSGI application of one opened node.

    Args:
        desk: the node and who serves it.  Django's settings must be configured.
    """
    django = WSGIHandler()
    turns = Turns()

    def application(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        environ[KEY] = desk
        with turns.taken() if environ["REQUEST_METHOD"] in _READING else nullcontext():
            answer: Iterable[bytes] = django(environ, start)
        return answer

    return application
