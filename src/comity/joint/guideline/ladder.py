"""How a measure goes on, step by step: the ladders of the main joint text.

Source: docs/spec/guideline.md, clause 10; docs/spec/request.md, clause 16.
Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.kernel.legal_text import Sources, Words


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a measure.

    Attributes:
        code: what stands in an act.
        label: its name.
        by: `asker` or `addressee`, who tells it.
        needs: steps of which one was told before; none: it may be the first.
        unit: of the sum that is told with it: `money`, `persons`, `count`; or "".
        reasons: of which one is told with it.
    """

    code: str
    label: Words
    by: str
    needs: tuple[str, ...] = ()
    unit: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """How a measure goes on, step by step.

    Attributes:
        id: its name.
        label: what it is called.
        types: request types that it is of.
        steps: by code, in the order in which they come about.
        sources: where it comes from.
    """

    id: str
    label: Words
    types: tuple[str, ...]
    steps: Mapping[str, Step]
    sources: Sources
