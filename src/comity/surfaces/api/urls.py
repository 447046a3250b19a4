"""Addresses of the interface for programs: /api/openapi.json and /api/v1/….

Floor: surfaces.
"""

from collections.abc import Sequence

from django.urls import URLResolver, path

from comity.acts.verb import Table
from comity.surfaces.api.app import add_rooms, api


def patterns(tables: Sequence[Table]) -> list[URLResolver]:
    """Return the addresses, with those of rooms that are printed from their verbs."""
    add_rooms(tables)
    return [path("api/", api.urls)]
