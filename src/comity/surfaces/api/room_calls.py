# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The calls of a room that has none of its own: its verbs, its list, and one of its matters.

    GET  /calls
    GET  /calls/{hotline}
    POST /calls/{hotline}/pick-up

Floor: surfaces.
"""

import inspect
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, create_model

from comity.acts.verb import Table
from comity.node.desk import matter_json, matters
from comity.node.room import say
from comity.surfaces.api import paging, verb_call
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, MatterId, showing
from comity.surfaces.api.clock_shapes import ClockShown, DueNext
from comity.surfaces.api.shapes import Lines, Words


class MatterLine(Schema):
    """One matter in a list."""

    id: str
    status: str
    holder: str = Field(description="whose turn it is, or empty")
    ours: bool = Field(description="whether it is this State's")
    asker: str = Field(description="the party that opened it")
    clock: str = Field(description="that is due first, or empty")
    due_ms: int | None = Field(description="the first instant that is too late")


class MatterTurn(Schema):
    """One act of a matter."""

    act: str
    party: str
    tag: str
    words: Words
    codes: dict[str, str]
    times: dict[str, int] = Field(description="milliseconds since 1970 UTC")
    items: list[str]
    texts: list[dict[str, Any]] | None
    received_at_ms: int | None


class MatterOwn(Schema):
    """Something that this State alone knows of a matter."""

    what: Words
    value: str


class MatterShown(MatterLine):
    """One matter, whole."""

    channel: str
    digest: str = Field(description="of the state, equal on every node")
    state: dict[str, Any] = Field(description="as the specification of the room shows it")
    turns: list[MatterTurn]
    own: list[MatterOwn] = Field(description="what this State alone knows of it")
    clocks: list[ClockShown] = Field(description="that run on it, or ran")
    next: list[DueNext] = Field(description="what each party does next, and by when")
    missing: list[Words] = Field(description="what a clock lacks")


def router(table: Table) -> Router:
    """Return the calls of a room."""
    made = Router(tags=[table.plural])
    verb_call.add(made, table, partial(say.say, table))
    lines: dict[str, Any] = {
        table.plural: (list[MatterLine], ...),
        "next": (str, Field(description="the `after` of the next page; empty at the end")),
    }
    listed = create_model(f"{table.noun.capitalize()}Page", __base__=Schema, **lines)
    listed.__doc__ = f"Some {table.plural}, what waits for this State first."

    def list_matters(request: HttpRequest, filters: Query[Lines]) -> HttpResponse:
        """Return some matters that the officer may read."""
        node = node_of(request)
        rows, following = matters.page(
            node, officer_of(request), table.noun, filters.after, filters.count
        )
        value = matter_json.list_json(table, rows, node.party, matters.dues(node, table, rows))
        return paging.tagged(request, {**value, "next": following})

    def show_matter(request: HttpRequest, **of: str) -> HttpResponse:
        """Return one matter."""
        node = node_of(request)
        shown = matters.show(node, officer_of(request), table.noun, of[table.noun])
        return paging.tagged(request, matter_json.shown_json(table, shown, node.party))

    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    cast("Any", show_matter).__signature__ = inspect.Signature(
        [
            inspect.Parameter("request", positional, annotation=HttpRequest),
            inspect.Parameter(table.noun, positional, annotation=MatterId),
        ]
    )
    words = table.words["en"].lower()
    plural, one = table.plural_words["zh"], table.words["zh"]
    made.add_api_operation(
        f"/{table.plural}",
        ["GET"],
        list_matters,
        auth=READ,
        response=showing(listed),
        operation_id=f"list_{table.plural}",
        summary=f"List the {table.plural}, what waits for this State first",
        openapi_extra={"x-summaries": {"zh": f"列出{plural}，等待本国处理的在前"}},
    )
    made.add_api_operation(
        f"/{table.plural}/{{{table.noun}}}",
        ["GET"],
        show_matter,
        auth=READ,
        response=showing(MatterShown),
        operation_id=f"show_{table.noun}",
        summary=f"Show one {words}: how it stands and what was said",
        openapi_extra={"x-summaries": {"zh": f"显示一项{one}：现状与往来行文"}},
    )
    return made
