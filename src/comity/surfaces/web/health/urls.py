"""Addresses of the operator's pages; an auditor reads them too, and to others they do not exist.

    /node/                          overview
    /node/doctor/                   everything that is looked at, each with side and next step
    /node/matters/                  list; ?status= filters, ?after= pages
    /node/matters/<kind>/<id>/      one matter
    /node/matters/<kind>/<id>/seen/ POST: somebody has looked at it
    /node/logs/<origin>/            one log

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.health import views
from comity.surfaces.web.health.guard import for_operator

app_name = "health"
urlpatterns = [
    path("", for_operator(views.overview), name="overview"),
    path("doctor/", for_operator(views.doctor), name="doctor"),
    path("matters/", for_operator(views.matters), name="matters"),
    path("matters/<slug:kind>/<slug:matter_id>/", for_operator(views.matter), name="matter"),
    path("matters/<slug:kind>/<slug:matter_id>/seen/", for_operator(views.seen), name="seen"),
    path("logs/<path:origin>/", for_operator(views.log), name="log"),
]
