"""What the officers' listener answers with: feed, API and desk of one opened home.

Floor: boot.
"""

import sys
from collections.abc import Callable

from django.core.signals import got_request_exception

from comity.boot import desk, lazy_import, log
from comity.surfaces.api import wsgi as wsgi_api
from comity.surfaces.cli.context import Home
from comity.surfaces.feed import wsgi as wsgi_feed
from comity.surfaces.web import wsgi as wsgi_desk
from comity.surfaces.web.wsgi import Application


def of(home: Home, page_seen: Callable[[], object]) -> Application:
    """Return the application.

    Args:
        home: opened.
        page_seen: called when somebody has a page in front of them.
    """
    tell_failures()
    pages = wsgi_desk.make_application(desk.of_home(home, page_seen))
    ports = wsgi_api.Ports(lazy_import.letter, home.node.require_room)
    return wsgi_feed.with_feed(home.node, wsgi_api.for_node(home.node, pages, ports))


def tell_failures() -> None:
    """Let an error of ours, in a page or in a call of a program, stand in the log."""
    got_request_exception.connect(_tell_failure, dispatch_uid=__name__)


def _tell_failure(**_named: object) -> None:
    error = sys.exception()
    if error is not None:
        log.tell("page.failed", log.where(error))


def load() -> None:
    """Load what pages need before one is asked for.  A home is open."""
    from comity.surfaces.web import urls  # noqa: F401, PLC0415 -- only now that Django has its settings
