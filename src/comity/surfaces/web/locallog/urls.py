"""Addresses of the local log.

    /local-log/            steps; ?step=, ?text=, ?from_day=, ?to_day=, ?before=
    /local-log/<index>/    one step with its proof
    /local-log/export/     POST: the file for an auditor, with the facts that they disclose
    /local-log/policy      by which keys it is verified

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.locallog import views

app_name = "locallog"
urlpatterns = [
    path("", views.steps, name="steps"),
    path("export/", views.export, name="export"),
    path("policy", views.policy, name="policy"),
    path("<int:index>/", views.step, name="step"),
]
