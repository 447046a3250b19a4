"""Addresses of my desk.

    /                    what one must do now
    /events              the part of it that changes, for an open page that asks again
    /events/stream       tells an open page to ask at once
    /desk/shift/         the shift: who has the desk; POST: hand it over
    /desk/shift/take/    POST: take it over
    /desk/rings/         whom a call rings, and who was rung
    /desk/rings/ladder/  sets whom a call rings
    /desk/devices/       what rings the officer, with a test of each
    /desk/plan/          who is planned, where nobody is, swaps that wait
    /desk/plan/swap/     changes the plan: a verb of its table
    /desk/view/          times, colours and keys of one's own pages

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.duty import devices, plan, preferences, rings, shift, views

app_name = "duty"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("events", views.events, name="events"),
    path("events/stream", views.stream, name="stream"),
    path("desk/shift/", shift.show, name="shift"),
    path("desk/shift/take/", shift.take, name="take"),
    path("desk/rings/", rings.show, name="rings"),
    path("desk/rings/ladder/", plan.ladder, name="ladder"),
    path("desk/devices/", devices.show, name="devices"),
    path("desk/devices/<slug:device>/test/", devices.test, name="test-device"),
    path("desk/plan/", plan.show, name="plan"),
    path("desk/plan/<slug:name>/", plan.change, name="change"),
    path("desk/view/", preferences.show, name="preferences"),
]
