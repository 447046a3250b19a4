"""Addresses of the agencies.

    /agencies/                      who there is, here and at the partners
    /agencies/routing/              who gets what; ?type=&crime=&urgency= explains one
    /agencies/law/                  bases, instruments, questions for counsel, conditions
    /agencies/profile/              check, try and adopt a changed profile
    /agencies/profile/asked/        the one that waits for an auditor, as it was written
    /agencies/versions/<number>/yaml  one version as it was written

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.agency import adopt, change, views

app_name = "agency"
urlpatterns = [
    path("", views.agencies, name="agencies"),
    path("routing/", views.routing, name="routing"),
    path("law/", views.law, name="law"),
    path("profile/", change.change, name="change"),
    path("profile/asked/", adopt.asked, name="asked"),
    path("versions/<int:number>/yaml", views.yaml, name="yaml"),
]
