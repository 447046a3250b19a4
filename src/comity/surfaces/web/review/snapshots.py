"""Snapshots: figures that one side names and the other finds again, or not.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.figures import address, definitions
from comity.joint.review import acts, state, view
from comity.joint.review.verbs import TABLE
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import matter_quota
from comity.node.room import say as room_say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result, Waiting
from comity.rooms.review import agree, comments, labels, say, unsigned_entries
from comity.rooms.review.agree import Compared
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.guideline.place import parties_of
from comity.surfaces.web.request import content
from comity.surfaces.web.review import differences, query
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import HOLD, VerbForm

type Spoken = Mapping[tuple[str, str], Mapping[str, Json]]
"""As `rooms.review.comments` gives it."""


class Name(forms.Form):
    """That the figures are named as they are now."""


_CELL_CHARS_MAX: Final = 255


def _form(
    node: Node,
    name: str,
    data: Mapping[str, str] | None = None,
    initial: dict[str, Any] | None = None,
) -> VerbForm:
    """Return the form of a verb of the room."""
    row = TABLE.verb(name)
    assert row is not None, name
    offer = room_say.offer(node, room_say.homes(node))
    return VerbForm(row, Choices(offer.languages), data, initial)


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Every snapshot; posting names the figures that the query asks for."""
    node, officer = desks.of(request).node, session.officer_of(request)
    wanted, _form = query.of(node, officer, request.GET)
    form = Name(request.POST) if request.method == "POST" else Name()
    if request.method == "POST" and form.is_valid():
        words = Words(key=form.key)
        result = forms.perform(form, lambda: agree.snapshot(node, officer, wanted.wanted, words))
        if result is not None:
            return _done(result)
    found = agree.listing(node, officer)
    no = found if isinstance(found, Inadmissible) else None
    context = {
        "snapshots": [] if isinstance(found, Inadmissible) else found,
        "status_words": view.STATUS_WORDS,
        "asked": wanted,
        "period": wanted.wanted.period,
        "query": wanted.query(),
        "said": request.GET.get("said", ""),
        "no": no,
        "waiting": () if no else unsigned_entries.newest(node, wanted.wanted),
    }
    return forms.shown(request, "review/snapshots.html", form, context)


@require_safe
def one(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """One snapshot, computed here and compared."""
    node, officer = desks.of(request).node, session.officer_of(request)
    return _shown(request, node, officer, snapshot_id, forms.Form())


@require_POST
def answer(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """Compute it here, and say whether the figures are the same."""
    return _say(request, snapshot_id, forms.Form(request.POST), agree.answer)


@require_POST
def typed(request: HttpRequest, snapshot_id: str, verb: str) -> HttpResponse:
    """Comment on a figure, or take back a snapshot of our own."""
    if verb not in {one.name for one in TABLE.typed}:
        raise Http404
    form = _form(desks.of(request).node, verb, request.POST)

    def act(node: Node, officer: Officer, at: str, _: Words) -> Result:
        is_held = bool(form.cleaned_data[HOLD])
        words = room_say.words(form.row, officer, form.texts(), key=form.key, is_held=is_held)
        spoken = room_say.Spoken(form.row, at, form.given(), words)
        return say.typed(node, officer, spoken)

    return _say(request, snapshot_id, form, act)


type _Act = Callable[[Node, Officer, str, Words], Result | Inadmissible]


def _say(request: HttpRequest, snapshot_id: str, form: forms.Form, act: _Act) -> HttpResponse:
    node, officer = desks.of(request).node, session.officer_of(request)
    if form.is_valid():
        words = Words(key=form.key)
        result = forms.perform(form, lambda: act(node, officer, snapshot_id, words))
        if result is not None:
            return _done(result, snapshot_id)
    return _shown(request, node, officer, snapshot_id, form)


def _done(result: object, snapshot_id: str = "") -> HttpResponse:
    """Go where what was said stands, or where it waits for another officer."""
    said = "waiting" if isinstance(result, Waiting) else "sent"
    address = reverse("review:snapshots")
    if snapshot_id:
        address = reverse("review:one", args=(snapshot_id,))
    target = f"{address}?{urlencode({'said': said})}"
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


def _shown(
    request: HttpRequest, node: Node, officer: Officer, snapshot_id: str, form: forms.Form
) -> HttpResponse:
    found = agree.compared(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    names = labels.labels(node, found.row.channel, found.ours)
    is_own = found.state.author == node.party
    said = comments.spoken(node, found.row)
    ours = found.state.position(node.party)
    cell = _cell(request)
    context = {
        "one": found,
        "full": matter_quota.read(node, found.row.channel, found.row.matter),
        "known": parties_of(node),
        "now": found.state,
        "status": view.STATUS_WORDS[found.row.status],
        "names": names,
        "author": names.part("side", found.state.author),
        "positions": _positions(found, names, said),
        "ours": definitions.VERSION,
        "differences": differences.groups(found.difference, names),
        "comments": [
            {
                "said": one,
                "group": names.group(address.split(one.cell)[0]),
                "words": differences.words(one.cell, names),
                "by": names.part(address.SIDE, one.party),
                "texts": content.texts_of(_of(said, one, acts.ROLE_TEXTS)),
            }
            for one in view.comments(found.state)
        ],
        "is_own": is_own,
        "is_open": not found.state.withdrawn_by,
        "is_answered": ours is not None and ours.digest == found.ours.digest,
        "answering": form if type(form) is forms.Form else forms.Form(),
        "commenting": _filled(node, "comment", form, {"cell": cell}),
        "chosen": cell and (names.group(address.split(cell)[0]), differences.words(cell, names)),
        "withdrawing": _filled(node, "withdraw", form, {}),
        "said": request.GET.get("said", ""),
        "cut": sorted(found.state.sizes.items()),
    }
    return forms.shown(request, "review/snapshot.html", form, context)


def _filled(node: Node, name: str, form: forms.Form, initial: dict[str, Any]) -> VerbForm:
    """Return the form of a verb as it came back, or a new one."""
    came = isinstance(form, VerbForm) and form.row.name == name
    return form if came and isinstance(form, VerbForm) else _form(node, name, None, initial)


def _cell(request: HttpRequest) -> str:
    """Return the address of the figure from which a link led here, or ""."""
    at = request.GET.get("cell", "")
    fits = len(at) <= _CELL_CHARS_MAX and acts.ADDRESS_SHAPE.fullmatch(at)
    return at if fits else ""


def _positions(found: Compared, names: labels.Labels, said: Spoken) -> list[dict[str, object]]:
    """Return what each other party found last, and in which cells it says that it differs."""
    told: list[dict[str, object]] = []
    for party in found.state.others:
        position = found.state.position(party)
        value = _of(said, position, acts.ROLE_DIFFERENCE) if position else None
        told.append(
            {
                "name": names.part("side", party),
                "position": position,
                "groups": differences.groups(value, names),
                "definitions": differences.definitions(value),
            }
        )
    return told


def _of(said: Spoken, one: state.Comment | state.Position, role: str) -> Json:
    return said.get((one.party, one.act_id), {}).get(role)
