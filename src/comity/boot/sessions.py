"""Sessions of officers that are over.

Floor: boot.
"""

from django.contrib.sessions.backends.db import SessionStore
from django.db import connections


def forget() -> None:
    """Drop the sessions that are over; a signed-out browser had its own dropped at once."""
    SessionStore.clear_expired()
    connections.close_all()
