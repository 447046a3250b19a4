"""Addresses of participants: who they are, what they were asked, what they answered.

    /participants/                      those of the agency; POST adds one
    /participants/<id>/end/             POST: ends one
    /participants/tasks/                tasks with their answers
    /participants/tasks/<id>/say/       POST: says the newest answer to the other side
    /participants/ask/<request>/        asks one to act on a request; POST makes the link

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.participant import views

app_name = "participant"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<slug:task>/say/", views.say, name="say"),
    path("ask/<slug:matter_id>/", views.ask, name="ask"),
    path("<slug:participant>/end/", views.end, name="end"),
]
