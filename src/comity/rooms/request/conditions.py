"""Conditions that bind a State for what it was given in a request, with what each forbids.

A condition binds until who attached it waives it.  What it forbids stands in the guideline that
the request is bound to; where that does not say it, in the closed list.

Source: Budapest art. 28; docs/spec/request.md, clause 7.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping

from comity.acts.record import Act
from comity.joint.guideline.model import Guideline
from comity.joint.request import binding, codes
from comity.joint.request.state import State
from comity.node.base.bindings import Bound, Condition


def bound(now: State, draft: Act | None) -> Bound:
    """Return the guideline by which a request goes: that of its draft, or of its submission."""
    named = draft.guideline if draft is not None else ""
    return Bound(sha256=named or now.guideline)


def binding_on(
    now: State, guideline: Guideline | None, giver: str, act_id: str
) -> Iterator[Condition]:
    """Give the conditions that bind still for what a party gave in an act, or in any.

    Args:
        now: of the request.
        guideline: that it is bound to, or None.
        giver: the party.
        act_id: of the act, or "".
    """
    named = [act_id] if act_id else [one.act_id for one in now.turns if one.party == giver]
    agreed = _agreed(guideline)
    for code in sorted({code for one in named for code in binding.binding(now, giver, one)}):
        yield Condition(code, binding.forbids(code, agreed), _text(guideline, code))


def _agreed(guideline: Guideline | None) -> Mapping[str, tuple[str, ...]]:
    if guideline is None:
        return binding.FORBIDS
    listed = guideline.conditions.values()
    return {one.code: one.forbids for one in listed if one.forbids is not None}


def _text(guideline: Guideline | None, code: str) -> str:
    """Return the words of a condition: those of the guideline, in English where it has them."""
    one = guideline.conditions.get(code) if guideline else None
    if one is not None:
        return one.label.get("en") or next(iter(one.label.values()))
    return codes.CONDITIONS[code].en if code in codes.CONDITIONS else code
