"""What this State says of a joint text: propose, counter, adopt, decline, withdraw, leave.

Each verb has a page that says what it means, whom it waits for and how many officers approve
it; what is wrong in a text that is proposed stands there line by line.

Floor: surfaces.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from comity.acts.verb import Verb
from comity.joint.guideline import document
from comity.joint.guideline.model import Guideline
from comity.joint.text import acts
from comity.joint.text.state import Proposal
from comity.joint.text.verbs import TABLE
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit
from comity.node.base.rows import Officer
from comity.node.room import request_file
from comity.node.room import say as room_say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.guideline import desk as texts
from comity.rooms.guideline.desk import choices as choosing
from comity.rooms.guideline.desk import texts as held
from comity.rooms.guideline.desk.say import About
from comity.surfaces.web import forms as web_forms
from comity.surfaces.web import session, zoned_forms
from comity.surfaces.web.guideline import forms, read
from comity.surfaces.web.guideline import place as places
from comity.surfaces.web.guideline.place import Place
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import HOLD, VerbForm

CHANGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong in a text, with the line that stands there."""

    problem: Problem
    line: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a text that would be proposed says.

    Attributes:
        version: what its authors call it.
        sha256: of its bytes.
        title: its name in each language.
        languages: of the text.
        changes: from the version in force, or None where none is.
        is_same: whether it is the one in force, byte for byte.
        warnings: what is seldom meant in it.
    """

    version: str
    sha256: str
    title: object
    languages: tuple[str, ...]
    changes: list[read.Difference] | None
    is_same: bool
    warnings: list[Flaw]


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, arrangement: str, name: str) -> HttpResponse:
    """Propose a text, or counter a proposal with another; `check` only looks at it."""
    where = places.of(request, arrangement, name)
    counters = request.GET.get("counters", "")[: read.PART_CHARS_MAX]
    countered = where.stand.proposal(counters) if counters else None
    context: dict[str, object] = {
        "place": where,
        "countered": countered,
        "parties": places.parties_of(where.node),
        "needs": choosing.needs(where.node, where.stand, choosing.PROPOSE),
    }
    if request.method != "POST":
        initial = {"source": forms.SHIPPED if name == acts.MAIN else forms.FILE}
        return _form(request, forms.Propose(name, initial=initial), context)
    form = forms.Propose(name, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, context)
    data = _given(form)
    flaws, looked = look(where, data)
    context |= {"flaws": flaws, "looked": looked}
    if flaws or request.POST.get("do") == "check":
        return _form(request, typed(form, name, data), context, is_wrong=bool(flaws))
    about = About(name, where.stand.channel, countered.id if countered else "")
    officer, from_ms = session.officer_of(request), forms.ms_of(form.cleaned_data["from_day"])
    result = _performed(
        form,
        lambda: texts.propose(
            where.node, officer, about, data, from_ms=from_ms, words=words_of(form, officer)
        ),
    )
    return _form(request, form, context) if result is None else _done(where, result)


def offer(request: HttpRequest, where: Place, data: bytes) -> HttpResponse:
    """Show a text that was made here, with what is wrong in it or what it changes, to propose."""
    given = {"source": forms.TYPED, "yaml": data.decode("utf-8")}
    form = forms.Propose(where.name, given)
    form.full_clean()
    flaws, looked = look(where, data)
    context: dict[str, object] = {
        "place": where,
        "parties": places.parties_of(where.node),
        "needs": choosing.needs(where.node, where.stand, choosing.PROPOSE),
        "flaws": flaws,
        "looked": looked,
        "is_edited": True,
    }
    return _form(request, form, context, is_wrong=bool(flaws))


def look(where: Place, data: bytes) -> tuple[list[Flaw], Looked | None]:
    """Return what is wrong in a text; if nothing is, what it says and changes."""
    try:
        content = texts.read(where.node.rooms, where.name, data, where.name)
    except Unfit as unfit:
        return flaws_of(unfit.problems, data), None
    except Fault as fault:  # not YAML at all
        return [Flaw(Problem("", "", fault.what, fault.fix, rule=fault.code), "")], None
    is_main = isinstance(content, Guideline)
    languages = content.languages.text if is_main else tuple(content.title)
    sha256 = hashlib.sha256(data).hexdigest()
    current = held.show(where.node, where.stand).in_force
    changes = None
    if current is not None:
        before = plain_yaml.parse(texts.data_of(where.node, current.sha256)).value
        after = plain_yaml.parse(data).value
        changes = read.differences(before, after, ((get_language() or "en")[:2],))
    is_same = current is not None and current.sha256 == sha256
    warnings = document.warnings(data) if is_main else ()
    told = flaws_of(warnings, data)
    return [], Looked(content.version, sha256, content.title, languages, changes, is_same, told)


def flaws_of(problems: Sequence[Problem], data: bytes) -> list[Flaw]:
    """Return problems of a text, each with the line that stands there."""
    lines = data.decode("utf-8", "replace").splitlines()
    return [_flaw(one, lines) for one in problems]


def _flaw(problem: Problem, lines: list[str]) -> Flaw:
    is_there = 0 < problem.line <= len(lines)
    return Flaw(problem, lines[problem.line - 1].strip()[:160] if is_there else "")


def typed(form: forms.Propose, name: str, data: bytes) -> forms.Propose:
    """Return the form with the text in it, so that what was a file can be mended in place."""
    if form.cleaned_data["source"] == forms.SHIPPED:
        return form
    given = form.cleaned_data
    values = {key: value for key, value in form.data.items() if key in form.fields}
    values |= {"source": forms.TYPED, "yaml": data.decode("utf-8", "replace"), "once": form.key}
    if given.get("from_day"):
        values["from_day"] = given["from_day"].isoformat()
    again = forms.Propose(name, values)
    again.full_clean()
    return again


def _given(form: forms.Propose) -> bytes:
    source = form.cleaned_data["source"]
    if source == forms.SHIPPED:
        return texts.shipped()
    if source == forms.FILE:
        data: bytes = form.cleaned_data["file"].read()
        return data
    return str(form.cleaned_data["yaml"]).replace("\r\n", "\n").encode("utf-8", "replace")


def _form(
    request: HttpRequest,
    form: forms.Propose,
    context: dict[str, object],
    *,
    is_wrong: bool = False,
) -> HttpResponse:
    context = {
        "form": form, "changes_shown": CHANGES_SHOWN, "shown": ("en", "zh"), **context
    }  # fmt: skip
    is_wrong = is_wrong or (form.is_bound and bool(form.errors))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "guideline/propose.html", context, status=status)


def words_of(form: forms.Letter, officer: Officer) -> Words:
    """Return the covering letter, and the key by which a command that is repeated is one."""
    given = form.cleaned_data
    value: dict[str, Json] = {}
    if given.get("letter"):
        language = given.get("letter_language") or "en"
        by = officer.office or officer.agency
        text: Json = {"lang": language, "text": given["letter"], "by": by, "original": True}
        value["texts"] = [text]
    return Words(request_file.from_json(value, request_file.ANSWER, "letter"), (), form.key)


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def say(request: HttpRequest, arrangement: str, name: str, part: str, verb: str) -> HttpResponse:
    """Adopt, decline, withdraw or leave a text."""
    row = TABLE.verb(verb)
    if row is None or row.tag == acts.PROPOSED:
        raise Http404
    where = places.of(request, arrangement, name)
    proposal = where.stand.proposal(part)
    form = _verb_form(request, where, row, proposal)
    if form.is_bound and form.is_valid():
        officer = session.officer_of(request)
        result = _performed(form, lambda: _said(where, officer, form))
        if result is not None:
            return _done(where, result)
    context = {
        "place": where,
        "line": next(
            one
            for one in read.sheet(where.node, held.show(where.node, where.stand)).lines
            if one.proposal.id == proposal.id
        ),
        "verb": verb,
        "text_address": where.to("text"),
        "version_address": where.to("version", proposal.sha256),
        "needs": choosing.needs(where.node, where.stand, verb),
        "parties": places.parties_of(where.node),
    }
    return web_forms.shown(request, "guideline/say.html", form, context)


def _verb_form(request: HttpRequest, where: Place, row: Verb, proposal: Proposal) -> VerbForm:
    channel = where.stand.channel
    choices = Choices(
        room_say.offer(where.node, [channel]).languages,
        told={"proposal": proposal.id, "channel": channel},
    )
    made = forms.Adopt if row.name == choosing.ADOPT else VerbForm
    given = request.POST if request.method == "POST" else None
    return made(row, choices, given, {"sha256": proposal.sha256})


def _said(where: Place, officer: Officer, form: VerbForm) -> Result:
    is_held = bool(form.cleaned_data[HOLD])
    words = room_say.words(form.row, officer, form.texts(), key=form.key, is_held=is_held)
    spoken = room_say.Spoken(form.row, where.name, form.given(), words)
    return texts.said(where.node, officer, spoken)


def _performed(form: web_forms.Form, act: Callable[[], Result]) -> Sent | Waiting | None:
    done: object = web_forms.perform(form, act)
    return done if isinstance(done, Sent | Waiting) else None


def _done(where: Place, result: Sent | Waiting) -> HttpResponse:
    said = {"said": "sent"}
    if isinstance(result, Waiting):
        said = {"said": "waiting", "draft": result.draft_id}
    address = f"{where.to('text')}?{urlencode(said)}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
