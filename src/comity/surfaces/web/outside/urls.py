"""Addresses of guests' sessions.

    /outside/             sessions of the agency; POST admits somebody
    /outside/<id>/end/    POST

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.outside import views

app_name = "outside"
urlpatterns = [
    path("", views.sessions, name="sessions"),
    path("<slug:session>/end/", views.end, name="end"),
]
