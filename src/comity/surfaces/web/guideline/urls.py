"""Addresses of the joint texts.

    /guidelines/                                    every text, and where it stands
    /guidelines/languages/                          what can be read in which language
    /guidelines/shipped/…                           the guideline that comes with comity
    /guidelines/calendars/                          make the calendar of a country
    /guidelines/<arrangement>/<name>/               one text: its versions, what was said
    …/propose/                                      propose, or counter ?counters=
    …/periods/                                      the periods of the guideline, as a table to edit
    …/difference/?old=&new=                         what changed
    …/versions/<hash>/                              one version, for reading; also types/<id>/,
                                                    whole/, yaml
    …/proposals/<id>/<verb>/                        adopt, decline, withdraw, leave

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.guideline import calendars, periods, read, say

app_name = "guideline"
_TEXT = "<slug:arrangement>/<str:name>/"
_VERSION = f"{_TEXT}versions/<slug:part>/"
urlpatterns = [
    path("", read.listing, name="texts"),
    path("languages/", read.languages, name="languages"),
    path("calendars/", calendars.make, name="calendar"),
    path("shipped/", read.shipped, name="shipped"),
    path("shipped/whole/", read.shipped_whole, name="shipped-whole"),
    path("shipped/yaml", read.shipped_yaml, name="shipped-yaml"),
    path("shipped/types/<slug:kind>/", read.shipped_type, name="shipped-type"),
    path(_TEXT, read.text, name="text"),
    path(f"{_TEXT}propose/", say.propose, name="propose"),
    path(f"{_TEXT}periods/", periods.edit, name="periods"),
    path(f"{_TEXT}difference/", read.difference, name="difference"),
    path(_VERSION, read.version, name="version"),
    path(f"{_VERSION}whole/", read.whole, name="whole"),
    path(f"{_VERSION}yaml", read.yaml, name="yaml"),
    path(f"{_VERSION}types/<slug:kind>/", read.type_of, name="type"),
    path(f"{_TEXT}proposals/<slug:part>/<slug:verb>/", say.say, name="say"),
]
