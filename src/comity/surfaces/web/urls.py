"""Addresses of the officers' pages: one module a room.

    /               my desk; /desk/... what belongs to it; /events what is new on it
    /requests/...   requests
    /node/...       how the node stands
    /drafts/...     requests being written, drafts, templates
    /release/...    review, counsel, four eyes
    /requests/...   requests, and one request
    /lanes/...      requests of one kind of measure, with its steps and sums
    /account/...    who signs in
    /guidelines/... joint texts
    /agencies/...   the nation profile: agencies, routing, law
    /local-log/...  what was done here
    /api/           what programs call, as a page; beneath it are no pages
    /settings/...   tokens, webhooks, notices by mail
    /outside/...    guests, who are no officers
    /exercise/...   entering and leaving an exercise
    /shares/...     giving, sources and consumers; what else is said of a share, its verbs say
    /participants/... banks, platforms and providers at home, and their tasks
    /cases/...      requests of one investigation, and the joint status report
    /contacts/...   contact points of each State, proved or not
    /reviews/...    figures of how timely and how good responses were; snapshots
    /partners/...   pairing, cards, logs, what has not arrived
    /uploads/...    files on their way in, for the script of the desk
    /health         for a supervisor: whether it answers
    /ready          the same: whether all moves
    /language       POST: choose a language
    /static/<path>  style and script

Floor: surfaces.
"""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from comity.surfaces.web import static_files, views
from comity.surfaces.web.account import views as account
from comity.surfaces.web.duty import views as duty
from comity.surfaces.web.reference import views as reference

register_converter(static_files.AssetConverter, "asset")
urlpatterns = [
    path("", duty.desk, name="first"),
    path("", include("comity.surfaces.web.duty.urls")),
    path("requests/", include("comity.surfaces.web.request.urls")),
    path("lanes/", include("comity.surfaces.web.request.lane_urls")),
    path("node/", include("comity.surfaces.web.health.urls")),
    path("drafts/", include("comity.surfaces.web.request.draft.urls")),
    path("release/", include("comity.surfaces.web.release.urls")),
    path("account/", include("comity.surfaces.web.account.urls")),
    path("uploads/", include("comity.surfaces.web.upload.urls")),
    path("health", login_not_required(views.alive), name="alive"),
    path("ready", login_not_required(views.ready), name="ready"),
    path("language", login_not_required(set_language), name="language"),
    path("static/<asset:asked>", login_not_required(static_files.serve), name="static"),
    path("guidelines/", include("comity.surfaces.web.guideline.urls")),
    path("agencies/", include("comity.surfaces.web.agency.urls")),
    path("reviews/", include("comity.surfaces.web.review.urls")),
    path("contacts/", include("comity.surfaces.web.contact.urls")),
    path("exercise/", include("comity.surfaces.web.exercise.urls")),
    path("shares/", include("comity.surfaces.web.share.urls")),
    path("participants/", include("comity.surfaces.web.participant.urls")),
    path("cases/", include("comity.surfaces.web.case.urls")),
    path("partners/", include("comity.surfaces.web.partner.urls")),
    path("local-log/", include("comity.surfaces.web.locallog.urls")),
    path("outside/", include("comity.surfaces.web.outside.urls")),
    path("api/", reference.calls, name="api-calls"),
    path("settings/", include("comity.surfaces.web.setting.urls")),
]
handler400 = views.malformed
handler403 = views.forbidden
handler404 = views.not_found
handler429 = account.too_many
handler500 = views.broken
