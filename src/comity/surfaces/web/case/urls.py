"""Addresses of cases.

    /cases/                     every case that the reader may read; ?priority=on those of priority
    /cases/open/                open one
    /cases/<id>/                one: requests, priority, reports, what each side does next
    /cases/<id>/<verb>/         say something of it: see `verbs`

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.case import views

app_name = "case"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("open/", views.open_case, name="open"),
    path("<slug:case_id>/", views.one, name="one"),
    path("<slug:case_id>/<slug:verb>/", views.say, name="say"),
]
