"""The interface as one application: routers, problems, openapi.json.

Floor: surfaces.
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final, override

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router, Schema
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.parser import Parser
from ninja.types import DictStrAny

from comity.acts.verb import Table
from comity.domestic.officer import api_token
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.surfaces.api import (
    acts,
    bank_messages,
    brief,
    case,
    clock,
    compartment,
    completeness,
    consumer,
    contact,
    desk,
    devices,
    dialogue,
    drafts,
    duty,
    evidence,
    exercise,
    figures,
    guideline,
    hotline,
    law,
    match,
    money,
    nation,
    outside,
    paging,
    papers,
    participant,
    problems,
    proofs,
    request_verbs,
    review,
    roll,
    room_calls,
    share,
    share_board,
    share_figures,
    sharing,
    source,
    state,
    strict_query,
    text_verbs,
    threat,
    uploads,
    webhooks,
    wording,
)
from comity.surfaces.api.caller import Caller, Scoped, node_of
from comity.surfaces.api.calls import OCTETS, showing
from comity.surfaces.api.shapes import Whoami


class StrictParser(Parser):
    """Reads bodies as strict I-JSON, as everything of this node is read."""

    @override
    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the object of a body.

        Raises:
            Fault: `kernel.json.malformed`, `surfaces.call.length-required`.
        """
        if request.headers.get("Transfer-Encoding"):
            raise problems.without_length("")
        value = ijson.parse(request.body)
        if not isinstance(value, dict):
            raise Fault(
                code="kernel.json.malformed",
                what="This call's body is no JSON object.",
                fix="Send an object, as openapi.json shows it.",
            )
        return value


PREFIX: Final = "/api/"
"""Before every address of a program; pages and those are not loaded together."""

_RESPONSES: Final = "#/components/responses/"


class Interface(NinjaAPI):
    """Describes itself: scopes, and problem details and files under their own media types."""

    @override
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return openapi.json."""
        described = super().get_openapi_schema(**{"path_prefix": PREFIX, **kwargs})
        described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        shape = {"$ref": REF_TEMPLATE.format(model=problems.Details.__name__)}
        described["components"]["responses"] = {
            str(one.value): {
                "description": one.phrase,
                "content": {problems.MEDIA_TYPE: {"schema": shape}},
            }
            for one in problems.STATUSES
        }
        described["components"]["schemas"] |= _schemas(problems.Details)
        scopes = self._scopes()
        for operations in described["paths"].values():
            for method, operation in operations.items():
                operation["security"] = [{"token": scopes[operation["operationId"]]}]
                for response in operation["responses"].values():
                    given = response.get("content", {}).get("application/json", {})
                    if given.get("schema", {}).get("format") == "binary":
                        response["content"] = {OCTETS: given}
                operation["responses"] |= {
                    one.value: {"$ref": f"{_RESPONSES}{one.value}"}
                    for one in problems.STATUSES
                    if method != "get" or one != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                }
        return described

    @property
    @override
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Return the addresses; what is called at none, or as none takes it, is told so."""
        found, app, namespace = super().urls
        for one in found:
            if isinstance(one, URLPattern):
                is_root = one.name == "api-root"
                one.callback = csrf_exempt(problems.nowhere) if is_root else _told(one.callback)
        return [*found, re_path("", csrf_exempt(problems.nowhere))], app, namespace

    def _scopes(self) -> dict[str, list[str]]:
        """Return the scope that the token of each operation needs."""
        return {
            str(operation.operation_id): [
                auth.scope for auth in operation.auth_callbacks if isinstance(auth, Scoped)
            ]
            for _, router in self._routers
            for view in router.path_operations.values()
            for operation in view.operations
        }


def _schemas(shape: type[Schema]) -> dict[str, Any]:
    """Return a shape, and those that it is made of, by name."""
    found = shape.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
    return {**found.pop("$defs", {}), shape.__name__: found}


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def called(request: HttpRequest, **named: str) -> HttpResponse:
        answer = problems.has_nul((*named.values(), *map(str, request.GET.values()))) or view(
            request, **named
        )
        if isinstance(answer, HttpResponseNotAllowed):
            return problems.other_method(answer)
        return answer

    return called


api: Final = Interface(
    title="comity",
    version=version("comity"),
    description="What officers of a State do with requests, for programs in their name. Errors "
    "are problem details with a code, what is wrong and what to do next.",
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
    urls_namespace="api",
)
problems.tell_problems(api)

for _router in (
    request_verbs.router,
    acts.router,
    drafts.drafts,
    completeness.router,
    bank_messages.router,
    sharing.router,
    review.router,
    figures.router,
    case.router,
    contact.router,
    devices.router,
    duty.router,
    hotline.router,
    wording.router,
    brief.router,
    compartment.router,
    dialogue.router,
    match.router,
    share.router,
    share_board.router,
    share_figures.router,
    source.router,
    consumer.router,
    participant.router,
    roll.router,
    evidence.router,
    exercise.router,
    threat.router,
    money.router,
    uploads.router,
    proofs.router,
    clock.router,
    desk.router,
    papers.router,
    guideline.router,
    text_verbs.router,
    law.router,
    nation.router,
    state.router,
    webhooks.router,
    outside.router,
):
    api.add_router("/v1", _router)


@cache
def described() -> OpenAPISchema:
    """Return openapi.json: made once, as that takes seconds."""
    return api.get_openapi_schema()


@cache
def _described() -> paging.Tagged:
    return paging.Tagged.of(described())


@api.get("/openapi.json", include_in_schema=False)
def describe(request: HttpRequest) -> HttpResponse:
    """Return openapi.json: it takes no token."""
    return _described().answer(request)


@api.get(
    "/v1/whoami",
    auth=Scoped(api_token.READ),
    response=showing(Whoami),
    operation_id="whoami",
    summary="Tell in whose name this token works",
    tags=["token"],
)
def whoami(request: HttpRequest) -> HttpResponse:
    """Return the officer, their State and the scopes of the token."""
    caller = getattr(request, "auth", None)
    assert isinstance(caller, Caller)
    return paging.tagged(
        request,
        {
            "officer": caller.officer.name,
            "agency": caller.officer.agency,
            "office": caller.officer.office,
            "scopes": [*sorted(caller.token.scopes)],
            "label": caller.token.label,
            "until_ms": caller.token.until_ms,
            "party": node_of(request).party,
            "version": version("comity"),
        },
    )


def _be_strict(router: Router) -> None:
    """Refuse what no operation of a router knows in a query."""
    for view in router.path_operations.values():
        for operation in view.operations:
            operation.view_func = strict_query.known_alone(operation, api.parser)


def add_rooms(tables: Sequence[Table]) -> None:
    """Add the calls of rooms that are printed from their verbs alone; each once."""
    for table in tables:
        if table.noun in _ADDED:
            continue
        _ADDED.add(table.noun)
        made = room_calls.router(table)
        api.add_router("/v1", made)
        _be_strict(made)


_ADDED: Final[set[str]] = set()

for _, _router in api._routers:  # noqa: SLF001 -- there is no other way to all operations
    _be_strict(_router)
