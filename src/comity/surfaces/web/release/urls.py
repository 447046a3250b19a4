"""Addresses of review and release.

    /release/                     what waits
    /release/law/<subject>/       what counsel decides, of a draft or a request
    /release/dry-run/             what another nation profile would have stopped
    /release/reviews/<act>/       review what one officer let out alone
    /release/<draft>/             four eyes; POST: approve, offer, send back, comment
    /release/<draft>/alone/       break the glass

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.release import law, views

app_name = "release"
urlpatterns = [
    path("", views.index, name="index"),
    path("law/<slug:subject>/", law.questions, name="law"),
    path("dry-run/", law.dry_run, name="dry-run"),
    path("reviews/<slug:act_id>/", views.review, name="review"),
    path("<slug:draft_id>/", views.one, name="one"),
    path("<slug:draft_id>/alone/", views.glass, name="alone"),
]
