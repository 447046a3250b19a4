"""Webhooks: a program registers where it is told, tries it, reads what came of each call.

    POST /webhooks                   {"url": "https://…", "kinds": ["act"]}    the secret, once
    POST /webhooks/{webhook}/test    {}
    GET  /webhooks/{webhook}/tries

What is told has ids, a time and codes; it is fetched by the calls of this interface.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.webhook import kinds as known
from comity.kernel.ijson import Json
from comity.node.base import cursor
from comity.node.desk.webhooks import address, as_json, registry
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import KEY, WEBHOOK, doing, making, once, or_refuse, showing
from comity.surfaces.api.shapes import Lines, Queried, Strict

router: Final = Router(tags=["webhooks"])

type HookId = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]

_KINDS: Final = "; ".join(f"{kind}: {what}" for kind, what in known.KINDS.items())


class Add(Strict):
    """Where a program listens, and for what."""

    url: str = Field(
        min_length=1, max_length=address.URL_CHARS_MAX, description="https, and not this machine"
    )
    kinds: list[str] = Field(min_length=1, max_length=len(known.KINDS), description=_KINDS)


class Hook(Schema):
    """A webhook, without its secret."""

    webhook: str
    officer: str
    url: str
    kinds: list[str]
    since_ms: int
    ended_ms: int | None
    why_ended: str = Field(description="officer, left, or gone: the program said 410; or empty")


class HookMade(Hook):
    """A webhook that was registered."""

    secret: str = Field(description="signs what is told; it is shown once")


class HookPage(Schema):
    """Some webhooks of the officer, the newest first."""

    webhooks: list[Hook]
    next: str = Field(description="the `after` of the next page; empty at the end")


class Tested(Schema):
    """A test that waits to be told."""

    event: str
    type: str


class HookTry(Schema):
    """One call that was made to a webhook."""

    event: str = Field(description="the `webhook-id` without `msg_`")
    type: str
    number: int = Field(description="of the try, from 1")
    at_ms: int
    took_ms: int
    status: int = Field(description="of HTTP; 0 where nothing answered")
    outcome: str = Field(description="told, again, given-up (not tried any more) or withheld")
    error: str
    next_ms: int | None = Field(description="when it is tried again")


class HookTries(Schema):
    """Some of the calls to a webhook, the newest first."""

    tries: list[HookTry]
    next: str = Field(description="the `after` of the next page; empty at the end")


class Page(Queried):
    """Where the list goes on."""

    after: str = Field("", max_length=100, description="the `next` of a page")


@router.post(
    "/webhooks",
    auth=WEBHOOK,
    response=making(HookMade),
    operation_id="add_webhook",
    summary="Register where a program is told what happens; the secret is shown once",
)
def add_webhook(request: HttpRequest, payload: Add, idempotency_key: str = KEY) -> HttpResponse:
    """Return the webhook with its secret."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    hook = or_refuse(registry.add_once(*who, payload.url, payload.kinds, command))
    return paging.told({**as_json.hook_json(hook), "secret": hook.secret}, HTTPStatus.CREATED)


@router.get(
    "/webhooks",
    auth=WEBHOOK,
    response=showing(HookPage),
    operation_id="list_webhooks",
    summary="List the webhooks of the officer, ended ones too",
)
def list_webhooks(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return some without their secrets, the newest first, and where the next page begins."""
    every = registry.listing(node_of(request), officer_of(request))
    found, following = cursor.page_of(every, _place, page.after, page.count)
    lines: list[Json] = [as_json.hook_json(one) for one in found]
    return paging.tagged(request, {"webhooks": lines, "next": following})


def _place(one: registry.Hook) -> tuple[int | str, ...]:
    return (-one.since_ms, one.id)


@router.post(
    "/webhooks/{webhook}/test",
    auth=WEBHOOK,
    response=doing(Tested),
    operation_id="test_webhook",
    summary="Let a webhook be told of a test; what came of it stands in its tries",
)
def test_webhook(request: HttpRequest, webhook: HookId) -> HttpResponse:
    """Return the id of the event."""
    event = registry.test(node_of(request), officer_of(request), webhook)
    return paging.told({"event": event.id, "type": event.type})


@router.get(
    "/webhooks/{webhook}/tries",
    auth=WEBHOOK,
    response=showing(HookTries),
    operation_id="list_tries",
    summary="List the calls that were made to a webhook, the newest first",
)
def list_tries(request: HttpRequest, webhook: HookId, page: Query[Page]) -> HttpResponse:
    """Return each try with its status, and when it is tried again."""
    found, after = registry.tries(node_of(request), officer_of(request), webhook, page.after)
    tries: list[Json] = [as_json.try_json(one) for one in found]
    return paging.tagged(request, {"tries": tries, "next": after})


@router.delete(
    "/webhooks/{webhook}",
    auth=WEBHOOK,
    response=doing(Hook),
    operation_id="end_webhook",
    summary="End a webhook: it is told nothing more",
)
def end_webhook(request: HttpRequest, webhook: HookId) -> HttpResponse:
    """End a webhook."""
    hook = registry.end(node_of(request), officer_of(request), webhook)
    return paging.told(as_json.hook_json(hook))
