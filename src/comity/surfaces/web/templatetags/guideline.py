"""What the pages of joint texts may say beyond the others: words side by side, lengths, events.

    {% both kind.label %}                 each language that is shown, in a block of its own
    {% inline kind.label %}               the same in one line
    {% both one|length_words %}           3 working days of the State that is asked
    {% sources one.sources %}             where it comes from, and what is still to be verified

The languages that are shown stand in the context as `shown`, the reader's first.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence

from django import template
from django.template import Context
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.clocks import days as numbers
from comity.clocks.calendar import OfficeHours
from comity.joint.guideline.diff_words import ARROW
from comity.joint.guideline.model import Approval, Asked, Guideline, Length, RequestType
from comity.joint.text import acts
from comity.kernel.legal_text import PUBLIC, UNVERIFIED, Sources, Words, word
from comity.kernel.printable import printable
from comity.node.base.rooms import text_called
from comity.node.room.calendars import PREFIX as _CALENDAR
from comity.node.room.parties import PartyName
from comity.surfaces.web import desk as desks
from comity.surfaces.web.guideline import clauses
from comity.surfaces.web.guideline.excerpt import Shortening
from comity.surfaces.web.templatetags import desk

register = template.Library()

_HOUR_MINUTES = 60


@register.simple_tag(takes_context=True)
def both(context: Context, words: Words) -> SafeString:
    """Return words in each language that is shown, each in a block of its own."""
    shown: Sequence[str] = context["shown"]
    parts = "".join(
        f'<bdi lang="{escape(one)}" class="gl-words">{escape(_fitted(context, words, one))}</bdi>'
        for one in shown
    )
    return SafeString(f'<span class="gl-both gl-both--{len(shown)}">{parts}</span>')


@register.simple_tag(takes_context=True)
def inline(context: Context, words: Words) -> SafeString:
    """Return words in each language that is shown, in one line; what says the same once."""
    said_once = {_fitted(context, words, one): one for one in reversed(context["shown"])}
    rows = ((tag, text) for text, tag in reversed(said_once.items()))
    return format_html_join(" · ", '<bdi lang="{}">{}</bdi>', rows)


def _fitted(context: Context, words: Words, language: str) -> str:
    """Return words in a language, as far as the page has place for them."""
    shortening: Shortening | None = context.get("shortening")
    text = word(words, language)
    return shortening.fitted(text) if shortening else text


@register.simple_tag(takes_context=True)
def sources(context: Context, given: Sources) -> SafeString:
    """Return where something comes from; what nobody has checked, or proposes, is marked."""
    rows = ((one.text, _standing(context, one.standing)) for one in given)
    return format_html(
        '<ul class="gl-sources">{}</ul>', format_html_join("", "<li><bdi>{}</bdi>{}</li>", rows)
    )


def _standing(context: Context, standing: str) -> SafeString:
    if standing == PUBLIC:
        return SafeString("")
    colour = "warn" if standing == UNVERIFIED else "note"
    words = inline(context, clauses.both(standing))
    return format_html(' <strong class="govuk-tag cm-tag cm-tag--{}">{}</strong>', colour, words)


@register.filter
def clean(text: str) -> str:
    """Return what another State wrote, without what steers."""
    return printable(text)


@register.filter
def length_words(one: Length) -> Words:
    """Return how long, in words."""
    return clauses.length(one)


@register.filter
def need_words(guideline: Guideline, asked: Asked) -> Words:
    """Return when an element is needed."""
    return clauses.need(guideline, asked)


@register.filter
def event_words(guideline: Guideline, names: Sequence[str]) -> Words:
    """Return what events are called."""
    return clauses.events(guideline, names)


@register.filter
def one_event(guideline: Guideline, name: str) -> Words:
    """Return what one event is called."""
    return clauses.events(guideline, (name,))


@register.simple_tag(takes_context=True)
def runs(
    context: Context, guideline: Guideline, kind: RequestType, clock_id: str, urgency: str
) -> SafeString:
    """Return how long a clock runs for a type at a level of urgency; a dash for not at all."""
    found = guideline.length(kind.id, clock_id, urgency)
    return both(context, clauses.length(found)) if found else SafeString("–")  # noqa: RUF001 -- the dash of an empty cell


@register.filter
def places(place: str) -> list[str]:
    """Return the parts of the place of a change."""
    return place.split(ARROW)


@register.filter
def reason_said(code: str) -> str:
    """Return why a proposal was declined or withdrawn, in the reader's language."""
    found = acts.DECLINALS.get(code) or acts.WITHDRAWALS.get(code)
    return desk.said(found) if found else code


@register.filter
def frame_words(code: str) -> Words:
    """Return a word of a text's frame."""
    return clauses.both(code)


@register.filter
def forbidden_words(codes: Sequence[str]) -> Words:
    """Return what a condition forbids."""
    return clauses.joined(clauses.both(one) for one in codes) if codes else clauses.NOTHING


@register.simple_tag(takes_context=True)
def act_words(context: Context, name: str) -> Words:
    """Return what an act does."""
    return clauses.act(desks.of(context["request"]).node.rooms, name)


@register.filter
def role_words(one: Approval) -> Words:
    """Return of which role one of those is who approve."""
    return clauses.roles(one)


@register.filter
def level_words(guideline: Guideline, urgencies: Sequence[str]) -> Words:
    """Return levels of urgency by their names."""
    labels = (guideline.urgencies[one].label for one in urgencies if one in guideline.urgencies)
    return clauses.joined(labels)


@register.filter
def got(rows: Mapping[str, object], key: str) -> object:
    """Return what a mapping has under a key, or None."""
    return rows.get(key)


@register.filter
def day_text(day: int) -> str:
    """Return a day of a calendar as ISO 8601."""
    return numbers.render_day(day)


@register.filter
def hours_text(hours: OfficeHours) -> str:
    """Return office hours as two times of the clock."""
    return f"{_clock(hours.opens_minute)}–{_clock(hours.closes_minute)}"  # noqa: RUF001 -- from one to the other


def _clock(minute: int) -> str:
    return f"{minute // _HOUR_MINUTES:02d}:{minute % _HOUR_MINUTES:02d}"


@register.filter
def offset_text(seconds: int) -> str:
    """Return what a wall shows less UTC."""
    return numbers.render_offset(seconds)


@register.simple_tag(takes_context=True)
def text_name(context: Context, name: str) -> SafeString:
    """Return what a joint text is, in the reader's words."""
    party = name.removeprefix(_CALENDAR)
    if party == name:
        request = context.get("request")
        text = text_called(desks.of(request).node.rooms, name) if request else None
        return format_html(
            "{}", desk.said(text.words) if text and text.words else gettext("Guideline")
        )
    return format_html(gettext("Working days of {party}"), party=_party(context, party))


@register.simple_tag(takes_context=True)
def party_of(context: Context, party: str) -> SafeString:
    """Return a party by its id, as every page writes it; the page has `parties`."""
    return _party(context, party)


def _party(context: Context, party: str) -> SafeString:
    name: PartyName | None = context["parties"].get(party)
    return desk.party(name) if name else format_html("<bdi>{}</bdi>", party)


@register.simple_tag(takes_context=True)
def parties_list(context: Context, many: Sequence[str]) -> SafeString:
    """Return several parties, or a dash."""
    found = [(_party(context, one),) for one in many]
    return format_html_join(gettext(", "), "{}", found) or SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
