"""What the templates of the desk and of the list say: time left, names by id, addresses.

    {% load duty %}
    {% countdown one.due_ms %}       <strong class="govuk-tag …">in 40 minutes</strong>
    {% since one.at_ms %}            12 minutes ago
    {% deadline one.by_ms %}         end of Tue 1 Dec (your time)
    {% request_address one.id %}     /requests/<id>/
    {% matter_address kind id %}     the page of a matter of any kind

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.node.desk import matter_lines
from comity.node.room import parties
from comity.surfaces.web import instants, words
from comity.surfaces.web.request import summary
from comity.surfaces.web.templatetags import desk

register = template.Library()

_ACKNOWLEDGE: Final = "acknowledge"


@register.simple_tag(takes_context=True)
def since(context: Context, at_ms: int) -> str:
    """Return how long ago an instant was, to the minute: of a part that is asked for again."""
    return instants.minutes_ago(at_ms, context["now_ms"])


@register.simple_tag(takes_context=True)
def countdown(context: Context, by_ms: int | None, age: str = "") -> SafeString:
    """Return how much time is left, as a tag with its colour; a dash where no clock runs.

    Args:
        context: of the page.
        by_ms: the first instant that is too late, or None.
        age: see `node.desk.matter_lines`; by the time alone where none is named.
    """
    age = age or matter_lines.age_of("", by_ms, context["now_ms"])
    if by_ms is None and age != matter_lines.WAITS:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    text = gettext("waits") if by_ms is None else instants.left(by_ms, context["now_ms"])
    return format_html(
        '<strong class="govuk-tag cm-tag cm-tag--{} cm-age--{}">{}</strong>',
        words.colour("age", age),
        age,
        text,
    )


@register.simple_tag(takes_context=True)
def deadline(context: Context, by_ms: int | None) -> SafeString:
    """Return until when something is in time; the exact instants in both zones on hover."""
    if by_ms is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    zones = context.get("zones") or instants.Zones()
    there = desk.there(zones, "")
    exact = [instants.local(by_ms, one) for one in dict.fromkeys((zones.own, there)) if one]
    said = gettext("too late from %(time)s") % {"time": " = ".join(exact)}
    text = instants.deadline(by_ms, context["now_ms"], zones.own)
    return format_html(
        '<time datetime="{}" class="cm-when" title="{}">{}</time>', instants.iso(by_ms), said, text
    )


@register.simple_tag
def acknowledging(shown: matter_lines.Shown | None) -> str:
    """Return where what arrived is acknowledged, or "" where that is not what is next."""
    if shown is None or shown.next_action != _ACKNOWLEDGE:
        return ""
    with suppress(NoReverseMatch):
        return reverse(f"{shown.row.matter.kind}:say", args=(shown.id, _ACKNOWLEDGE))
    return ""


@register.filter
def saving(matter_id: str) -> list[summary.Action]:
    """Return the buttons that save evidence which is about to lapse."""
    return [*summary.saving(matter_id)]


@register.simple_tag(takes_context=True)
def agency(context: Context, agency_id: str) -> SafeString:
    """Return the name of an agency of this State; its id where no profile says one."""
    names = (context.get("agencies") or {}).get(agency_id)
    return desk.named(names) if names else format_html("<bdi>{}</bdi>", agency_id)


@register.simple_tag(takes_context=True)
def party_of(context: Context, party_id: str) -> SafeString:
    """Return the name of a party that a page knows by its id."""
    return desk.party(parties.name_of(context.get("known") or {}, party_id))


def plain_name(names: Mapping[str, str]) -> str:
    """Return a name in the reader's language, or the nearest, without markup: for a choice."""
    short = desk.language_tag().partition("-")[0]
    return (
        names.get(desk.language_tag())
        or names.get(short)
        or names.get("en")
        or next(iter(names.values()), "")
    )


@register.filter
def marked(text: str, sought: str) -> SafeString:
    """Return a text with what was searched for marked, isolated from what is around it."""
    at = text.casefold().find(sought.casefold()) if sought else -1
    if at < 0 or len(text.casefold()) != len(text):
        return SafeString(f"<bdi>{escape(text)}</bdi>")
    end = at + len(sought)
    return format_html("<bdi>{}<mark>{}</mark>{}</bdi>", text[:at], text[at:end], text[end:])


@register.filter
def item(found: Mapping[str, object], key: str) -> object:
    """Return the value of a key, or None."""
    return found.get(key)


@register.simple_tag
def request_address(matter_id: str) -> str:
    """Return where the page of one request stands."""
    return matter_address("request", matter_id)


@register.simple_tag
def matter_address(kind: str, matter_id: str) -> str:
    """Return where the page of a matter stands; each room calls it `one`."""
    return _first_of(((f"{kind}:one", (matter_id,)), ("health:matter", (kind, matter_id))))


@register.simple_tag
def draft_address(draft_id: str) -> str:
    """Return where a draft is read and approved."""
    return _first_of((("release:one", (draft_id,)), ("draft:one", (draft_id,)), ("duty:desk", ())))


def _first_of(pages: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Return the address of the first page that there is."""
    for name, args in pages:
        with suppress(NoReverseMatch):
            return reverse(name, args=args)
    raise AssertionError("the last page of these is always there")
