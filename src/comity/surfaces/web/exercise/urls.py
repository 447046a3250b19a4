"""Addresses of what is between real work and an exercise.

    /exercise/          which exercises the officer may enter
    /exercise/enter/    POST: work in one, and in nothing else
    /exercise/leave/    POST: back to real work

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.exercise import views

app_name = "entrance"
urlpatterns = [
    path("", views.entrances, name="entrances"),
    path("enter/", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
]
