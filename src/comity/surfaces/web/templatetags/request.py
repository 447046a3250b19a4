"""What templates of a request say beyond those of the desk: values, marks, steps at home.

    {% value element.value %}      text in <bdi>, lists and fields as lists, codes in words
    {% value said element.id %}    where it is known which element says it
    {% elements act.elements %}    values by element
    {{ words|worded }}             words of a guideline in the reader's language

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.clocks import clock
from comity.clocks import words as clock_words
from comity.joint.guideline.model import Guideline
from comity.kernel.ijson import Json
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import instants
from comity.surfaces.web.request import language, summary, value_words
from comity.surfaces.web.templatetags.desk import written_in

register = template.Library()
register.filter("to_other", summary.to_other)

_DEEP: Final = 12
"""Levels of a value that are shown one in another; a peer may nest more."""

STEP: Final[Mapping[str, Promise]] = {
    "begun": _("began an inquiry"),
    "marked": _("said whether it is cross-border"),
    "linked": _("linked an inquiry to it"),
    "routed": _("gave it to an agency"),
    "declined": _("said that it is not for the agency"),
    "term-set": _("set a domestic term"),
    "assigned": _("assigned it"),
    "accepted": _("took it"),
    "returned": _("gave it back"),
    "finished": _("said that the part is done"),
    "noted": _("wrote a note"),
    "task-added": _("added a task"),
    "task-done": _("finished a task"),
    "advice-asked": _("asked another agency"),
    "advice-given": _("answered a question"),
}
PART: Final[Mapping[str, Promise]] = {
    "routed": _("with the agency"),
    "assigned": _("assigned"),
    "accepted": _("taken"),
    "declined": _("declined"),
    "done": _("done"),
    "left": _("given to others"),
}
CUSTODY: Final[Mapping[str, Promise]] = {
    "sealed": _("sealed"),
    "read": _("read"),
    "copied": _("taken as a copy"),
    "exported": _("exported"),
    "handed-over": _("handed over"),
    "destroyed": _("destroyed"),
}
BODY: Final[Mapping[str, Promise]] = {
    "held": _("here"),
    "missing": _("still on its way"),
    "damaged": _("does not open"),
    "destroyed": _("destroyed"),
    "away": _("here; its store does not answer now"),
}
ELEMENT: Final[Mapping[str, Promise]] = {
    "given": _("given"),
    "missing": _("missing"),
    "advised": pgettext_lazy("an element", "not given"),
    "wrong": _("wrong"),
    "vague": _("vague"),
    "overbroad": _("too broad"),
    "no-link": _("no link"),
    "no-legal-basis": _("no legal basis"),
    "wrong-addressee": _("wrong addressee"),
    "translation": _("translation"),
}
ITEM: Final[Mapping[str, Promise]] = {
    "open": _("open"),
    "partial": _("given in part"),
    "refused": _("refused"),
    "answered-in-part": _("answered in part"),
    "answered": _("answered"),
}
ROUTE: Final[Mapping[str, Promise]] = {
    "rule": _("a rule of the nation profile says so"),
    "no-rule-fits": _("no rule fits; it stays at the contact point"),
    "crime-type-unknown": _("the type of crime is not known; it stays at the contact point"),
    "no-profile": _("no nation profile is in force"),
    "by-hand": _("an officer decided"),
    "acknowledged": _("an officer of it acknowledged the emergency"),
    "fits": _("fits"),
    "field": _("does not fit"),
    "earlier-rule": _("an earlier rule fits"),
}
_GROUPS: Final = {
    "step": STEP,
    "part": PART,
    "custody": CUSTODY,
    "body": BODY,
    "element": ELEMENT,
    "item": ITEM,
    "route": ROUTE,
}
_COLOURS: Final[Mapping[str, Mapping[str, str]]] = {
    "body": {"held": "good", "missing": "warn", "damaged": "bad"},
    "element": {"given": "good", "missing": "bad", "wrong": "bad"},
    "item": {
        "open": "note",
        "partial": "note",
        "refused": "warn",
        "answered-in-part": "good",
        "answered": "good",
    },
    "part": {"routed": "warn", "assigned": "note", "accepted": "note", "done": "good"},
    "clock": {
        clock.RUNNING: "note",
        clock.DUE_SOON: "warn",
        clock.OVERDUE: "bad",
        clock.MET: "good",
        clock.MISSED: "bad",
        clock.LAPSED: "warn",
    },
}


@register.filter
def worded(words: Mapping[str, str]) -> str:
    """Return words of a guideline or a room in the reader's language."""
    return language.word(words)


@register.filter
def of(code: str, group: str) -> str:
    """Return a code of a group in words; an unknown one as it is."""
    return str(_GROUPS[group].get(code, code))


@register.simple_tag
def state(group: str, code: str) -> SafeString:
    """Return a code as a tag: a word, and a colour beside it."""
    text = clock_words.STATUSES[code][language.short()] if group == "clock" else of(code, group)
    colour = _COLOURS.get(group, {}).get(code, "warn" if group == "element" else "plain")
    return format_html('<strong class="govuk-tag cm-tag cm-tag--{}">{}</strong>', colour, text)


@register.simple_tag(takes_context=True)
def value(context: Context, one: Json, element: str = "") -> SafeString:
    """Return a value that an officer wrote, as text, list or fields, each isolated.

    Args:
        context: of the page, with the request that it is of.
        one: the value.
        element: which element it is of, or "".
    """
    if element and isinstance(one, str):
        one = value_words.choice(_guideline(context), element, one)
    return _value(one, _zone(context))


@register.simple_tag(takes_context=True)
def elements(context: Context, found: Mapping[str, Json]) -> SafeString:
    """Return values by element, each under the guideline's word for it."""
    guideline = _guideline(context)
    rows = (
        (value_words.element(guideline, name), value(context, one, name))
        for name, one in found.items()
    )
    return _fields(rows)


def _guideline(context: Context) -> Guideline | None:
    found = context.get("found")
    return found.guideline if isinstance(found, Dossier) else None


def _zone(context: Context) -> str:
    zones = context.get("zones") or instants.Zones()
    return str(zones.own)


def _value(one: Json, zone: str, name: str = "", deep: int = 0) -> SafeString:
    if deep > _DEEP:
        return SafeString("…")
    if isinstance(one, Mapping):
        return _fields(
            (value_words.part(key), _value(each, zone, key, deep + 1))
            for key, each in value_words.ordered(one)
        )
    return _listed(one, zone, name, deep) if isinstance(one, list) else _plain(one, zone, name)


def _fields(rows: Iterable[tuple[str, SafeString]]) -> SafeString:
    body = format_html_join("", "<div><dt><bdi>{}</bdi></dt><dd>{}</dd></div>", rows)
    return format_html('<dl class="cm-value">{}</dl>', body)


def _listed(rows: list[Json], zone: str, name: str, deep: int) -> SafeString:
    if all(not isinstance(each, list | Mapping) for each in rows):
        plain = ((_plain(each, zone, name),) for each in rows)
        return format_html_join(pgettext("between words of a list", ", "), "{}", plain)
    body = format_html_join(
        "", "<li>{}</li>", ((_value(each, zone, name, deep + 1),) for each in rows)
    )
    return format_html('<ol class="cm-value">{}</ol>', body)


def _plain(one: Json, zone: str, name: str) -> SafeString:
    if one is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    if isinstance(one, bool):
        text = gettext("yes") if one else gettext("no")
    else:
        text = value_words.coded(name, str(one))
        at_ms = value_words.instant_ms(text)
        if at_ms is not None:
            return written_in(at_ms, zone, text)
    return format_html('<bdi class="cm-said">{}</bdi>', text)
