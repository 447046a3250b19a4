"""One request from its sending to its end, step by step, by the table and its own chance.

    course = Course(plan, table, asked)
    for step in course.steps(): ...     who says what, after how long, with what words

Before each step whoever runs it sets `state` and `at_ms` to where the request stands.  A course
says what officers would do next; whether that may be said is decided when it is said.

Floor: lab.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts.record import Act, Addressee
from comity.joint.request import acts, codes, decide, reasons
from comity.joint.request.acts import Asked
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible
from comity_lab.years import ending
from comity_lab.years import table as tables
from comity_lab.years.drawn import SIMPLE, SOON_MS, Drawn
from comity_lab.years.plan import EMERGENCY, Say, Step
from comity_lab.years.values import DAY_MS, HOUR_MS

_LONG_MS: Final = 20 * DAY_MS
_REPORTS_MS: Final = 28 * DAY_MS
_GIVEN_UP_MS: Final = 150 * DAY_MS
_UNHEARD_MS: Final = 60 * DAY_MS
_TOO_LATE_MS: Final = 5 * DAY_MS
"""After how long an asker takes back what nothing comes of: ever, at all, in an emergency."""
_WITH_CONDITIONS: Final = frozenset({"content", "court-evidence", "traffic"})
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


class Course(Drawn):
    """The course of one request."""

    def steps(self) -> Iterator[Step]:
        """Give the steps, each when the one before was received."""
        yield from self._asking()
        if self.plan.urgency != EMERGENCY and self.happens("never_acknowledged"):
            yield self._giving_up(_UNHEARD_MS)
            return
        yield from self._registering()
        yield from self._completing()
        if self.happens("withdrawn"):
            yield self.step("respond", self.plan.asker, _withdraw("obtained-otherwise"))
            return
        yield from self._deciding()

    def _asking(self) -> Iterator[Step]:
        plan = self.plan
        is_oral = plan.urgency == EMERGENCY and self.happens("oral")
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
        if plan.urgency != EMERGENCY and self.happens("draft_shown"):
            yield Step(
                0,
                plan.asker,
                lambda _, by: decide.show_draft(by, to, asked, parties),
                is_first=True,
            )
            yield self.step("respond", plan.addressee, decide.saying(acts.COMMENTED))
            wait_ms = self.drawn("clarify")
        yield Step(
            wait_ms,
            plan.asker,
            lambda now, by: decide.submit(by, to, asked, parties, now),
            is_first=True,
        )
        if is_oral:
            given = asked.elements
            yield Step(
                self.chance.randrange(2 * HOUR_MS, 20 * HOUR_MS),
                plan.asker,
                decide.saying(acts.CONFIRMED, elements=given),
                elements=given,
            )

    def _registering(self) -> Iterator[Step]:
        plan = self.plan
        wait_ms = self.drawn("acknowledge")
        if self.happens("opened") and self.is_opening_agreed:
            opened = self.state.request_id
            yield Step(wait_ms, plan.addressee, decide.saying(acts.OPENED, {"about": opened}))
            wait_ms = SOON_MS
        yield Step(wait_ms, plan.addressee, decide.saying(acts.ACKNOWLEDGED))
        if self.happens("rerouted"):
            yield self.step(
                "acknowledge",
                plan.addressee,
                decide.saying(acts.REROUTED, {"agency": "cyber-unit", "reason": "competence"}),
            )

    def _completing(self) -> Iterator[Step]:
        """Give the rounds of a request that lacks something."""
        if not self.kind:
            return
        findings, about = {self.about: self.kind}, (self.about,)

        def find(now: State, by: By) -> Act | Inadmissible:
            return decide.decided(now, by, acts.FOUND_DEFICIENT, {"findings": findings})

        def clarify(now: State, by: By) -> Act | Inadmissible:
            return decide.decided(now, by, acts.CLARIFIED, elements=about)

        is_again = True
        while is_again:
            yield self.step("respond", self.plan.addressee, find)
            if self.happens("disputed"):
                yield self.step("clarify", self.plan.asker, _dispute)
                return
            yield self.step("clarify", self.plan.asker, clarify, about)
            is_again = self.happens("deficient_again")

    # Deciding

    def _deciding(self) -> Iterator[Step]:
        yield from self._accepting()
        yield from self._meanwhile()
        if self.is_given:
            yield from self._giving()
            yield from ending.after_giving(self)
        elif self.happens("refused_of_failed"):
            yield from self._refusing()
        elif self.plan.urgency == EMERGENCY:
            yield self._giving_up(_TOO_LATE_MS)
        elif self.happens("given_up"):
            yield self._giving_up(_GIVEN_UP_MS)

    def _giving_up(self, after_ms: int) -> Step:
        return Step(after_ms, self.plan.asker, _withdraw("no-longer-needed"))

    def _left_ms(self) -> int:
        """Return how long until it is to be complete; a little at least."""
        return max(self.plan.at_ms + self.whole_ms - self.at_ms, SOON_MS)

    def _accepting(self) -> Iterator[Step]:
        plan = self.plan
        with_conditions = (
            plan.type in _WITH_CONDITIONS and self.is_given and self.happens("conditions")
        )
        if plan.type in SIMPLE or not (with_conditions or self.happens("accepted_first")):
            return
        wait_ms = min(self.drawn("respond"), max(self._left_ms() // 2, SOON_MS))
        if not with_conditions:
            yield Step(wait_ms, plan.addressee, decide.saying(acts.ACCEPTED))
            return
        attached = tuple(self.chance.sample(_CONDITIONS, self.chance.randrange(1, 3)))
        yield Step(
            wait_ms,
            plan.addressee,
            decide.saying(acts.ACCEPTED, {"conditions": attached}),
        )
        if not self.happens("condition_declined"):
            yield self.step("condition", plan.asker, decide.saying(acts.CONDITION_ACCEPTED))
            return
        yield self.step("condition", plan.asker, decide.saying(acts.CONDITION_DECLINED))
        yield self.step("respond", plan.addressee, decide.saying(acts.ACCEPTED))

    def _meanwhile(self) -> Iterator[Step]:
        """Give what is said while it is being carried out."""
        plan = self.plan
        if plan.type not in SIMPLE and self.happens("postponed"):
            reason = tables.one_of(self.chance, self.table.postponements)
            review_at_ms = self.at_ms + self.drawn("postponed")
            yield self.step(
                "respond",
                plan.addressee,
                decide.saying(acts.POSTPONED, {"reason": reason, "review_at": review_at_ms}),
            )
            yield Step(
                max(review_at_ms - self.at_ms, SOON_MS), plan.addressee, decide.saying(acts.RESUMED)
            )
        if self._left_ms() > _LONG_MS and self.happens("status_asked"):
            yield Step(self._left_ms() // 2, plan.asker, decide.saying(acts.STATUS_ASKED))
            yield self._reporting(self.drawn("report"))
        while self._left_ms() > _REPORTS_MS + DAY_MS and plan.type not in SIMPLE:
            yield self._reporting(_REPORTS_MS - self.chance.randrange(3 * DAY_MS))

    def _reporting(self, wait_ms: int) -> Step:
        stage = self.chance.choice([*codes.STAGES])
        expected_ms = self.at_ms + wait_ms + 20 * DAY_MS
        return Step(
            wait_ms,
            self.plan.addressee,
            decide.saying(acts.STATUS_REPORTED, {"stage": stage, "expected_at": expected_ms}),
        )

    def _giving(self) -> Iterator[Step]:
        items = self.items
        is_filed = self.is_filed and self.happens("attached")
        wait_ms = self._left_ms()
        if len(items) > 1 and self.happens("partial_first"):
            first = items[:1]
            yield self.answer(wait_ms // 2, first, codes.PARTIAL)
            wait_ms = self._left_ms()
        if len(items) > 1 and self.happens("refused_in_part"):
            last = items[-1:]
            yield self.answer(wait_ms, items[:-1], is_filed=is_filed)
            yield Step(
                SOON_MS,
                self.plan.addressee,
                decide.saying(acts.REFUSED, {"reason": "impossible", "items": last}),
            )
            return
        yield self.answer(wait_ms, items, is_filed=is_filed)

    def _refusing(self) -> Iterator[Step]:
        plan = self.plan
        allowed = {
            code: weight for code, weight in self.table.refusals.items() if code not in plan.barred
        }
        ground = tables.one_of(self.chance, allowed)
        wait_ms = self._left_ms()
        if reasons.REFUSALS[ground].consult:
            answer_by_ms = self.at_ms + wait_ms + 14 * DAY_MS
            yield Step(
                wait_ms,
                plan.addressee,
                decide.saying(acts.CONSULTED, {"reason": ground, "answer_by": answer_by_ms}),
            )
            position = self.chance.choice(("maintains", "maintains", "narrows", "agrees"))
            yield self.step(
                "consultation",
                plan.asker,
                decide.saying(acts.CONSULTATION_ANSWERED, {"position": position}),
            )
            wait_ms = self.drawn("respond")
        yield Step(wait_ms, plan.addressee, decide.saying(acts.REFUSED, {"reason": ground}))
        yield from ending.assessing_it(self, ("reasons-given",))
        if self.happens("closed"):
            yield self.step(
                "close", plan.asker, decide.saying(acts.CLOSED, {"reason": "nothing-more"})
            )


def _dispute(now: State, by: By) -> Act | Inadmissible:
    return decide.decided(now, by, acts.DEFICIENCY_DISPUTED, {"reason": "present"})


def _withdraw(reason: str) -> Say:
    return decide.saying(acts.WITHDRAWN, {"reason": reason})
