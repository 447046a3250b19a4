"""What is drawn of one request before it begins, and what its steps are made of.

Floor: lab.
"""

import random
from collections.abc import Mapping
from typing import Final

from comity.acts.verb import Value
from comity.joint.request import acts, decide
from comity.joint.request.state import EMPTY, State
from comity.kernel.ijson import Json
from comity_lab.years import table as tables
from comity_lab.years.plan import Plan, Say, Step
from comity_lab.years.table import Table
from comity_lab.years.values import DAY_MS, ITEMS, SUBJECT

SOON_MS: Final = 4 * 60_000
SIMPLE: Final = frozenset({"spontaneous", "status-query", "preservation-extension"})
"""Types that are answered, and nothing else said of them."""

_WITH_FILES: Final = frozenset({"subscriber", "traffic", "content", "court-evidence"})
_PRESERVED: Final = frozenset({"preservation", "preservation-extension"})
_MISSABLE: Final = (
    "nature-of-case",
    "purpose",
    "necessity",
    "offence",
    "recall",
    "side-effects",
    "why-sent",
    "extension-reason",
    "question",
)
"""What an asker leaves out, the first that its type asks for."""

_LINKS: Final = ("relation-to-offence", "relation-to-emergency", "observed", "incident")


class Drawn:
    """One request, and what was drawn of it.

    Attributes:
        plan: what is asked.
        table: the figures.
        elements: values of a complete request.
        state: where it stands; set before each step.
        at_ms: when that was; likewise.
        chance: of this request.
        items: that it asks for.
        is_given: whether something comes of it.
        whole_ms: from its beginning to its completion.
        kind: what is wrong with it, or "".
        about: with which element.
        lacks: what its asker leaves out, and why.
    """

    def __init__(self, plan: Plan, table: Table, elements: Mapping[str, Json]) -> None:
        """Draw what will come of it.

        Args:
            plan: what is asked.
            table: the figures.
            elements: values of a complete request.
        """
        self.plan = plan
        self.table = table
        self.elements = elements
        self.state: State = EMPTY
        self.at_ms = plan.at_ms
        self.chance = random.Random(f"course {plan.seed}")  # noqa: S311 -- it must be repeated
        self.items = ITEMS[plan.type]
        self.is_given = self.chance.randrange(tables.WHOLE) < table.given(
            plan.type, plan.urgency, plan.half
        )
        self.whole_ms = table.types[plan.type].completion[plan.urgency].drawn_ms(self.chance)
        self.kind, self.about = self._deficiency() if self.happens("deficient") else ("", "")
        self.lacks = {self.about: "to-follow"} if self.kind == "missing" else dict[str, str]()

    def happens(self, name: str) -> bool:
        """Return whether something happens that has a share of its own."""
        return self.table.happens(self.chance, name)

    def drawn(self, name: str) -> int:
        """Return how long a step takes, milliseconds."""
        return self.table.times[name][self.plan.urgency].drawn_ms(self.chance)

    def step(self, name: str, party: str, say: Say, elements: tuple[str, ...] = ()) -> Step:
        """Return a step that takes a time of the table."""
        return Step(self.drawn(name), party, say, elements)

    def _deficiency(self) -> tuple[str, str]:
        """Return what is wrong, and with which element."""
        kind = tables.one_of(self.chance, self.table.deficiencies)
        asked = self.elements.keys()
        missable = [one for one in _MISSABLE if one in asked]
        links = [one for one in _LINKS if one in asked]
        subject = SUBJECT.get(self.plan.type, "data")
        if kind == "missing" and missable:
            return kind, missable[0]
        if kind == "no-link" and links:
            return kind, links[0]
        if kind == "no-legal-basis" and "legal-basis" in asked:
            return kind, "legal-basis"
        if kind in {"wrong", "overbroad"}:
            return kind, subject
        return "vague", subject

    @property
    def is_deficient(self) -> bool:
        """Whether the request came with something wrong."""
        return bool(self.kind)

    @property
    def is_filed(self) -> bool:
        """Whether what is given are data."""
        return self.plan.type in _WITH_FILES

    @property
    def is_opening_agreed(self) -> bool:
        """Whether either side says that it has opened what the other sent."""
        return self.plan.type not in SIMPLE

    def answer(
        self, wait_ms: int, items: tuple[str, ...], extent: str = "", *, is_filed: bool = False
    ) -> Step:
        """Return the step that gives some items."""
        given: dict[str, Value] = {"extent": extent} if extent else {}
        if self.plan.type in _PRESERVED and not extent:
            given["preserved_until"] = self.at_ms + wait_ms + 60 * DAY_MS
        return Step(
            wait_ms,
            self.plan.addressee,
            decide.saying(acts.ANSWERED, given, items=items),
            items=items,
            is_filed=is_filed,
        )
