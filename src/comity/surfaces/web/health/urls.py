"""Addresses of the operator's pages.

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

app_name = "health"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("doctor/", views.doctor, name="doctor"),
    path("matters/", views.matters, name="matters"),
    path("matters/<slug:kind>/<slug:matter_id>/", views.matter, name="matter"),
    path("matters/<slug:kind>/<slug:matter_id>/seen/", views.seen, name="seen"),
    path("logs/<path:origin>/", views.log, name="log"),
]
