"""Addresses of contact points.

    /contacts/                          those of every State
    /contacts/publish/                  publish those of this State
    /contacts/<party>/                  those of one, proved or not
    /contacts/<party>/sheet/            its code sheet, to print it
    /contacts/<party>/cards.vcf         for an address book
    /contacts/<party>/<verb>/           say something of them: see `verbs`

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.contact import views

app_name = "contact"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("publish/", views.publish, name="publish"),
    path("<slug:party>/", views.one, name="one"),
    path("<slug:party>/sheet/", views.sheet, name="sheet"),
    path("<slug:party>/cards.vcf", views.cards, name="cards"),
    path("<slug:party>/<slug:verb>/", views.say, name="say"),
]
