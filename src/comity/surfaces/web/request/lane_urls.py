"""Addresses of lanes, see `lane`.

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.request import lane, threat

app_name = "request-lane"
urlpatterns = [
    path("", lane.show, name="first"),
    path("fraud/recall/", lane.recall_of_bank, name="recall"),
    path("fraud/resolution/<slug:matter_id>/", lane.resolution_of_bank, name="resolution"),
    path("threat/", threat.form, name="threat"),
    path("threat/sent/", threat.sent, name="threat-sent"),
    path("<slug:name>/", lane.show, name="one"),
]
