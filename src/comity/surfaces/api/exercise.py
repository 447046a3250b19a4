"""What a State does with an exercise at home.

    POST /exercises/{exercise}/destroy

The rest follows from the verbs of the room.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.node.room.step import Step
from comity.rooms.exercise import destruction
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import doing, or_refuse
from comity.surfaces.api.verb_call import add_step

router: Final = Router(tags=["exercises"])


class ExerciseDestroyed(Schema):
    """What was destroyed of an exercise at this node."""

    at_ms: int = Field(description="when it was done last")
    bodies: int = Field(description="words and files of both channels, since the first time")
    officer: str = Field(description="who did it last")


def _destroy(request: HttpRequest, exercise: str, _step: Step) -> HttpResponse:
    node, officer = node_of(request), officer_of(request)
    done = or_refuse(destruction.destroy(node, officer, exercise, owns_high_water=True))
    return paging.told(done.to_json())


add_step(
    router,
    destruction.TABLE,
    destruction.DESTROY,
    _destroy,
    doing(ExerciseDestroyed),
    is_keyed=False,
)
