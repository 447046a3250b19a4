"""Addresses of uploads; all answer with JSON, for the script of the desk.

    /uploads/                  POST: begin, with the size
    /uploads/<id>/             GET: how much is held; DELETE: drop it
    /uploads/<id>/<offset>/    PUT: the next bytes
    /uploads/<id>/told/        POST: the hash, once all of it was sent

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.upload import views

app_name = "upload"
urlpatterns = [
    path("", views.begin, name="begin"),
    path("<slug:upload_id>/", views.one, name="one"),
    path("<slug:upload_id>/told/", views.told, name="told"),
    path("<slug:upload_id>/<int:offset>/", views.add, name="add"),
]
