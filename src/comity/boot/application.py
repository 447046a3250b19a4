"""What the officers' listener answers with: feed, API and desk of one opened home.

Floor: boot.
"""

from collections.abc import Callable

from comity.boot import desk, lazily
from comity.surfaces.api import wsgi as wsgi_api
from comity.surfaces.cli.context import Home
from comity.surfaces.feed import wsgi as wsgi_feed
from comity.surfaces.web import wsgi as wsgi_desk
from comity.surfaces.web.wsgi import Application


def of(home: Home, page_seen: Callable[[], object]) -> Application:
    """Return the application.

    Args:
        home: opened.
        page_seen: called when somebody has a page in front of him.
    """
    pages = wsgi_desk.make_application(desk.of_home(home, page_seen))
    ports = wsgi_api.Ports(lazily.letter, home.node.require_room)
    return wsgi_feed.with_feed(home.node, wsgi_api.for_node(home.node, pages, ports))


def load() -> None:
    """Load what pages need before one is asked for.  A home is open."""
    from comity.surfaces.web import urls  # noqa: F401, PLC0415 -- only now that Django has its settings
