"""What templates may say beyond Django: names, codes, instants.

    {% party line.asker %}                <bdi lang="en">State A</bdi>
    {% tag "log" log.state %}             <strong class="govuk-tag …">in use</strong>
    {% when log.head_at_ms %}             <time datetime="…">…</time> <span>3 minutes ago</span>
    {% when act.at_ms party="sy" %}       the same, with what o'clock it was at that party
    {{ matter.words|said }}               a word of a room
    {% asset "desk.css" %}                /static/4be08f1f9c2d/desk.css

What a person or a peer wrote stands in <bdi>, so that no name reorders what is around it.

Floor: surfaces.
"""

import re
from collections.abc import Mapping
from typing import Final

from django import template
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from comity.acts.verb import Both
from comity.joint.arrangement import view
from comity.kernel import legal_text
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem
from comity.node.base.sentence import Coded, Sentence
from comity.node.operate.overview.notice import Notice
from comity.node.room.parties import PartyName
from comity.surfaces.web import instants, next_step, static_files, words
from comity.surfaces.web.forms import Refused

register = template.Library()

_TAGS: Final[Mapping[str, str]] = {"en": "en", "zh-hans": "zh-Hans"}
"""Django's codes of languages, as BCP 47 spells them."""

_BREAK_CHARS: Final = 8


def _language() -> str:
    return _TAGS.get(get_language() or "en", "en")


@register.simple_tag
def language_tag(code: str = "") -> str:
    """Return a language as `lang` attributes spell it; the reader's own by default."""
    return _TAGS.get(code, code) if code else _language()


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of style, script or a picture; see `static_files`."""
    return static_files.address(path)


@register.filter
def named(names: Mapping[str, str]) -> SafeString:
    """Return a name in the reader's language, or the nearest, isolated and marked."""
    if not names:
        return SafeString()
    text = view.name_in(names, _language())
    tag = next(tag for tag, name in names.items() if name == text)
    return format_html('<bdi lang="{}">{}</bdi>', tag, text)


@register.simple_tag
def party(one: PartyName | None) -> SafeString:
    """Return a party's name, or its id where no card says one; a dash for nobody."""
    if one is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    return named(one.names) or format_html("<bdi>{}</bdi>", one.id)


@register.filter
def said(both: Mapping[str, str]) -> str:
    """Return words of a room or a joint text in the reader's language, or in one that it has."""
    return legal_text.word(both, _language()) or legal_text.word(both, "en")


@register.filter
def word(code: str, group: str) -> str:
    """Return a code in words."""
    return words.word(group, code)


@register.filter
def status_said(words: Mapping[str, Both], status: str) -> str:
    """Return what a status is called in the reader's language, or the status itself."""
    return said(words[status]) if status in words else status


@register.filter
def purpose(channel_name: str) -> str:
    """Return what a channel is for: every name but two is that of an exercise."""
    if channel_name in words.PURPOSE:
        return words.word("purpose", channel_name)
    return gettext("Exercise %(name)s") % {"name": channel_name}


@register.filter
def purpose_class(channel_name: str) -> str:
    """Return the word by which the style sheet colours a channel."""
    return channel_name if channel_name in words.PURPOSE else "exercise"


@register.simple_tag
def tag(group: str, code: str, text: str = "") -> SafeString:
    """Return a code as a tag: always a word, and a colour beside it."""
    said_as = conditional_escape(text or words.word(group, code))
    colour = words.colour(group, code)
    return SafeString(f'<strong class="govuk-tag cm-tag cm-tag--{colour}">{said_as}</strong>')


@register.simple_tag(takes_context=True)
def when(context: Context, at_ms: int | None, party: str = "") -> SafeString:
    """Return an instant in the reader's zone and how long ago it was; a dash for never.

    Args:
        context: of the page.
        at_ms: the instant.
        party: whose clock is told beside it, on hover and to who listens; where none is named,
            that of the other party, if there is but one.
    """
    if at_ms is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    ago = escape(instants.relative(at_ms, context["now_ms"]))
    return SafeString(f'{clock_time(context, at_ms, party)} <span class="cm-ago">{ago}</span>')


@register.simple_tag(takes_context=True)
def day(context: Context, at_ms: int | None) -> SafeString:
    """Return the day of an instant in the reader's zone, and no time of it; a dash for never."""
    if at_ms is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    zones = context.get("zones") or instants.Zones()
    at = escape(instants.local(at_ms, zones.own)[: len("2026-11-24")])
    return SafeString(f'<time datetime="{at}" class="gl-day">{at}</time>')


@register.simple_tag(takes_context=True)
def clock_time(context: Context, at_ms: int | None, party: str = "") -> SafeString:
    """Return an instant in the reader's zone alone; see `when`."""
    if at_ms is None:
        return SafeString("–")  # noqa: RUF001 -- the dash of an empty cell
    zones = context.get("zones") or instants.Zones()
    return time_in(at_ms, zones.own, there(zones, party))


def time_in(at_ms: int, zone: str, other: str) -> SafeString:
    """Return an instant in a zone, and beside it what o'clock it was in another.

    Args:
        at_ms: the instant.
        zone: IANA name of the reader's.
        other: of the other party's, or "".
    """
    own, at = instants.local(at_ms, zone), instants.iso(at_ms)
    theirs = instants.local(at_ms, other) if other else own
    if theirs == own:
        return SafeString(f'<time datetime="{at}" class="cm-when">{own}</time>')
    said = escape(gettext("there: %(time)s") % {"time": theirs})
    return SafeString(
        f'<time datetime="{at}" class="cm-when" title="{said}">{own}</time>'
        f' <span class="cm-there">({said})</span>'
    )


def brief_in(at_ms: int, now_ms: int, zone: str, other: str) -> SafeString:
    """Return an instant to the minute; on hover or focus the whole of it, here and there."""
    own, at = instants.local(at_ms, zone), instants.iso(at_ms)
    theirs = instants.local(at_ms, other) if other else own
    there_too = "" if theirs == own else "; " + gettext("there: %(time)s") % {"time": theirs}
    whole = escape(own + there_too)
    return SafeString(
        f'<time datetime="{at}" class="cm-when" title="{whole}">'
        f"{escape(instants.brief(at_ms, now_ms, zone))}</time>"
        f' <span class="cm-there">({whole})</span>'
    )


def written_in(at_ms: int, zone: str, text: str) -> SafeString:
    """Return an instant that an officer wrote: in a zone, and as they wrote it if that is another.

    Who asks a provider goes by it, so it is told to the eye and on paper, not on hover alone.
    """
    own = time_in(at_ms, zone, "")
    if instants.local(at_ms, zone).startswith(text[: len("2026-11-24T09:12:00")].replace("T", " ")):
        return own
    said = gettext("(as written: %(time)s)") % {"time": text}
    return format_html('{} <bdi class="cm-dim">{}</bdi>', own, said)


def there(zones: instants.Zones, party: str) -> str:
    """Return the zone of a party, or of the only other one; "" where none is known."""
    others = zones.others
    if party:
        return others.get(party, "")
    names = set(others.values())
    return names.pop() if len(names) == 1 else ""


@register.simple_tag(takes_context=True)
def age(context: Context, at_ms: int | None) -> str:
    """Return how long something has lasted."""
    if at_ms is None:
        return gettext("not signed yet")
    return instants.span(max(0, (context["now_ms"] - at_ms) // 1_000))


@register.filter
def seconds(ms: int | None) -> str:
    """Return a difference of clocks."""
    if ms is None:
        return gettext("not measured")
    return gettext("%(n)s s") % {"n": f"{ms / 1_000:+.1f}"}


@register.filter
def breaking(text: str) -> SafeString:
    """Return a hash or an id that a narrow screen may break."""
    parts = [text[at : at + _BREAK_CHARS] for at in range(0, len(text), _BREAK_CHARS)]
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in parts))


@register.filter
def anchor(field: BoundField) -> str:
    """Return the id of what a reader who follows an error comes to: of choices, the first."""
    if not field.use_fieldset:
        return str(field.auto_id)
    first = next((one.id_for_label for one in field.subwidgets), "")
    return first or str(field.auto_id)


@register.simple_tag
def told(no: Inadmissible | Fault | Problem) -> SafeString:
    """Return what is wrong and what to do: in the reader's language, and as the node said it.

    The node's own sentences are English and hold the values; they stand beneath.
    """
    code = no.code if isinstance(no, Fault) else no.rule
    said_as = format_html('<bdi lang="en">{} {}</bdi>', no.what, next_step.step(no.fix))
    if not isinstance(no, Problem):  # a problem has its place instead
        said_as = format_html('{} <code class="cm-code">{}</code>', said_as, code)
    translated = words.error(code)
    if translated is None:
        return said_as
    return format_html('{} <span class="cm-told">{}</span>', translated, said_as)


@register.simple_tag
def alarm(code: str, what: str) -> SafeString:
    """Return an alarm that stands: in the reader's language, and as the node said it."""
    said_as = format_html('<code class="cm-code">{}</code> <bdi lang="en">{}</bdi>', code, what)
    translated = words.error(code)
    return said_as if translated is None else format_html("{}<br>{}", translated, said_as)


@register.simple_tag
def wrong(error: ValidationError) -> SafeString:
    """Return what is wrong with a field or a form, told as `told` does where the node said it."""
    if isinstance(error, Refused):
        return told(error.no)
    return format_html_join(SafeString(" "), "{}", ((text,) for text in error.messages))


@register.simple_tag
def notice_title(one: Notice) -> SafeString:
    """Return what is not in order."""
    return format_html(str(words.told(one).title), party=party(one.party))


@register.filter
def notice_step(one: Notice) -> str:
    """Return what to do next."""
    return str(words.told(one).step)


@register.filter
def party_name(one: PartyName) -> SafeString:
    """Return a party's name, to stand inside a sentence."""
    return party(one)


_COMMAND: Final = re.compile("`([^`]+)`")
_REQUEST: Final = re.compile(r"\b(Request) ([a-z2-7]{26})\b")
_SHORT_CHARS: Final = 8


@register.filter
def with_commands(text: str) -> SafeString:
    """Return a sentence of the node with its commands as code."""
    parts = _COMMAND.split(text)
    said_as = [
        format_html('<code class="cm-code">{}</code>', part) if at % 2 else format_html("{}", part)
        for at, part in enumerate(parts)
    ]
    return format_html_join("", "{}", ((part,) for part in said_as))


@register.filter
def node_said(text: str) -> SafeString:
    """Return what the node said, in the reader's language where it can be said in it."""
    if isinstance(text, Coded):
        return _fault_said(text)
    if not isinstance(text, Sentence):
        return format_html('<bdi lang="en">{}</bdi>', with_commands(text))
    facts = {
        name: _inside(fact) if isinstance(fact, Sentence | Coded) else fact
        for name, fact in text.facts.items()
    }
    template = with_commands(gettext(text.template))
    return format_html(template, **facts) if facts else template


def _inside(fact: Sentence | Coded) -> SafeString:
    """Return what stands within a sentence of the node: a fault without its facts."""
    known = words.error(fact.code) if isinstance(fact, Coded) else None
    if isinstance(fact, Coded) and known is not None:
        return format_html('{} <code class="cm-code">{}</code>', known, fact.code)
    return node_said(fact)


def _fault_said(text: Coded) -> SafeString:
    """Return what a fault or an alarm said: what its code means, with the facts beneath."""
    facts = format_html(
        '<bdi lang="en">{}</bdi> <code class="cm-code">{}</code>',
        _with_request(text.what),
        text.code,
    )
    known = words.error(text.code)
    if known is None:
        return facts
    return format_html('{} <span class="cm-told">{}</span>', known, facts)


def _with_request(text: str) -> SafeString:
    """Return a sentence of the node, with a link to the request that it names."""
    named = _REQUEST.search(text)
    if named is None:
        return with_commands(text)
    return format_html(
        '{}<a class="govuk-link" href="{}">{}</a>{}',
        with_commands(text[: named.start()]),
        reverse("health:matter", args=(named[1].lower(), named[2])),
        text[named.start() : named.start(2) + _SHORT_CHARS],
        with_commands(text[named.end() :]),
    )
