"""Addresses of the review.

    /reviews/                               figures of a period, with their charts
    /reviews/behind/?cell=…                 the requests behind a figure
    /reviews/annex/                         what this node alone knows beside them; never crosses
    /reviews/export.csv|export.json|pack    the same figures, to take along
    /reviews/snapshots/                     snapshots; POST: name one
    /reviews/snapshots/<id>/                one: what each side found, what differs, comments
    /reviews/snapshots/<id>/since/          the same period today: what moved, by which requests
    /reviews/snapshots/<id>/answer/         POST: compute it here, and answer
    /reviews/snapshots/<id>/comment/        POST: comment on a figure
    /reviews/snapshots/<id>/withdraw/       POST: take back our own

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.review import annex, changes, money, snapshots, views

app_name = "review"
urlpatterns = [
    path("", views.shown, name="figures"),
    path("behind/", views.behind, name="behind"),
    path("annex/", annex.shown, name="annex"),
    path("money/", money.shown, name="money"),
    path("export.<str:form>", views.export, name="export"),
    path("snapshots/", snapshots.listing, name="snapshots"),
    path("snapshots/<slug:snapshot_id>/", snapshots.one, name="one"),
    path("snapshots/<slug:snapshot_id>/since/", changes.shown, name="since"),
    path("snapshots/<slug:snapshot_id>/answer/", snapshots.answer, name="answer"),
    path("snapshots/<slug:snapshot_id>/<slug:verb>/", snapshots.typed, name="say"),
]
