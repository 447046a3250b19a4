"""Addresses of the partners.

    /partners/                          every partner, and what is not in order with it
    /partners/pair/                     how two States pair; open an offer
    /partners/pair/compare/             POST a confirmation: the code; with the code: keep it
    /partners/channels/                 every channel, and for what
    /partners/channels/<arrangement>/<name>/end/   end one that was opened
    /partners/<party>/                  one partner
    /partners/<party>/retry/            POST: try again now
    /partners/<party>/logs/<origin>/freeze|thaw/   with a reason
    /partners/<party>/in/<arrangement>/give-up|take-back/   likewise
    /partners/<party>/in/<arrangement>/rooms/<room>/adopt/  POST: adopt a room

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.partner import channels, pairing, views

app_name = "partner"
urlpatterns = [
    path("", views.partners, name="partners"),
    path("pair/", pairing.pair, name="pair"),
    path("pair/open/", pairing.open_offer, name="open"),
    path("pair/compare/", pairing.compare, name="compare"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:arrangement>/<slug:name>/end/", channels.end, name="end-channel"),
    path("<slug:party>/", views.partner, name="partner"),
    path("<slug:party>/retry/", views.retry, name="retry"),
    path("<slug:party>/in/<slug:arrangement>/give-up/", views.give_up, name="give-up"),
    path("<slug:party>/in/<slug:arrangement>/take-back/", views.take_back, name="take-back"),
    path(
        "<slug:party>/in/<slug:arrangement>/rooms/<slug:room>/adopt/",
        views.adopt_room,
        name="adopt-room",
    ),
    path("<slug:party>/logs/<path:origin>/freeze/", views.freeze, name="freeze"),
    path("<slug:party>/logs/<path:origin>/thaw/", views.thaw, name="thaw"),
]
