r"""Shares: weighed and given; the rest follows from the verbs of the room.

    POST /shares/check            {"bundle": {…}, "mark": "TLP:GREEN"}     nothing leaves
    POST /shares/give             {"bundle": {…}, "mark": "TLP:GREEN", "category": "report", …}
    POST /shares/{share}/add      {"text": "value\n198.51.100.7\n"}

What is given is one of: a bundle of STIX 2.1 or an event of MISP, as JSON; a table or list, as
text; an upload of either; what was read from a source.

Floor: surfaces.
"""

import json
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field, create_model

from comity.acts.verb import Verb
from comity.domestic.share.guard import LETTABLE
from comity.joint.share import acts, bundle
from comity.joint.share.verbs import TABLE
from comity.kernel.fault import Fault
from comity.node.desk import uploads
from comity.node.room import say
from comity.rooms.share import give, reading, sources, weigh
from comity.rooms.share.offer import Offer
from comity.surfaces.api import paging, send, verb_shape
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, SENT, MatterId, doing
from comity.surfaces.api.shapes import Strict, Words

router: Final = Router(tags=[TABLE.plural])

type _Upload = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]
_Rule: Any = Literal[LETTABLE]
_Category: Any = Literal[tuple(acts.CATEGORIES)]
_Origin: Any = Literal[("", *acts.ORIGINS)]
_TEXT_CHARS_MAX: Final = 8 << 20
_FILES_MAX: Final = 16

_OBJECTS: Final[dict[str, Any]] = {
    "bundle": (
        dict[str, Any] | None,
        Field(default=None, description="a bundle of STIX 2.1, or an event of MISP"),
    ),
    "text": (
        str,
        Field("", max_length=_TEXT_CHARS_MAX, description="a table, or one value a line"),
    ),
    "upload": (str, Field("", pattern=r"^([a-z2-7]{26})?$", description="of a file of any kind")),
    "source": (str, Field("", max_length=32, description="id of a source, for all read from it")),
    "let": (list[_Rule], Field(default_factory=list, max_length=len(LETTABLE))),
}
_FILES: Final[dict[str, Any]] = {
    "samples": (
        dict[str, _Upload],
        Field(default_factory=dict, max_length=_FILES_MAX,
              description="the upload of each zip with the password infected, by its name"),
    ),
    "reports": (
        dict[str, _Upload],
        Field(default_factory=dict, max_length=_FILES_MAX,
              description="the upload of each PDF, by its name"),
    ),
}  # fmt: skip


def _row(name: str) -> Verb:
    """Return a verb without what is counted."""
    whole = TABLE.row(name)
    counted = {acts.OBJECTS, acts.SAMPLES}
    return replace(whole, fields=tuple(one for one in whole.fields if one.name not in counted))


_GIVE, _ADD = _row("give"), _row("add")
GiveShare: Final[Any] = create_model(
    "GivenShare", __base__=verb_shape.shape(TABLE, _GIVE), **_OBJECTS, **_FILES
)
AddShare: Final[Any] = create_model(
    "AddedShare", __base__=verb_shape.shape(TABLE, _ADD), **_OBJECTS, **_FILES
)
CheckShare: Final[Any] = create_model(
    "CheckShare",
    __base__=Strict,
    mark=(str, Field(max_length=40)),
    category=(_Category, "indicators"),
    origin=(_Origin, ""),
    channel=(str, Field("", max_length=255)),
    **_OBJECTS,
)


class HeldBack(Schema):
    """One object that is held back."""

    object: int = Field(description="its place, from 1")
    id: str
    rule: str
    detail: str


class LeftOut(Schema):
    """What could not be read."""

    place: int
    text: str
    why: str


class ShareReader(Schema):
    """One State that would read it, and which of its programs may fetch it."""

    party: str
    reaches: list[str]
    powers: list[str]


class WeighedShare(Schema):
    """What would leave, what is held back and by which rule, and who would read it."""

    form: str = Field(description="stix, misp or table")
    objects: int = Field(description="that leave")
    bytes: int
    mark: str
    readers: str
    narrower: dict[str, int] = Field(description="objects under a narrower mark, by mark")
    held: list[HeldBack]
    held_by_rule: dict[str, int]
    left_out: list[LeftOut]
    audience: list[ShareReader]
    counsel: list[Words] = Field(description="what counsel decides before it leaves")


@router.post(
    "/shares/check",
    auth=DRAFT,
    response=doing(WeighedShare),
    operation_id="check_share",
    summary="See what would leave and what is held back; nothing does",
)
def check_share(request: HttpRequest, payload: CheckShare) -> HttpResponse:
    """Weigh what would be given."""
    offer = Offer(
        _read(request, payload), payload.mark, payload.category, payload.origin,
        frozenset(payload.let), payload.channel,
    )  # fmt: skip
    weighed = weigh.weigh(node_of(request), officer_of(request), offer)
    return paging.told(weigh.weighed_json(weighed))


@router.post(
    "/shares/give",
    auth=DRAFT,
    response=SENT,
    operation_id="give_share",
    summary="Give what protects networks; what a rule holds back stays",
)
def give_share(
    request: HttpRequest, payload: GiveShare, idempotency_key: str = KEY
) -> HttpResponse:
    """Give."""
    return _given(request, _GIVE, payload, idempotency_key, "")


@router.post(
    "/shares/{share}/add",
    auth=DRAFT,
    response=SENT,
    operation_id="add_share",
    summary="Add to a share",
)
def add_share(
    request: HttpRequest, share: MatterId, payload: AddShare, idempotency_key: str = KEY
) -> HttpResponse:
    """Add to a share."""
    return _given(request, _ADD, payload, idempotency_key, share)


def _given(
    request: HttpRequest,
    row: Verb,
    payload: Any,  # noqa: ANN401 -- of the shape that is made of the row
    key: str,
    share: str,
) -> HttpResponse:
    node, officer = node_of(request), officer_of(request)
    contents = partial(uploads.contents, node, officer)
    offer = Offer(
        _read(request, payload), "", "", lets=frozenset(payload.let),
        samples=[(name, contents(id_)) for name, id_ in payload.samples.items()],
        reports=[(name, contents(id_)) for name, id_ in payload.reports.items()],
        source=payload.source,
    )  # fmt: skip
    words = say.words(row, officer, payload.texts, key=key, is_held=payload.hold, mark=payload.mark)
    spoken = say.Spoken(row, share, verb_shape.given(row, payload), words)
    return send.told(request, give.give(node, officer, spoken, offer))


def _read(request: HttpRequest, payload: Any) -> reading.Read:  # noqa: ANN401 -- as above
    """Return the objects of a call.

    Raises:
        Fault: `share.source.none`, `share.source.twice`, and those of `reading.read`.
    """
    named = [one for one in ("bundle", "text", "upload", "source") if getattr(payload, one)]
    if len(named) > 1:
        raise Fault(
            code="share.source.twice",
            what=f"What is given is named more than once: {', '.join(named)}.",
            fix="Give one of bundle, text, upload and source.",
        )
    node, officer = node_of(request), officer_of(request)
    if payload.source:
        return reading.Read(reading.STIX, sources.objects(node, officer, payload.source))
    if payload.upload:
        return reading.read(_whole(uploads.contents(node, officer, payload.upload)))
    if payload.text:
        return reading.read(payload.text.encode())
    if payload.bundle:
        return reading.read(json.dumps(payload.bundle).encode())
    if getattr(payload, "samples", None) or getattr(payload, "reports", None):
        return reading.Read(reading.STIX, ())
    raise Fault(
        code="share.source.none",
        what="No file and no source is named.",
        fix="Give one of bundle, text, upload and source.",
    )


def _whole(found: Any) -> bytes:  # noqa: ANN401 -- contents of an upload
    if found.size_bytes > bundle.BUNDLE_BYTES_MAX:
        raise bundle.too_large(found.size_bytes)
    with found.open() as opened:
        return b"".join(iter(partial(opened.read, 1 << 20), b""))
