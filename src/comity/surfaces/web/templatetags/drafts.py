"""What templates of drafts may say: parties, acts and types by name, plain values, languages.

    {% party_of names "sn" %}          <bdi lang="en">State B</bdi>
    {% agency_of offices "sn" "moj" %} <bdi lang="en">Ministry of Justice</bdi>
    {% act_label act.tag %}            Answer
    {% type_label types "content" %}   Stored content
    {% fact_time fact %}               <time …>…</time> (as written: 2026-11-24T09:12:00Z)
    {% plain change.before %}          a value of JSON, as text

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Both
from comity.joint.arrangement.fields import Names
from comity.kernel.ijson import Json
from comity.node.base.rooms import Rooms
from comity.node.room.parties import PartyName
from comity.surfaces.web import desk as desks
from comity.surfaces.web import instants, words
from comity.surfaces.web.release.content import Fact
from comity.surfaces.web.request import value_words
from comity.surfaces.web.request.value_words import Vocabulary
from comity.surfaces.web.templatetags import desk

register = template.Library()

_LANGUAGES: Final[Mapping[str, Promise]] = {"en": _("English"), "zh": _("Chinese")}
_LINES_MAX: Final = 2_000


@register.simple_tag
def party_of(names: Mapping[str, PartyName], party_id: str) -> SafeString:
    """Return the name of a party."""
    return desk.party(names.get(party_id) or PartyName(party_id, {}, is_own=False))


@register.simple_tag
def agency_of(offices: Mapping[str, Mapping[str, Names]], party_id: str, agency: str) -> SafeString:
    """Return the name of an agency of any party; its id where no card names it."""
    named = desk.named(offices.get(party_id, {}).get(agency, {}))
    return named or format_html("<bdi>{}</bdi>", agency)


def label(rooms: Rooms, tag: str) -> Both | None:
    """Return what an act of a tag is called, in the words of the table of its room."""
    found = (room.table.label(tag) for room in rooms.values() if room.table is not None)
    return next(filter(None, found), None)


@register.simple_tag(takes_context=True)
def act_label(context: Context, tag: str) -> SafeString:
    """Return what an act is; one that has no word by its tag."""
    request = context.get("request")
    words = label(desks.of(request).node.rooms, tag) if request else None
    return format_html("{}", desk.said(words)) if words else format_html("<bdi>{}</bdi>", tag)


@register.simple_tag(takes_context=True)
def fact_time(context: Context, fact: Fact) -> SafeString:
    """Return the instant of a fact, and as it was written where an officer wrote it."""
    assert fact.at_ms is not None
    zones = context.get("zones") or instants.Zones()
    if value_words.instant_ms(fact.value) is None:
        return desk.clock_time(context, fact.at_ms)
    return desk.written_in(fact.at_ms, zones.own, fact.value)


@register.simple_tag
def role_label(code: str) -> str:
    """Return a role in words."""
    return words.word("role", code)


@register.simple_tag
def type_label(types: Mapping[str, Mapping[str, str]], code: str) -> SafeString:
    """Return what a request asks for; a type that no guideline here has by its code."""
    named = types.get(code)
    return format_html("{}", desk.said(named)) if named else format_html("<bdi>{}</bdi>", code)


@register.simple_tag
def element_label(vocabulary: Vocabulary, element_id: str) -> SafeString:
    """Return what an element is called."""
    element = vocabulary.elements.get(element_id) if vocabulary else None
    if element is None:
        return format_html("<bdi>{}</bdi>", element_id)
    return format_html("{}", desk.said(element.label))


@register.simple_tag
def language_name(tag: str) -> SafeString:
    """Return a language by its name, or its tag."""
    known = _LANGUAGES.get(tag.partition("-")[0])
    return format_html("{}", known) if known else format_html("<bdi>{}</bdi>", tag)


@register.simple_tag
def request_link(matter_id: str) -> SafeString:
    """Return a link to a request."""
    try:
        address = reverse("request:one", args=(matter_id,))
    except NoReverseMatch:
        return format_html('<bdi class="cm-code">{}</bdi>', matter_id[:8])
    return format_html(
        '<a class="govuk-link" href="{}"><bdi class="cm-code">{}</bdi></a>', address, matter_id[:8]
    )


@register.simple_tag
def plain(value: Json) -> SafeString:
    """Return a value as text, each part on a line of its own; a dash for none."""
    if value is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    text = "\n".join(_lines(value))
    cut = text if len(text) <= _LINES_MAX else f"{text[:_LINES_MAX]}…"
    return format_html('<span class="cm-said"><bdi>{}</bdi></span>', cut)


def _lines(value: Json, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [each for name, one in value.items() for each in _lines(one, f"{path}{name}: ")]
    if isinstance(value, list):
        return [each for one in value for each in _lines(one, path)]
    return [f"{path}{value}"]


@register.filter
def chosen_agency(data: Mapping[str, str], party_id: str) -> str:
    """Return the agency that a form has sent for a party."""
    return str(data.get(f"agency:{party_id}", ""))
