"""Addresses of the interface for programs: /api/openapi.json and /api/v1/….

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.api.app import api

urlpatterns = [path("api/", api.urls)]
