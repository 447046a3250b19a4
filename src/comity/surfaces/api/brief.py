"""Briefs: what this State keeps to itself of a text or a session; nothing of it crosses.

    POST /wordings/{wording}/note       {"what": "fallback", "text": "Within 30 days will do."}
    POST /wordings/{wording}/clear      {"draft": "tfd3"}

What a brief holds stands in what is shown of its matter.

Floor: surfaces.
"""

from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.domestic.brief import verbs
from comity.node.room import brief
from comity.node.room.step import Step
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import doing, or_refuse
from comity.surfaces.api.verb_call import add_step

router: Final = Router(tags=["briefs"])


class BriefStep(Schema):
    """A step of a brief."""

    tag: str
    officer: str
    agency: str
    at_ms: int
    given: dict[str, str | int] = Field(description="what was filled in")
    content: str = Field(description="SHA-256 of the draft that it is about, or empty")


def _take(kind: str, request: HttpRequest, matter: str, step: Step) -> HttpResponse:
    done = or_refuse(brief.take(node_of(request), officer_of(request), kind, matter, step))
    return paging.told(done.as_json())


for _table in verbs.TABLES:
    for _row in _table.verbs:
        add_step(router, _table, _row, partial(_take, _table.noun), doing(BriefStep))
