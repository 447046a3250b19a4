"""Addresses of what is done with shares at home, and of giving.

    /shares/give/                     give: see what would leave, then let it
    /shares/<id>/add/                 add to a share, likewise
    /shares/figures/                  what sharing came to, both ways
    /shares/pack/                     what a meeting of experts has before it
    /shares/sources/                  feeds and lists; POST adds one
    /shares/sources/<id>/<verb>/      POST: pull, end
    /shares/consumers/                programs that fetch; POST lets one fetch
    /shares/consumers/<id>/<verb>/    POST: networks, confirm, link, renew, end

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.share import consumers, figures, giving, sources

app_name = "threat"
urlpatterns = [
    path("give/", giving.give, name="give"),
    path("figures/", figures.figured, name="figures"),
    path("pack/", figures.packed, name="pack"),
    path("sources/", sources.listing, name="sources"),
    path("sources/<slug:source>/pull/", sources.pull, name="pull"),
    path("sources/<slug:source>/end/", sources.end, name="end-source"),
    path("consumers/", consumers.listing, name="consumers"),
    path("consumers/<slug:consumer>/networks/", consumers.networks, name="networks"),
    path("consumers/<slug:consumer>/confirm/", consumers.confirm, name="confirm"),
    path("consumers/<slug:consumer>/link/", consumers.link, name="link"),
    path("consumers/<slug:consumer>/renew/", consumers.renew, name="renew"),
    path("consumers/<slug:consumer>/end/", consumers.end, name="end-consumer"),
    path("<slug:share>/add/", giving.add, name="add"),
]
