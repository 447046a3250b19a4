"""Addresses of the joint texts.

    /guidelines/                                    every text, and where it stands
    /guidelines/languages/                          what can be read in which language
    /guidelines/shipped/…                           the guideline that comes with comity
    /guidelines/calendars/                          make the calendar of a country
    /guidelines/<arrangement>/<name>/               one text: its versions, what was said
    …/propose/                                      propose, or counter ?counters=
    …/difference/?old=&new=                         what changed
    …/versions/<hash>/                              one version, for reading; also types/<id>/,
                                                    whole/, yaml
    …/proposals/<id>/<verb>/                        adopt, decline, withdraw, leave

Floor: surfaces.
"""

from django.urls import path

from comity.surfaces.web.guideline import acting, calendars, reading

app_name = "guideline"
_TEXT = "<slug:arrangement>/<str:name>/"
_VERSION = f"{_TEXT}versions/<slug:part>/"
urlpatterns = [
    path("", reading.listing, name="texts"),
    path("languages/", reading.languages, name="languages"),
    path("calendars/", calendars.make, name="calendar"),
    path("shipped/", reading.shipped, name="shipped"),
    path("shipped/whole/", reading.shipped_whole, name="shipped-whole"),
    path("shipped/yaml", reading.shipped_yaml, name="shipped-yaml"),
    path("shipped/types/<slug:kind>/", reading.shipped_type, name="shipped-type"),
    path(_TEXT, reading.text, name="text"),
    path(f"{_TEXT}propose/", acting.propose, name="propose"),
    path(f"{_TEXT}difference/", reading.difference, name="difference"),
    path(_VERSION, reading.version, name="version"),
    path(f"{_VERSION}whole/", reading.whole, name="whole"),
    path(f"{_VERSION}yaml", reading.yaml, name="yaml"),
    path(f"{_VERSION}types/<slug:kind>/", reading.type_of, name="type"),
    path(f"{_TEXT}proposals/<slug:part>/<slug:verb>/", acting.say, name="say"),
]
