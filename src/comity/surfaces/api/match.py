"""Private matches: how much may still be asked; the rest follows from the verbs of the room.

    GET /match-budget?party=cn&kind=phone

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.joint.match import canon
from comity.rooms.match import read
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of
from comity.surfaces.api.calls import READ, showing
from comity.surfaces.api.shapes import Queried

router: Final = Router(tags=["matches"])


class BudgetFilter(Queried):
    """Whose budget."""

    party: str = Field(max_length=63, description="the other State")
    kind: str = Field("", max_length=63, description="of identifiers; all of them if empty")
    asked_of_us: bool = Field(default=False, description="what the other may ask this State")


class KindBudget(Schema):
    """What is left of one kind, in slots."""

    run: int = Field(description="of the greatest run now; 0 where none fits")
    epoch: int = Field(description="in this month")
    year: int = Field(description="in twelve months, at most twelve times a month's")


class MatchBudget(Schema):
    """What is left to ask one State."""

    party: str
    slots: dict[str, KindBudget]


@router.get(
    "/match-budget",
    auth=READ,
    response=showing(MatchBudget),
    operation_id="show_match_budget",
    summary="Show how much may still be asked of another State in this month",
)
def show_match_budget(request: HttpRequest, filters: Query[BudgetFilter]) -> HttpResponse:
    """Return the budget of one party."""
    kinds = [one for one in canon.KINDS if filters.kind in ("", one)]
    found = read.budgets(node_of(request), filters.party, kinds, is_asked=filters.asked_of_us)
    return paging.tagged(request, read.budgets_json(filters.party, found))
