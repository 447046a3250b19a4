"""One request from its sending to its end, step by step, by the table and its own chance.

    course = Course(plan, table, asked)
    for step in course.steps(): ...     who says what, after how long, with what words

Before each step whoever runs it sets `state` and `at_ms` to where the request stands.  A course
says what officers would do next; whether that may be said is decided when it is said.

Floor: lab.
"""

import random
from collections.abc import Iterator, Mapping
from typing import Final

from comity.acts.record import Act, Addressee
from comity.joint.request import acts, codes, decide, reasons, replying
from comity.joint.request.acts import Asked, Parts
from comity.joint.request.decide import By
from comity.joint.request.state import EMPTY, State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.lab.years import table as tables
from comity.lab.years.plan import EMERGENCY, Plan, Say, Step
from comity.lab.years.table import Table
from comity.lab.years.values import DAY_MS, HOUR_MS, ITEMS, SUBJECT

_SOON_MS: Final = 4 * 60_000
_LONG_MS: Final = 20 * DAY_MS
_REPORTS_MS: Final = 28 * DAY_MS
_GIVEN_UP_MS: Final = 150 * DAY_MS
_WITH_CONDITIONS: Final = frozenset({"content", "court-evidence", "traffic"})
_WITH_FILES: Final = frozenset({"subscriber", "traffic", "content", "court-evidence"})
_SIMPLE: Final = frozenset({"spontaneous", "status-query", "preservation-extension"})
"""Types that are answered, and nothing else said of them."""

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
_CONDITIONS: Final = ("confidential", "no-other-use", "no-onward-transfer", "account-of-use")
_BARRED: Final = frozenset({"emergency-disclosure", "stop-payment"})


class Course:
    """The course of one request."""

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
        self._chance = random.Random(f"course {plan.seed}")  # noqa: S311 -- it must be repeated
        self.items = ITEMS[plan.type]
        self._is_given = self._chance.randrange(tables.WHOLE) < table.given(
            plan.type, plan.urgency, plan.half
        )
        self._whole_ms = table.types[plan.type].completion[plan.urgency].drawn_ms(self._chance)
        self._kind, self._about = self._deficiency() if self._happens("deficient") else ("", "")
        self.lacks = {self._about: "to-follow"} if self._kind == "missing" else dict[str, str]()

    def steps(self) -> Iterator[Step]:
        """Give the steps, each when the one before was received."""
        yield from self._asking()
        if self._happens("never_acknowledged"):
            return
        yield from self._registering()
        yield from self._completing()
        if self._happens("withdrawn"):
            yield self._step("respond", self.plan.asker, _withdraw("obtained-otherwise"))
            return
        yield from self._deciding()

    def _happens(self, name: str) -> bool:
        return self.table.happens(self._chance, name)

    def _drawn(self, name: str) -> int:
        return self.table.times[name][self.plan.urgency].drawn_ms(self._chance)

    def _step(self, name: str, party: str, say: Say, elements: tuple[str, ...] = ()) -> Step:
        return Step(self._drawn(name), party, say, elements)

    def _deficiency(self) -> tuple[str, str]:
        """Return what is wrong, and with which element."""
        kind = tables.one_of(self._chance, self.table.deficiencies)
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

    # Asking

    def _asking(self) -> Iterator[Step]:
        plan = self.plan
        is_oral = plan.urgency == EMERGENCY and self._happens("oral")
        asked = Asked(
            plan.type,
            plan.urgency,
            self.items,
            tuple(sorted(self.elements.keys() - self.lacks.keys())),
            plan.guideline,
            plan.times,
            plan.joint,
            self.lacks,
            plan.extends,
            plan.follows,
            is_oral=is_oral,
        )
        to = (Addressee(plan.addressee, plan.agency),)
        parties = (plan.asker, plan.addressee)
        wait_ms = 0
        if plan.urgency != EMERGENCY and self._happens("draft_shown"):
            yield Step(
                0,
                plan.asker,
                lambda _, by: decide.show_draft(by, to, asked, parties),
                is_first=True,
            )
            yield self._step("respond", plan.addressee, replying.comment)
            wait_ms = self._drawn("clarify")
        yield Step(
            wait_ms,
            plan.asker,
            lambda now, by: decide.submit(by, to, asked, parties, now),
            is_first=True,
        )
        if is_oral:
            given = asked.elements
            yield Step(
                self._chance.randrange(2 * HOUR_MS, 20 * HOUR_MS),
                plan.asker,
                lambda now, by: decide.confirm(now, by, given),
                elements=given,
            )

    def _registering(self) -> Iterator[Step]:
        plan = self.plan
        wait_ms = self._drawn("acknowledge")
        if self._happens("opened") and self._is_opening_agreed:
            opened = self.state.request_id
            yield Step(wait_ms, plan.addressee, lambda now, by: replying.open_act(now, by, opened))
            wait_ms = _SOON_MS
        yield Step(wait_ms, plan.addressee, replying.acknowledge)
        if self._happens("rerouted"):
            yield self._step(
                "acknowledge",
                plan.addressee,
                lambda now, by: replying.reroute(now, by, "cyber-unit", "competence"),
            )

    @property
    def _is_opening_agreed(self) -> bool:
        return self.plan.type not in _SIMPLE

    def _completing(self) -> Iterator[Step]:
        """Give the rounds of a request that lacks something."""
        if not self._kind:
            return
        findings, about = {self._about: self._kind}, (self._about,)

        def find(now: State, by: By) -> Act | Inadmissible:
            return replying.find_deficient(now, by, findings)

        def clarify(now: State, by: By) -> Act | Inadmissible:
            return decide.clarify(now, by, about)

        is_again = True
        while is_again:
            yield self._step("respond", self.plan.addressee, find)
            if self._happens("disputed"):
                yield self._step("clarify", self.plan.asker, _dispute)
                return
            yield self._step("clarify", self.plan.asker, clarify, about)
            is_again = self._happens("deficient_again")

    # Deciding

    def _deciding(self) -> Iterator[Step]:
        yield from self._accepting()
        yield from self._meanwhile()
        if self._is_given:
            yield from self._giving()
            yield from self._afterwards()
        elif self._happens("refused_of_failed"):
            yield from self._refusing()
        elif self._chance.random() < 0.5:  # noqa: PLR2004 -- half of what nothing came of
            yield Step(_GIVEN_UP_MS, self.plan.asker, _withdraw("no-longer-needed"))

    def _left_ms(self) -> int:
        """Return how long until it is to be complete; a little at least."""
        return max(self.plan.at_ms + self._whole_ms - self.at_ms, _SOON_MS)

    def _accepting(self) -> Iterator[Step]:
        plan = self.plan
        with_conditions = (
            plan.type in _WITH_CONDITIONS and self._is_given and self._happens("conditions")
        )
        if plan.type in _SIMPLE or not (with_conditions or self._happens("accepted_first")):
            return
        wait_ms = min(self._drawn("respond"), max(self._left_ms() // 2, _SOON_MS))
        if not with_conditions:
            yield Step(wait_ms, plan.addressee, replying.accept)
            return
        attached = tuple(self._chance.sample(_CONDITIONS, self._chance.randrange(1, 3)))
        yield Step(
            wait_ms,
            plan.addressee,
            lambda now, by: replying.accept(now, by, (), attached),
        )
        if not self._happens("condition_declined"):
            yield self._step("condition", plan.asker, decide.accept_condition)
            return
        yield self._step("condition", plan.asker, decide.decline_condition)
        yield self._step("respond", plan.addressee, replying.accept)

    def _meanwhile(self) -> Iterator[Step]:
        """Give what is said while it is being carried out."""
        plan = self.plan
        if plan.type not in _SIMPLE and self._happens("postponed"):
            reason = tables.one_of(self._chance, self.table.postponements)
            review_at_ms = self.at_ms + self._drawn("postponed")
            yield self._step(
                "respond",
                plan.addressee,
                lambda now, by: replying.postpone(now, by, reason, review_at_ms),
            )
            yield Step(max(review_at_ms - self.at_ms, _SOON_MS), plan.addressee, replying.resume)
        if self._left_ms() > _LONG_MS and self._happens("status_asked"):
            yield Step(self._left_ms() // 2, plan.asker, decide.ask_status)
            yield self._reporting(self._drawn("report"))
        while self._left_ms() > _REPORTS_MS + DAY_MS and plan.type not in _SIMPLE:
            yield self._reporting(_REPORTS_MS - self._chance.randrange(3 * DAY_MS))

    def _reporting(self, wait_ms: int) -> Step:
        stage = self._chance.choice([*codes.STAGES])
        expected_ms = self.at_ms + wait_ms + 20 * DAY_MS
        return Step(
            wait_ms,
            self.plan.addressee,
            lambda now, by: replying.report_status(now, by, stage, expected_ms),
        )

    def _giving(self) -> Iterator[Step]:
        items = self.items
        is_filed = self.plan.type in _WITH_FILES and self._happens("attached")
        wait_ms = self._left_ms()
        if len(items) > 1 and self._happens("partial_first"):
            first = items[:1]
            yield self._answer(wait_ms // 2, first, codes.PARTIAL)
            wait_ms = self._left_ms()
        if len(items) > 1 and self._happens("refused_in_part"):
            last = items[-1:]
            yield self._answer(wait_ms, items[:-1], is_filed=is_filed)
            yield Step(
                _SOON_MS,
                self.plan.addressee,
                lambda now, by: replying.refuse(now, by, "impossible", last),
            )
            return
        yield self._answer(wait_ms, items, is_filed=is_filed)

    def _answer(
        self, wait_ms: int, items: tuple[str, ...], extent: str = "", *, is_filed: bool = False
    ) -> Step:
        told = {acts.EXTENT: extent} if extent else dict[str, str]()
        keeps = self.plan.type in _PRESERVED and not extent
        until_ms = self.at_ms + wait_ms + 60 * DAY_MS
        times = {acts.PRESERVED_UNTIL: until_ms} if keeps else dict[str, int]()
        parts = Parts(told, items, times=times)
        return Step(
            wait_ms,
            self.plan.addressee,
            lambda now, by: replying.answer(now, by, parts),
            items=items,
            is_filed=is_filed,
        )

    def _refusing(self) -> Iterator[Step]:
        plan = self.plan
        allowed = {
            code: weight for code, weight in self.table.refusals.items() if code not in plan.barred
        }
        ground = tables.one_of(self._chance, allowed)
        wait_ms = self._left_ms()
        if reasons.REFUSALS[ground].consult:
            answer_by_ms = self.at_ms + wait_ms + 14 * DAY_MS
            yield Step(
                wait_ms,
                plan.addressee,
                lambda now, by: replying.consult(now, by, ground, answer_by_ms),
            )
            position = self._chance.choice(("maintains", "maintains", "narrows", "agrees"))
            yield self._step(
                "consultation",
                plan.asker,
                lambda now, by: decide.answer_consultation(now, by, position),
            )
            wait_ms = self._drawn("respond")
        yield Step(wait_ms, plan.addressee, lambda now, by: replying.refuse(now, by, ground))
        if self._happens("closed"):
            yield self._step(
                "close", plan.asker, lambda now, by: decide.close(now, by, "nothing-more")
            )

    # Afterwards

    def _afterwards(self) -> Iterator[Step]:
        plan = self.plan
        if self._happens("opened") and self._is_opening_agreed:
            answered = next(
                (t.act_id for t in reversed(self.state.turns) if t.tag == acts.ANSWERED), ""
            )
            yield self._step(
                "acknowledge", plan.asker, lambda now, by: replying.open_act(now, by, answered)
            )
        if self._happens("corrected"):
            given = next(t.act_id for t in reversed(self.state.turns) if t.tag == acts.ANSWERED)
            error = self._chance.choice(("wrong-time", "wrong-attachment", "wrong-translation"))
            yield self._step(
                "respond",
                plan.addressee,
                lambda now, by: replying.correct(now, by, given, error),
            )
        if self._happens("reopened"):
            again = self.items[:1]
            why = self._chance.choice(("incomplete", "unusable", "new-facts"))
            yield self._step(
                "close", plan.asker, lambda now, by: decide.reopen(now, by, why, again)
            )
            yield self._answer(self._drawn("respond"), again)
        if self._happens("closed"):
            yield self._step("close", plan.asker, _close)
        if plan.type in _WITH_FILES and self._happens("use_asked"):
            yield self._step("use", plan.addressee, replying.ask_use)
            if self._happens("use_reported"):
                use = self._chance.choice([*codes.USES])
                yield self._step(
                    "report", plan.asker, lambda now, by: decide.report_use(now, by, use)
                )


def _dispute(now: State, by: By) -> Act | Inadmissible:
    return decide.dispute(now, by, "present")


def _withdraw(reason: str) -> Say:
    return lambda now, by: decide.withdraw(now, by, reason)


def _close(now: State, by: By) -> Act | Inadmissible:
    """Close as satisfied what was given whole, and as settled what was given in part."""
    is_whole = all(item == "answered" for track in now.tracks for item in track.items.values())
    return decide.close(now, by, "satisfied" if is_whole else "settled-in-part")
