"""The lines of the list of requests, written without a template.

Fifty lines of forty tags each took two thirds of the time of the page.  What is the same in many
lines (a status, a party, a type) is written once a page, and the cells have no classes of their
own: the style names them by their table.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.joint.request import acts
from comity.joint.request.verbs import BY_TAG
from comity.node.desk.matter_lines import Shown
from comity.node.room.parties import PartyName
from comity.rooms.request.excerpt import Excerpt
from comity.surfaces.web import instants
from comity.surfaces.web.templatetags import desk, duty, punctuation

_NOBODY: Final = "a" * 26
"""Stands for the id in addresses that are made once."""
_SHORT_CHARS: Final = 8
_DASH: Final = "–"  # noqa: RUF001 -- of an empty cell
_ACKNOWLEDGE: Final = BY_TAG[acts.ACKNOWLEDGED].name


@dataclass(frozen=True, slots=True)
class Page:
    """What the lines of one page have in common.

    Attributes:
        context: of its template: who reads, in which zone, and now.
        sought: what was searched for, or "".
        excerpts: `{id of a request: where it says that}`.
        may_choose: whether lines are chosen, to do something with many of them.
    """

    context: Context
    sought: str
    excerpts: Mapping[str, Excerpt]
    may_choose: bool


def rows(page: Page, lines: Sequence[Shown]) -> SafeString:
    """Return the rows of the table, in the reader's language."""
    write = _Writer(page).row
    return SafeString("\n".join(map(write, lines)))


class _Writer:
    """Writes rows."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._zones = page.context.get("zones") or instants.Zones()
        self._there = desk.there(self._zones, "")
        self._now_ms: int = page.context["now_ms"]
        self._one = duty.request_address(_NOBODY).split(_NOBODY)
        self._said: dict[object, str] = {}
        self._has_many = bool(page.context.get("has_many_partners", True))
        self._choose = escape(gettext("Choose %(id)s"))
        self._new = gettext("new")
        self._us = f"<strong>{escape(gettext('our side'))}</strong>"
        self._turn = escape(gettext("Waiting for"))
        self._newest_word = escape(gettext("Newest"))
        self._of = escape(gettext("asked of %(names)s"))
        self._too = escape(gettext("and of %(names)s"))
        self._asked = {
            True: escape(gettext("asked by us")),
            False: escape(gettext("asked of us")),
        }

    def row(self, one: Shown) -> str:
        """Return one row."""
        new = ' class="cm-requests__new"' if one.is_new else ""
        holders = " ".join(self._us if who.is_own else self._party(who) for who in one.holders)
        return (
            f"<tr{new} data-row>{self._choice(one)}<td>{self._left(one)}</td>"
            f'<th scope="row">{self._name(one)}</th>'
            f"{self._of_whom(one)}"
            f"<td>{self._urgency(one.row.urgency)}</td><td>{self._stands(one)}</td>"
            f'<td data-label="{self._turn}">{holders or _DASH}</td>'
            f'<td data-label="{self._newest_word}">{self._newest(one.row.at_ms)}</td></tr>'
        )

    def _once(self, key: object, write: Callable[[], str]) -> str:
        """Return what was written for the same before, or write it."""
        if key not in self._said:
            self._said[key] = write()
        return self._said[key]

    def _choice(self, one: Shown) -> str:
        if not self._page.may_choose:
            return ""
        label = self._choose % {"id": escape(one.id[:_SHORT_CHARS])}
        value = escape(one.id)
        return f'<td><input type="checkbox" name="line" value="{value}" aria-label="{label}"></td>'

    def _left(self, one: Shown) -> str:
        if one.due is None:
            return _DASH
        left = duty.countdown(self._page.context, one.due.by_ms, one.age)
        if not one.due.by_ms:
            return left
        return f"{left}{_beside(duty.deadline(self._page.context, one.due.by_ms))}"

    def _name(self, one: Shown) -> str:
        sought = self._page.sought
        start, end = self._one
        label = self._once((*one.type.items(),), lambda: escape(desk.said(one.type)))
        new = f' <strong class="govuk-tag cm-tag cm-tag--note">{self._new}</strong>'
        way = [] if self._has_many else [self._asked[one.is_ours]]
        names = [f"<span>{duty.marked(name, sought)}</span>" for name in one.references]
        short = duty.marked(one.id[:_SHORT_CHARS], sought).replace("<bdi", '<bdi class="cm-code"')
        said = self._page.excerpts.get(one.id)
        return (
            f'<a class="govuk-link" href="{start}{escape(one.id)}{end}">{label}</a>'
            f"{new if one.is_new else ''} {_beside(' · '.join([*way, *names, short]))}"
            f"{_excerpt(said) if said else ''}"
        )

    def _of_whom(self, one: Shown) -> str:
        """Return the cell of the other States; where there is but one, no table has it."""
        return f"<td>{self._others(one)}</td>" if self._has_many else ""

    def _others(self, one: Shown) -> str:
        """Return who was asked, or who asked and whom: us alone, us and others, or others."""
        if one.is_ours or len(one.others) < 2:  # noqa: PLR2004 -- one asked us alone
            return f"{' '.join(map(self._party, one.others))} {_beside(self._asked[one.is_ours])}"
        asker, *rest = map(self._party, one.others)
        is_us = any(who.is_own for who in one.asked)
        told = _beside((self._too if is_us else self._of) % {"names": " ".join(rest)})
        return f"{asker} {_beside(self._asked[False])} {told}" if is_us else f"{asker} {told}"

    def _party(self, who: PartyName) -> str:
        return self._once(("party", who.id), lambda: desk.party(who))

    def _urgency(self, code: str) -> str:
        return self._once(("urgency", code), lambda: desk.tag("urgency", code)) if code else _DASH

    def _stands(self, one: Shown) -> str:
        status = self._once(
            ("status", one.status), lambda: desk.tag("status", one.status, desk.said(one.words))
        )
        status += "".join(
            _beside(f"{self._party(who)}{colon}{escape(desk.said(words))}")
            for colon in [punctuation.colon()]
            for who, words in one.apart
        )
        if not one.is_our_turn:
            return status
        words = self._once(("next", one.next_action), lambda: escape(desk.said(one.next_words)))
        if one.next_action == _ACKNOWLEDGE:
            there = reverse("request:say", args=(one.id, _ACKNOWLEDGE))
            words = f'<a class="govuk-link" href="{there}" data-row-key="a">{words}</a>'
        return status + _beside(words)

    def _newest(self, at_ms: int) -> str:
        """Return when the newest act was, to the minute; on hover the second, and there."""
        ago = escape(instants.relative(at_ms, self._now_ms))
        at = desk.brief_in(at_ms, self._now_ms, self._zones.own, self._there)
        return f"{at} {_beside(ago)}"


def _beside(markup: str) -> str:
    return f'<span class="cm-ago">{markup}</span>'


def _excerpt(found: Excerpt) -> str:
    language = f' lang="{escape(found.language)}"' if found.language else ""
    text = "".join(
        f"<mark>{escape(part)}</mark>" if is_hit else escape(part) for part, is_hit in found.parts
    )
    return f'<span class="cm-excerpt"><bdi{language}>{text}</bdi></span>'
