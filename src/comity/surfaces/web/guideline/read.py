"""Joint texts for reading: which there are, where each stands, what one says, how two differ.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comity.acts.record import Matter
from comity.clocks.calendar import Calendar
from comity.joint.guideline import diff_words
from comity.joint.guideline.diff_words import Told
from comity.joint.guideline.model import Guideline
from comity.joint.text import acts
from comity.joint.text.state import Proposal, Turn
from comity.joint.text.view import STATUS_WORDS, Version
from comity.kernel import diff, plain_yaml
from comity.kernel.diff import Change
from comity.kernel.ijson import Json
from comity.kernel.legal_text import Words
from comity.node.base import register_records
from comity.node.base.bindings import Text
from comity.node.base.context import Node
from comity.node.room import joint_texts, matter_quota, text_fit
from comity.rooms.guideline import desk as texts
from comity.rooms.guideline import vocabulary
from comity.rooms.guideline.desk import Shown, coverage
from comity.rooms.guideline.desk import choices as choosing
from comity.rooms.guideline.desk import texts as held
from comity.surfaces.web import desk as desks
from comity.surfaces.web.guideline import needs
from comity.surfaces.web.guideline import place as places
from comity.surfaces.web.guideline.excerpt import Shortening
from comity.surfaces.web.guideline.place import Place

_YAML: Final = "application/yaml; charset=utf-8"
_MARKDOWN: Final = "text/markdown; charset=utf-8"
PART_CHARS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal as a page tells it.

    Attributes:
        proposal: what was proposed.
        status: a key of `STATUS_WORDS`.
        words: that status in words.
        version: where it was adopted by every party.
        waits_for: parties that have not adopted it, while it is open.
        is_held: whether its bytes are here.
        verbs: what this State may say of it now.
        turns: what was said of it.
        proposed_at_ms: when that was received, or None.
    """

    proposal: Proposal
    status: str
    words: Words
    version: Version | None
    waits_for: tuple[str, ...]
    is_held: bool
    verbs: tuple[str, ...]
    turns: tuple[Turn, ...]
    proposed_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One joint text as a page tells it, the newest proposal first."""

    shown: Shown
    arrangement: str
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """The name of the text."""
        return self.shown.stand.name

    @property
    def current(self) -> Line | None:
        """The proposal that is in force."""
        return next((one for one in self.lines if one.status == "in-force"), None)

    @property
    def open(self) -> Line | None:
        """The newest proposal that waits for a party."""
        return next((one for one in self.lines if one.status == "proposed"), None)


def sheet(node: Node, shown: Shown) -> Sheet:
    """Return one joint text with everything that was said of it."""
    said = shown.stand.state
    versions = {one.proposal_id: one for one in shown.versions}
    lines = [
        Line(
            one,
            shown.statuses[one.id],
            STATUS_WORDS[shown.statuses[one.id]],
            versions.get(one.id),
            tuple(party for party in said.parties if party not in one.adoptions),
            one.sha256 in shown.held,
            choosing.choices(node, shown.stand, one),
            tuple(turn for turn in said.turns if turn.proposal_id == one.id),
            said.turns[one.at].received_at_ms,
        )
        for one in reversed(said.proposals)
    ]
    return Sheet(shown, places.arrangement_of(shown.stand.channel), tuple(lines))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every joint text, and what is in force of each."""
    node = desks.of(request).node
    listed = [sheet(node, one) for one in texts.listing(node)]
    with node.store.read() as tx:
        every = list(register_records.arrangements(tx))
    spoken = {(one.arrangement, one.name) for one in listed}
    silent = [
        (one.id, name)
        for one in every
        if node.party in one.party_ids()
        for name in (
            acts.MAIN,
            "hotline",
            "protection",
            *(f"calendar.{party}" for party in one.party_ids()),
        )
        if (one.id, name) not in spoken
    ]
    context = {
        "sheets": listed,
        "silent": silent,
        "parties": places.parties_of(node),
        "is_paired": bool(every),
    }
    return render(request, "guideline/texts.html", context)


@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """What can be read in which language."""
    node = desks.of(request).node
    covers = coverage.covers(node)
    spoken = [*coverage.LANGUAGES]
    spoken += sorted({tag for one in covers for tag in one.counts} - {*spoken})
    context = {"covers": covers, "spoken": spoken, "parties": places.parties_of(node)}
    return render(request, "guideline/languages.html", context)


@require_safe
def text(request: HttpRequest, arrangement: str, name: str) -> HttpResponse:
    """One joint text: its versions and what the parties have said."""
    where = places.of(request, arrangement, name)
    context = {
        "sheet": sheet(where.node, held.show(where.node, where.stand)),
        "parties": places.parties_of(where.node),
        "own_party": where.node.party,
        "said": request.GET.get("said", ""),
        "draft": request.GET.get("draft", "")[:PART_CHARS_MAX],
        "needs": choosing.needs(where.node, where.stand, choosing.PROPOSE),
        "full": matter_quota.read(where.node, where.stand.channel, Matter(acts.KIND, where.name)),
    }
    return render(request, "guideline/text.html", context)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is read.

    Attributes:
        content: what it says.
        sha256: of its bytes.
        base: address of its first page.
        yaml: address of its bytes.
        place: the joint text, or None for the one that comes with the program.
        kind: of the text, likewise.
    """

    content: Any
    sha256: str
    base: str
    yaml: str
    place: Place | None = None
    kind: Text | None = None


def _shipped() -> Reading:
    content = vocabulary.of_program()
    base, bytes_at = reverse("guideline:shipped"), reverse("guideline:shipped-yaml")
    return Reading(content, content.sha256, base, bytes_at)


def _held(request: HttpRequest, arrangement: str, name: str, part: str) -> Reading:
    where = places.of(request, arrangement, name)
    proposal = where.stand.proposal(part)
    with where.node.store.read() as tx:
        content = joint_texts.content(where.node, tx, name, proposal.sha256)
    if content is None:  # say why
        data = texts.data_of(where.node, proposal.sha256)
        content = texts.read(where.node.rooms, name, data, name)
    base, bytes_at = where.to("version", proposal.sha256), where.to("yaml", proposal.sha256)
    kind = text_fit.require(where.node.rooms, name)
    return Reading(content, proposal.sha256, base, bytes_at, where, kind)


def _shown(
    request: HttpRequest, read: Reading, template: str, more: Mapping[str, object]
) -> HttpResponse:
    content = read.content
    is_guideline = isinstance(content, Guideline)
    every = content.languages.text if isinstance(content, Guideline) else ()
    every = every or (read.kind.languages(content) if read.kind else ()) or tuple(content.title)
    shown = places.shown(request, every)
    context: dict[str, object] = {
        "read": read,
        "guideline" if is_guideline else "calendar": content,
        "every": every,
        "shown": shown,
        "words": request.GET.get("words", "both"),
        "shortening": Shortening(),
        **more,
    }
    if is_guideline and more.get("has_picture"):
        context["needs"] = needs.picture(content, shown[0])
    return render(request, template, context)


def _front(request: HttpRequest, read: Reading) -> HttpResponse:
    if isinstance(read.content, Guideline):
        return _shown(request, read, "guideline/version.html", {"has_picture": True})
    if isinstance(read.content, Calendar):
        return _shown(request, read, "guideline/days.html", {})
    template = read.kind.page if read.kind and read.kind.page else "hotline_text"
    return _shown(request, read, f"guideline/{template}.html", {"text": read.content})


def _whole(request: HttpRequest, read: Reading) -> HttpResponse:
    if not isinstance(read.content, Guideline):
        return _front(request, read)
    return _shown(request, read, "guideline/version.html", {"is_whole": True})


def _one_type(request: HttpRequest, read: Reading, kind: str) -> HttpResponse:
    found = read.content.types.get(kind) if isinstance(read.content, Guideline) else None
    if found is None:
        raise Http404
    return _shown(request, read, "guideline/type.html", {"kind": found})


def _bytes(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = _YAML if name.endswith(".yaml") else _MARKDOWN
    return HttpResponse(data, content_type=kind, headers=headers)


@require_safe
def shipped(request: HttpRequest) -> HttpResponse:
    """The guideline that comes with the program."""
    return _front(request, _shipped())


@require_safe
def shipped_whole(request: HttpRequest) -> HttpResponse:
    """All of it on one page, for printing."""
    return _whole(request, _shipped())


@require_safe
def shipped_type(request: HttpRequest, kind: str) -> HttpResponse:
    """One of its types of request."""
    return _one_type(request, _shipped(), kind)


@require_safe
def shipped_yaml(_request: HttpRequest) -> HttpResponse:
    """Its bytes."""
    return _bytes(texts.shipped(), f"{acts.MAIN}.yaml")


@require_safe
def version(request: HttpRequest, arrangement: str, name: str, part: str) -> HttpResponse:
    """One version, as lawyers read it."""
    return _front(request, _held(request, arrangement, name, part))


@require_safe
def whole(request: HttpRequest, arrangement: str, name: str, part: str) -> HttpResponse:
    """One version on one page, for printing."""
    return _whole(request, _held(request, arrangement, name, part))


@require_safe
def type_of(
    request: HttpRequest, arrangement: str, name: str, part: str, kind: str
) -> HttpResponse:
    """One type of request of a version."""
    return _one_type(request, _held(request, arrangement, name, part), kind)


@require_safe
def yaml(request: HttpRequest, arrangement: str, name: str, part: str) -> HttpResponse:
    """One version byte for byte, as acts name it by its hash."""
    where = places.of(request, arrangement, name)
    data = texts.data_of(where.node, where.stand.proposal(part).sha256)
    return _bytes(data, f"{name}.{text_fit.require(where.node.rooms, name).ends}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One change and its words in each language that is shown."""

    change: Change
    told: tuple[tuple[str, Told], ...]


@require_safe
def difference(request: HttpRequest, arrangement: str, name: str) -> HttpResponse:
    """What changed from one version to another; `shipped` names the one that comes with comity."""
    where = places.of(request, arrangement, name)
    old, new = (request.GET.get(one, "")[:PART_CHARS_MAX] for one in ("old", "new"))
    context: dict[str, object] = {
        "place": where,
        "sheet": sheet(where.node, held.show(where.node, where.stand)),
        "old": old,
        "new": new,
        "is_main": name == acts.MAIN,
        "parties": places.parties_of(where.node),
    }
    if old and new:
        before, after = (_plain(where, one) for one in (old, new))
        context["changes"] = differences(before, after, (_reader(),))
    return render(request, "guideline/difference.html", context)


def differences(before: Json, after: Json, shown: tuple[str, ...]) -> list[Difference]:
    """Return what changed, in words of some languages."""
    telling = diff_words.Telling(before, after)
    return [
        Difference(one, tuple((tag, telling.told(one, tag)) for tag in shown))
        for one in diff.changes(before, after)
    ]


def _reader() -> str:
    return (get_language() or "en").partition("-")[0]


def _plain(where: Place, part: str) -> Json:
    if part == "shipped" and where.name == acts.MAIN:
        return plain_yaml.parse(texts.shipped()).value
    data = texts.data_of(where.node, where.stand.proposal(part).sha256)
    return texts.plain(where.node.rooms, where.name, data, where.name)
