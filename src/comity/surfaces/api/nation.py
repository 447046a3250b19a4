"""The profile of this State's agencies and law; nothing of it crosses.

    GET  /nation                 the one in force
    POST /nation                 {"yaml": "…"}      as counsel

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.domestic.nation import document
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem
from comity.node.base import profile as profiles
from comity.node.desk import account_changes
from comity.node.desk.change_record import Change
from comity.node.room import nation_json
from comity.node.room import nation_profile as nations
from comity.rooms.guideline import vocabulary
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import BYTES, LEGAL, OCTETS, READ, doing, or_refuse, saved, showing
from comity.surfaces.api.law_shapes import (
    NationAdopted,
    NationAsked,
    NationChecked,
    NationShown,
    NationVersions,
)
from comity.surfaces.api.problems import flaws
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["law"])

_YAML: Final = Field(max_length=limits.WRITTEN_BYTES_MAX, description="plain YAML")

type Number = Annotated[int, Field(ge=1, le=1_000_000)]


class AdoptNation(Strict):
    """A nation profile."""

    yaml: Annotated[str, _YAML]
    extend_card: bool = Field(
        default=False, description="put agencies that the card lacks on the next card"
    )


class CheckNation(Strict):
    """A profile, and perhaps a guideline to compare it with."""

    yaml: Annotated[str, _YAML]
    guideline: str = Field("", max_length=limits.WRITTEN_BYTES_MAX, description="plain YAML")


@router.get(
    "/nation",
    auth=READ,
    response=showing(NationShown),
    operation_id="show_nation",
    summary="Show the nation profile in force",
)
def show_nation(request: HttpRequest) -> HttpResponse:
    """Return agencies, competence and points of law."""
    with node_of(request).store.read() as tx:
        nation = nations.in_force(tx)
    if nation is None:
        raise Fault(
            code="nation.profile.missing",
            what="No nation profile is in force on this node.",
            fix="Adopt one with `comity nation adopt`; examples ship in comity/catalogue/nation.",
        )
    return paging.tagged(request, nation_json.nation_json(nation))


@router.get(
    "/nation/versions",
    auth=READ,
    response=showing(NationVersions),
    operation_id="list_nations",
    summary="List who adopted which profile, and when",
)
def list_nations(request: HttpRequest) -> HttpResponse:
    """Return every version."""
    with node_of(request).store.read() as tx:
        found: list[Json] = [nation_json.adopted_json(one) for one in nations.versions(tx)]
    return paging.tagged(request, {"versions": found})


@router.get(
    "/nation/versions/{number}",
    auth=READ,
    response=BYTES,
    operation_id="fetch_nation",
    summary="Fetch one version as it was written, byte for byte",
)
def fetch_nation(request: HttpRequest, number: Number) -> HttpResponse:
    """Return the YAML."""
    with node_of(request).store.read() as tx:
        data = nations.text(tx, number)
    if data is None:
        raise Fault(
            code="surfaces.nation.no-version",
            what=f"There is no version {number} of the nation profile.",
            fix="List the versions that there are.",
        )
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, f"nation-{number}.yaml")
    return answer


@router.post(
    "/nation",
    auth=LEGAL,
    response={200: NationAdopted, 202: NationAsked},
    operation_id="adopt_nation",
    summary="Put a nation profile in force on this node, as counsel, or ask an auditor to agree",
)
def adopt_nation(request: HttpRequest, payload: AdoptNation) -> HttpResponse:
    """Adopt a profile; on a node that has an auditor it is in force once they agree."""
    result = account_changes.ask_profile(
        node_of(request),
        officer_of(request),
        payload.yaml.encode("utf-8", "replace"),
        "yaml",
        extend=payload.extend_card,
    )
    if isinstance(result, Change):
        asked: Json = {"by": result.by, "at_ms": result.at_ms, "sha256": result.profile}
        return paging.told(asked, HTTPStatus.ACCEPTED)
    return paging.told(nation_json.adopted_json(or_refuse(result)))


@router.post(
    "/nation-check",
    auth=READ,
    response=doing(NationChecked),
    operation_id="check_nation",
    summary="Say everything that is wrong in a nation profile",
)
def check_nation(request: HttpRequest, payload: CheckNation) -> HttpResponse:
    """Return its problems, compared with the card of this node; nothing is kept."""
    data, node = payload.yaml.encode("utf-8", "replace"), node_of(request)
    with node.store.read() as tx:
        problems = nations.problems(node.rooms, data, profiles.load(tx), node.party)
    if problems:
        return paging.told({**_NOTHING, "problems": flaws(problems)})
    nation = document.parse(data, quoted("yaml"))
    remarks: list[Problem] = []
    if payload.guideline:
        text = payload.guideline.encode("utf-8", "replace")
        remarks += vocabulary.remarks(nation, text, "guideline")
    value: Json = {
        **_NOTHING,
        "fit": True,
        "remarks": flaws(remarks),
        "sha256": nation.sha256,
        "id": nation.id,
        "version": nation.version,
    }
    return paging.told(value)


_NOTHING: Final[dict[str, Json]] = {
    "fit": False,
    "problems": [],
    "remarks": [],
    "sha256": "",
    "id": "",
    "version": "",
}
"""Of a profile that is not fit, beside its problems."""
