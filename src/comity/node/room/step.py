"""A step at home: a verb of a domestic table with all that was filled in.

    fit(Step(TABLE.verb("assign"), {"to": "han"}))["to"]

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.acts.verb import Given, Verb, flaws
from comity.kernel.problem import Unfit
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command


@dataclass(frozen=True, slots=True)
class Step:
    """A verb with what was filled in, whichever surface it came from.

    Attributes:
        verb: a row of the table of a domestic room.
        given: the values of its fields.
        command: by which one that is repeated is one.
    """

    verb: Verb
    given: Given
    command: Command = AS_OFTEN_AS_SAID


def fit(step: Step) -> Mapping[str, Any]:
    """Return the values of a step, each as its field has it.

    Raises:
        Unfit: `node.verb.unfit`, with every problem and its field.
    """
    if problems := tuple(flaws(step.verb, step.given)):
        raise Unfit("node.verb.unfit", step.verb.name, problems)
    return step.given
