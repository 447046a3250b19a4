"""Addresses of the officers' pages.

    /                          overview
    /matters/                  list; ?status= filters, ?after= pages
    /matters/<kind>/<id>/      one matter
    /matters/<kind>/<id>/seen/ POST: somebody has looked at it
    /logs/<origin>/            one log
    /health                    for a supervisor
    /language                  POST: choose a language
    /static/<path>             style and script

Floor: surfaces.
"""

from django.urls import path
from django.views.i18n import set_language

from comity.surfaces.web import static_files, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("matters/", views.matters, name="matters"),
    path("matters/<slug:kind>/<slug:matter_id>/", views.matter, name="matter"),
    path("matters/<slug:kind>/<slug:matter_id>/seen/", views.seen, name="seen"),
    path("logs/<path:origin>/", views.log, name="log"),
    path("health", views.health, name="health"),
    path("language", set_language, name="language"),
    path("static/<path:path>", static_files.serve, name="static"),
]
handler400 = views.malformed
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.broken
