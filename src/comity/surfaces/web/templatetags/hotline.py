"""What the page of a call says at its head: three facts apart, what to do next, whom to try.

    {% load hotline %}
    {% call_head matter %}

Floor: surfaces.
"""

from dataclasses import dataclass
from typing import Any, Final

from django import template
from django.template import Context

from comity.clocks import words
from comity.clocks.term import Term
from comity.joint.hotline import clocks, coming, view
from comity.joint.hotline.state import State, Track
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.desk.matters import Shown
from comity.node.room import joint_texts
from comity.rooms.contact import desk as contacts
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.contact.views import shown as book_shown
from comity.surfaces.web.templatetags import desk as tags

register = template.Library()

_MINUTE_MS: Final = 60_000


@register.filter
def call_clock(of: str) -> str:
    """Return what a clock of a call is called."""
    return tags.said(clocks.label(of))


@register.filter
def term_words(term: Term) -> str:
    """Return how long a clock runs."""
    return tags.said(words.of_term(term))


@register.filter
def in_seconds(ms: int) -> int:
    """Return a length in whole seconds."""
    return ms // 1_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one State that is called.

    Attributes:
        track: its track.
        held_ms: since when its machine holds the call; None: it does not, as far as is known here.
        picked_up_ms: since when a person has picked it up, as the other side holds; or None.
        taken_ms: since when one has taken it who may decide at the level of the call; or None.
        is_ours: whether it is this State.
        book: its contact points, where somebody is to be tried by another carrier; or None.
    """

    track: Track
    held_ms: int | None
    picked_up_ms: int | None
    taken_ms: int | None
    is_ours: bool
    book: object | None


@register.inclusion_tag("room/_call_head.html", takes_context=True)
def call_head(context: Context, shown: Shown) -> dict[str, Any]:
    """Return what the head of a call says."""
    request, now = context["request"], shown.state
    assert isinstance(now, State)
    node, officer = desks.of(request).node, session.officer_of(request)
    track, call = now.track(node.party), now.call
    facts = [_facts(context, shown, one) for one in now.tracks] if call is not None else []
    left_ms = call.word_by_ms - context["now_ms"] if call is not None else 0
    status = view.track_status(now, track) if track is not None else ""
    return {
        "request": request,
        "now_ms": context["now_ms"],
        "zones": context["zones"],
        "own": context["own"],
        "parties": context["parties"],
        "csrf_token": context.get("csrf_token"),
        "matter_id": shown.row.matter.id,
        "state": now,
        "level": coming.level(now),
        "ground": _ground(node, shown, context["now_ms"], call.ground) if call else "",
        "facts": facts,
        "left": None if call is None else max(0, left_ms // _MINUTE_MS),
        "is_open": call is not None and view.status(now) != view.CLOSED,
        "may_pick_up": status == view.RINGING and not (track and track.picked_up),
        "may_take": status in {view.RINGING, view.PICKED_UP},
        "agency": officer.agency,
        "missed": view.is_missed(now, context["now_ms"]),
        "crossings": [view.CROSSING_WORDS[one] for one in view.crossings(now)],
        "misunderstandings": view.misunderstandings(now),
        "is_raised_early": bool(clocks.early(now, shown.clocks.text if shown.clocks else None)),
    }


def _ground(node: Node, shown: Shown, now_ms: int, code: str) -> str:
    with node.store.read() as tx:
        words = joint_texts.worded(node, tx, shown.row, now_ms, code)
    return tags.said(words) if words else code


def _facts(context: Context, shown: Shown, track: Track) -> Facts:
    request, now = context["request"], shown.state
    node, officer = desks.of(request).node, session.officer_of(request)
    is_ours = track.party == node.party
    when = {one.act_id: one.received_at_ms for one in shown.turns}
    is_taken = bool(track.taken) and track.level >= coming.level(now)
    book = None
    is_waiting = view.track_status(now, track) in {view.RINGING, view.PICKED_UP}
    if is_waiting and not is_ours:
        book = _book(node, officer, track.party)
    return Facts(
        track=track,
        held_ms=when.get(now.call.id),
        picked_up_ms=when.get(track.picked_up) if track.picked_up else None,
        taken_ms=when.get(track.taken) if is_taken else None,
        is_ours=is_ours,
        book=book,
    )


def _book(node: Any, officer: Any, party: str) -> object | None:  # noqa: ANN401 -- as `contacts.book`
    """Return the contact points of a State that the reader may read, if it has published any."""
    try:
        return book_shown(contacts.book(node, officer, party))
    except Fault:
        return None
