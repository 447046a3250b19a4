"""The head of a request: where it stands, by when, whose turn it is, and the next action.

    Header(title=…, status="submitted", due=Countdown("due in 5 hours", "warn"), action=Action(…))

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import marks
from comity.clocks import clock
from comity.clocks.due import Due
from comity.joint.arrangement import view as arrangement_view
from comity.joint.request import acts, binding, clocks, view
from comity.joint.request.codes import CONDITIONS
from comity.joint.request.verbs import BY_TAG, TABLE
from comity.node.desk import matter_lines
from comity.node.room import parties
from comity.node.room.parties import PartyName
from comity.rooms.request import continuation
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import instants
from comity.surfaces.web.request import language

_SHORT: Final = 8

NEXT: Final[Mapping[str, str]] = {
    **{one.name: one.tag for one in TABLE.verbs if one.name in view.NEXT_WORDS},
    "review": acts.RESUMED,
    "other-conditions": acts.ACCEPTED,
    "decide-condition": acts.CONDITION_ACCEPTED,
}
"""What does what is next: the verb of that name, where there is one."""

_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "answer": (acts.ACCEPTED, acts.FOUND_DEFICIENT, acts.REFUSED),
    "report-status": (acts.ANSWERED,),
    "clarify": (acts.DEFICIENCY_DISPUTED,),
    "decide-condition": (acts.CONDITION_DECLINED,),
    "close": (acts.REOPENED,),
    "wait": (acts.STATUS_ASKED,),
    "review": (acts.ANSWERED,),
}
"""What is as good a next step, as a second button."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """By when, in words and with a colour beside them.

    Attributes:
        words: `due in 5 hours`.
        colour: of the tag.
        at_ms: the first instant that is too late, or None.
        action: what is due, in words.
        party: whose duty it is.
        label: what the clock is called, or "".
    """

    words: str
    colour: str
    at_ms: int | None
    action: str
    party: PartyName
    label: str


@dataclass(frozen=True, slots=True)
class Action:
    """A button.

    Attributes:
        label: what it does.
        address: where it leads.
        hint: why, in a sentence, or "".
        does: whether pressing it begins something, so that it is a form and no link.
    """

    label: str
    address: str
    hint: str = ""
    does: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition that is in force, or waits.

    Attributes:
        code: of the closed list.
        words: what it says.
        party: who attached it.
        binds: whether it binds now.
    """

    code: str
    words: str
    party: PartyName
    binds: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above every page of a request."""

    matter_id: str
    title: str
    status: str
    status_words: Mapping[str, str]
    urgency: str
    channel_name: str
    is_ours: bool
    partners: tuple[PartyName, ...]
    opposite: str
    references: tuple[tuple[PartyName, str], ...]
    guideline: str
    guideline_sha256: str
    mark: str
    conditions: tuple[Bound, ...]
    holders: tuple[PartyName, ...]
    holds_here: bool
    countdown: Countdown | None
    action: Action | None
    beside: tuple[Action, ...]
    next_words: Mapping[str, str]
    links: tuple[tuple[Promise, str], ...]
    tabs: tuple[tuple[str, Promise, str], ...]


TABS: Final[Sequence[tuple[str, Promise]]] = (
    ("request:one", _("Overview")),
    ("request:time-line", _("Time line")),
    ("request:evidence", _("Evidence")),
    ("request:clocks", _("Clocks")),
    ("request:home", _("At home")),
    ("request:papers", _("Proofs and papers")),
)


def header(found: Dossier, own: str) -> Header:
    """Return the head of a request.

    Args:
        found: the request.
        own: id of this State.
    """
    now, row = found.shown.state, found.shown.row
    matter_id = row.matter.id
    others = [one for one in (now.asker, *(t.party for t in now.tracks)) if one not in ("", own)]
    named = {one: parties.name_of(found.known, one) for one in (*others, own)}
    holders, next_words = view.holders(now), view.NEXT_WORDS[view.next_action(now, own)]
    lapses = continuation.lapsing(found.reckoned, own)
    if lapses is not None and not holders:
        holders, next_words = (lapses.party,), view.NEXT_WORDS[lapses.action]
    action, beside = _actions(found, own)
    guideline = found.guideline
    return Header(
        matter_id=matter_id,
        title=type_words(found),
        status=view.own_status(now, own),
        status_words=view.STATUS_WORDS[view.own_status(now, own)],
        urgency=row.urgency,
        channel_name=row.channel.partition("/")[2],
        is_ours=now.asker == own,
        partners=tuple(named[one] for one in dict.fromkeys(others)),
        opposite=listed(opposite(found, own)),
        references=tuple(_references(found)),
        guideline=f"{language.word(guideline.title)} {guideline.version}" if guideline else "",
        guideline_sha256=now.guideline,
        mark=mark(found),
        conditions=tuple(_conditions(found)),
        holders=tuple(parties.name_of(found.known, one) for one in holders),
        holds_here=own in holders,
        countdown=countdown(found, own),
        action=action,
        beside=beside,
        next_words=next_words,
        links=tuple(_links(found)),
        tabs=tuple((name, label, reverse(name, args=(matter_id,))) for name, label in TABS),
    )


def opposite(found: Dossier, own: str) -> tuple[PartyName, ...]:
    """Return to whom this State speaks of a request: those it asked, or who asked it."""
    now = found.shown.state
    tracks = [track.party for track in now.tracks]
    others = tracks if now.asker == own else [now.asker or ""]
    return tuple(parties.name_of(found.known, one) for one in others if one not in ("", own))


def listed(named: Sequence[PartyName]) -> str:
    """Return the names of some States as they stand in a sentence."""
    names = [
        arrangement_view.name_in(one.names, language.tag()) if one.names else one.id
        for one in named
    ]
    if not names:
        return gettext("the other States")
    first, last = gettext(", ").join(names[:-1]), names[-1]
    return gettext("%(first)s and %(last)s") % {"first": first, "last": last} if first else last


def to_other(words: Promise | str, other: str) -> str:
    """Return words in which `%(other)s` stands for whom this State speaks to."""
    return str(words) % {"other": other}


def type_words(found: Dossier) -> str:
    """Return what a request asks for, in words."""
    now, guideline = found.shown.state, found.guideline
    kind = guideline.types.get(now.type) if guideline else None
    return language.word(kind.label) if kind else now.type or gettext("Request")


def countdown(found: Dossier, own: str) -> Countdown | None:
    """Return what is due first: of this State if it holds the ball, else of the other side."""
    dues = found.reckoned.dues
    due = next((one for one in dues if one.party == own), next(iter(dues), None))
    if due is None:
        return None
    words, colour = due_words(due, found.now_ms)
    if due.by_ms is None and (waits := _unsigned(found, due.track)):
        words = gettext("starts when %(party)s signs") % {"party": waits}
    labels = found.guideline.clocks if found.guideline else {}
    label = language.word(labels[due.clock].label) if due.clock in labels else ""
    action = language.word(view.NEXT_WORDS[due.action])
    return Countdown(
        words, colour, due.by_ms, action, parties.name_of(found.known, due.party), label
    )


def _unsigned(found: Dossier, track: str) -> str:
    """Return the name of an addressee that has not signed for the request, or ""."""
    now = found.shown.state
    if not track or now.request_at is None:
        return ""
    is_signed = now.turns[now.request_at].heard_ms(track) is not None
    return "" if is_signed else listed([parties.name_of(found.known, track)])


def due_words(due: Due, now_ms: int) -> tuple[str, str]:
    """Return by when something is due, in words, and the colour beside them."""
    if due.by_ms is None:
        if due.status == clock.PAUSED:
            return gettext("paused"), "plain"
        return gettext("no time agreed"), "plain"
    span = instants.span(abs(due.by_ms - now_ms) // 1_000)
    if due.status == clock.OVERDUE or due.by_ms <= now_ms:
        return gettext("overdue by %(span)s") % {"span": span}, "bad"
    colour = (
        "warn"
        if matter_lines.age_of(due.status, due.by_ms, now_ms) == matter_lines.SOON
        else "note"
    )
    if due.action == clocks.EXTEND:
        return gettext("lapses in %(span)s") % {"span": span}, colour
    return gettext("due in %(span)s") % {"span": span}, colour


def _actions(found: Dossier, own: str) -> tuple[Action | None, tuple[Action, ...]]:
    matter_id = found.shown.row.matter.id
    if found.no is not None:
        return None, ()
    kind = view.next_action(found.shown.state, own)
    hint = language.word(view.NEXT_WORDS[kind])
    buttons = [
        Action(language.word(verb.words), reverse("request:say", args=(matter_id, verb.name)), hint)
        for tag in (NEXT.get(kind, ""), *_BESIDE.get(kind, ()))
        if (verb := BY_TAG.get(tag)) is not None and found.no_to(verb.name) == (True, None)
    ]
    if continuation.lapsing(found.reckoned, own) is not None:
        buttons[:0] = saving(matter_id)
    if found.home is not None and found.home.is_contact_point and _is_unrouted(found, own):
        address = reverse("request:step", args=(matter_id, "route"))
        told = gettext("No agency of this State has it yet.")
        buttons.insert(1, Action(gettext("Give it to an agency"), address, told))
    for draft in found.waiting[:1]:
        told = gettext("It has been written and has not left: it waits for approval.")
        buttons.insert(
            0, Action(gettext("Look at what waits for approval"), draft_address(draft.act.id), told)
        )
    return (buttons[0], tuple(buttons[1:])) if buttons else (None, ())


ACKNOWLEDGE: Final = BY_TAG[acts.ACKNOWLEDGED].name


def next_of(kind: str, matter_id: str, action: str) -> Action | None:
    """Return the button of the verb that does what is next of a matter, if one does."""
    verb = BY_TAG.get(NEXT.get(action, ""))
    if verb is None:
        return None
    try:
        address = reverse(f"{kind}:say", args=(matter_id, verb.name))
    except NoReverseMatch:
        return None
    return Action(language.word(verb.words), address)


def saving(matter_id: str) -> Sequence[Action]:
    """Return the buttons that save evidence which is about to lapse."""
    labels = {
        continuation.EXTEND: gettext("Extend the preservation"),
        continuation.ASK: gettext("Ask for the data"),
    }
    return [
        Action(label, reverse("request:continue", args=(matter_id, way)), does=True)
        for way, label in labels.items()
    ]


def _is_unrouted(found: Dossier, own: str) -> bool:
    is_theirs = found.shown.state.asker not in ("", own)
    return is_theirs and found.home is not None and found.home.is_to_route


def draft_address(draft_id: str) -> str:
    """Return where a draft is reviewed and released."""
    for name in ("release:one", "draft:one", "request:waiting"):
        try:
            return reverse(name, args=(draft_id,))
        except NoReverseMatch:
            continue
    raise AssertionError(draft_id)


def _references(found: Dossier) -> Iterator[tuple[PartyName, str]]:
    seen = dict.fromkeys(
        (turn.party, turn.own_reference)
        for turn in found.shown.state.turns
        if turn.own_reference and turn.takes_effect
    )
    for party, reference in seen:
        yield parties.name_of(found.known, party), reference


def mark(found: Dossier) -> str:
    """Return the mark that satisfies every mark of what a request carries; "" of none."""
    every = (*found.shown.said.values(), *(one.said for one in found.shown.disowned))
    return marks.narrowest_of(body.blob.mark for said in every for body in said.bodies)


def _conditions(found: Dossier) -> Iterator[Bound]:
    seen: dict[tuple[str, str], bool] = {}
    for turn in found.shown.state.turns:
        for code, binds in binding.of_turn(found.shown.state, turn).items():
            seen[turn.party, code] = seen.get((turn.party, code), False) or binds
    for (party, code), binds in seen.items():
        yield Bound(code, condition_words(found, code), parties.name_of(found.known, party), binds)


def condition_words(found: Dossier, code: str) -> str:
    """Return the words of a condition: those of the guideline, else of the closed list."""
    agreed = found.guideline.conditions.get(code) if found.guideline else None
    if agreed is not None:
        return language.word(agreed.label)
    known = CONDITIONS.get(code)
    return code if known is None else language.word({"en": known.en, "zh": known.zh})


def _links(found: Dossier) -> Iterator[tuple[Promise, str]]:
    now = found.shown.state
    for label, matter_id in (
        (_("Extends"), now.extends),
        (_("Follows"), now.follows),
        (_("Another request stands in its place"), now.superseded_by),
    ):
        if matter_id:
            yield label, matter_id
