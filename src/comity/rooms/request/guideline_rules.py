"""What a guideline decides of requests, in the form in which the room of requests asks it.

    of(guideline) -> Rules(version, types={"stop-payment": TypeRules(…)}, grounds, …)

Floor: rooms.
"""

from types import MappingProxyType
from typing import Final

from comity.joint.guideline import model, shared_values
from comity.joint.guideline.model import Guideline, RequestType
from comity.joint.request.ladder import NO_LADDER, Ladder, Step
from comity.joint.request.rules import Rules, TypeRules

_RULES_MAX: Final = 16
_RULES: Final[dict[str, Rules]] = {}
"""By hash of the guideline."""


def of(guideline: Guideline) -> Rules:
    """Return the rules of a version."""
    found = _RULES.get(guideline.sha256)
    if found is None:
        found = _made(guideline)
        if len(_RULES) >= _RULES_MAX:
            _RULES.clear()  # another thread that found its own there has it in hand
        _RULES[guideline.sha256] = found
    return found


def _made(guideline: Guideline) -> Rules:
    return Rules(
        version=guideline.sha256,
        types=MappingProxyType(
            {one.id: _of_type(guideline, one) for one in guideline.types.values()}
        ),
        grounds=frozenset(guideline.refusals),
        postponements=frozenset(guideline.postponements),
        conditions=frozenset(guideline.conditions),
        criteria=frozenset(guideline.quality),
    )


def _of_type(guideline: Guideline, kind: RequestType) -> TypeRules:
    joint = shared_values.of_type(guideline, kind.id)
    always = {one.element for one in kind.elements if one.need.kind == model.ALWAYS}
    times = [one for one in joint if one.kind == shared_values.TIME]
    return TypeRules(
        urgencies=frozenset(kind.urgencies),
        times_needed=frozenset(one.id for one in times if one.element in always),
        times_allowed=frozenset(one.id for one in times if one.element not in always),
        codes_allowed=MappingProxyType(
            {
                one.id: shared_values.choices(guideline, one)
                for one in joint
                if one.kind not in (shared_values.TIME, shared_values.MONEY)
            }
        ),
        grounds_barred=frozenset(
            one.code for one in guideline.refusals.values() if kind.id in one.except_types
        ),
        is_opening_agreed=kind.opening,
        ladder=_ladder(guideline, kind.id),
        sums_allowed=frozenset(one.id for one in joint if one.kind == shared_values.MONEY),
    )


def _ladder(guideline: Guideline, type_id: str) -> Ladder:
    found = guideline.ladder(type_id)
    if found is None:
        return NO_LADDER
    return MappingProxyType(
        {
            code: Step(one.by, one.needs, one.unit, frozenset(one.reasons))
            for code, one in found.steps.items()
        }
    )
