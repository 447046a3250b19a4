"""Everything that is wrong with the steps of a measure that were filled in, field by field.

    of(state, "sn", row, given, rules, now_ms) -> (Problem("/sums/whole", "18500000", …), …)

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Matter, Office
from comity.acts.verb import Given, Verb, spelled
from comity.clocks import instants
from comity.joint.request import acts, decide, fields, refusals
from comity.joint.request.rules import Rules
from comity.joint.request.state import State
from comity.kernel.problem import Problem, pointer_of

_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {"step": "steps", "sum": "sums", "unit": "units", "reason": "reasons", "at": "times"}
)


def of(
    now: State, party: str, verb: Verb, given: Given, rules: Rules | None, now_ms: int
) -> Iterator[Problem]:
    """Give every problem of the steps of an act; none of another verb.

    Args:
        now: state as it is.
        party: who would tell them.
        verb: its row.
        given: values in which `flaws` finds nothing.
        rules: of the guideline that the request names, or None.
        now_ms: the clock of the speaker.
    """
    if verb.tag != acts.STEP_TOLD:
        return
    said = spelled(verb, given)
    act = Act(
        id="",
        tag=verb.tag,
        matter=Matter(acts.KIND, now.matter_id),
        speaker=Office(party),
        answers=now.request_id,
        codes=said.codes,
        times=said.times,
    )
    if name := fields.check(act):
        yield _problem("steps", "", name, "")
        return
    for one in decide.step_flaws(now, act, party, rules, now_ms):
        value = instants.render(int(one.value)) if one.field == "at" else one.value
        yield _problem(_KEYS[one.field], one.item, one.name, value)


def _problem(key: str, item: str, name: str, value: str) -> Problem:
    no = refusals.no(name)
    place = pointer_of((key, item) if item else (key,))
    return Problem(place, value[:80], no.what, no.fix, rule=no.rule)
