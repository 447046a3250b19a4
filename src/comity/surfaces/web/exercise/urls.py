"""Addresses of what is between real work and an exercise.

    /exercise/          which exercises the officer may enter
    /exercise/enter/    POST: work in one, and in nothing else
    /exercise/leave/    POST: back to real work
    /exercise/console/  both times, the next items, what became of deliveries; for controllers
    /exercise/console/deliver/ and hold/    POST: an item of the master list
    /exercise/evaluate/ each task: what clocks show, how it was rated; report.pdf, report.docx
    /exercise/evaluate/rate/    POST
    /exercise/seats/    links of guests; POST gives a seat, and shows its link or sheet once
    /exercise/seats/<id>/release/ and end/  POST
    /exercise/stop/     POST: the play stops; on every page of an exercise, in one place
    /exercise/stopped/  what everybody does now

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.exercise import console, evaluation, seats, views

app_name = "entrance"
urlpatterns = [
    path("", views.entrances, name="entrances"),
    path("enter/", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
    path("console/", console.shown, name="console"),
    path("console/deliver/", console.deliver, name="deliver"),
    path("console/hold/", console.hold, name="hold"),
    path("evaluate/", evaluation.shown, name="evaluation"),
    path("evaluate/rate/", evaluation.rate, name="rate"),
    path("evaluate/report.<slug:form>", evaluation.paper, name="report"),
    path("seats/", seats.listing, name="seats"),
    path("seats/<slug:seat>/release/", seats.release, name="release-seat"),
    path("seats/<slug:seat>/end/", seats.end, name="end-seat"),
    path("stop/", console.stop, name="stop"),
    path("stopped/", console.stopped, name="stopped"),
]
