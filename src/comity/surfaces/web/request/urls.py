"""Addresses of requests.

    /requests/                        the list; every filter is a link, all of them a form
    /requests/list.<kind>             POST: the list as it is filtered, as a file
    /requests/filters/                POST: keep a filter by name; drop/ forgets one
    /requests/bulk/                   POST: what would be done with the chosen lines; then do it
    /requests/bulk/<key>/             what came of each
    /requests/<id>/                   one request: overview
    /requests/<id>/time-line/         both sides, and what never crosses
    /requests/<id>/clocks/            why each clock says what it says
    /requests/<id>/at-home/            the domestic file
    /requests/<id>/acts/<act>/        one act
    /requests/<id>/<verb>/            GET: the form of a verb; POST: say it
    /requests/<id>/continue/<way>/    POST: begin a request that saves what lapses
    /requests/<id>/desk/<step>/       GET: the form of a step at home; POST: take it
    /requests/<id>/evidence/…         attachments
    /requests/<id>/papers/…           proofs, letters, prints

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.request import (
    continuing,
    evidence,
    listing,
    listing_bulk,
    listing_export,
    listing_saved,
    pages,
    papers,
    say,
    step_form,
)

app_name = "request"
urlpatterns = [
    path("", listing.show, name="listing"),
    path("list.<slug:kind>", listing_export.export, name="listing-export"),
    path("filters/", listing_saved.save, name="filters"),
    path("filters/drop/", listing_saved.drop, name="drop-filter"),
    path("bulk/", listing_bulk.bulk, name="bulk"),
    path("bulk/<slug:key>/", listing_bulk.done, name="bulk-done"),
    path("waiting/<slug:draft_id>/", say.waiting, name="waiting"),
    path("<slug:matter_id>/", pages.overview, name="one"),
    path("<slug:matter_id>/time-line/", pages.time_line, name="time-line"),
    path("<slug:matter_id>/clocks/", pages.clocks, name="clocks"),
    path("<slug:matter_id>/at-home/", pages.home, name="home"),
    path("<slug:matter_id>/acts/<slug:act_id>/", pages.act, name="act"),
    path("<slug:matter_id>/desk/<slug:name>/", step_form.step, name="step"),
    path("<slug:matter_id>/continue/<slug:way>/", continuing.begin, name="continue"),
    path("<slug:matter_id>/evidence/", evidence.listing, name="evidence"),
    path("<slug:matter_id>/evidence/destroy/", evidence.destroy, name="destroy"),
    path("<slug:matter_id>/evidence/bag/", evidence.export, name="export"),
    path("<slug:matter_id>/evidence/<slug:sha256>/", evidence.take, name="take"),
    path(
        "<slug:matter_id>/evidence/<slug:sha256>/hand-over/", evidence.hand_over, name="hand-over"
    ),
    path("<slug:matter_id>/papers/", papers.papers, name="papers"),
    path("<slug:matter_id>/papers/print/", papers.printed, name="print"),
    path("<slug:matter_id>/papers/silence/<slug:party>/", papers.silence, name="silence"),
    path("<slug:matter_id>/papers/file.pdf", papers.file_pdf, name="file-pdf"),
    path("<slug:matter_id>/papers/<slug:act_id>/letter.pdf", papers.letter_pdf, name="letter"),
    path("<slug:matter_id>/papers/<slug:act_id>/proof/", papers.proof, name="proof"),
    path(
        "<slug:matter_id>/papers/<slug:act_id>/non-receipt/<slug:party>/",
        papers.non_receipt,
        name="non-receipt",
    ),
    path("<slug:matter_id>/<slug:name>/", say.say, name="say"),
]
