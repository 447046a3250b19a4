"""Addresses of drafts.

    /drafts/                          what is being written, what waits
    /drafts/new/                      begin a request
    /drafts/templates/                what requests are begun from
    /drafts/kept/<draft>/change/      POST: change a kept draft
    /drafts/kept/<draft>/drop/        whether to throw it away; POST: throw it away
    /drafts/<worksheet>/              the form; POST: save
    /drafts/<worksheet>/check/        POST: save and check as one types
    /drafts/<worksheet>/preview/      what would cross; POST: keep or offer it
    /drafts/<worksheet>/template/     keep it as a template; …/use/ POST: begin from one
    /drafts/<worksheet>/drop/         whether to throw it away; POST: throw it away

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.request.draft import discard, edit, preview, views

app_name = "draft"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("templates/", views.templates, name="templates"),
    path("kept/<slug:draft_id>/change/", views.change, name="change"),
    path("kept/<slug:draft_id>/drop/", discard.draft, name="drop-draft"),
    path("<slug:worksheet_id>/", edit.one, name="one"),
    path("<slug:worksheet_id>/check/", edit.checked, name="check"),
    path("<slug:worksheet_id>/preview/", preview.preview, name="preview"),
    path("<slug:worksheet_id>/template/", views.keep_template, name="keep-template"),
    path("<slug:worksheet_id>/use/", views.use, name="use"),
    path("<slug:worksheet_id>/drop/", discard.sheet, name="drop"),
]
