"""How a request of the years ends: what was given is opened, corrected, assessed, closed, used.

Floor: lab.
"""

from collections.abc import Iterator, Mapping

from comity.acts.record import Act
from comity.joint.request import acts, codes, decide
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible
from comity_lab.years import table as tables
from comity_lab.years.drawn import Drawn
from comity_lab.years.plan import Step


def after_giving(course: Drawn) -> Iterator[Step]:
    """Give what is said when something was given, until it is closed and accounted for."""
    plan = course.plan
    if course.happens("opened") and course.is_opening_agreed:
        answered = next(
            (t.act_id for t in reversed(course.state.turns) if t.tag == acts.ANSWERED), ""
        )
        yield course.step(
            "acknowledge", plan.asker, decide.saying(acts.OPENED, {"about": answered})
        )
    if course.happens("corrected"):
        given = next(t.act_id for t in reversed(course.state.turns) if t.tag == acts.ANSWERED)
        error = course.chance.choice(("wrong-time", "wrong-attachment", "wrong-translation"))
        yield course.step(
            "respond",
            plan.addressee,
            decide.saying(acts.CORRECTED, {"about": given, "error": error}),
        )
    if course.happens("reopened"):
        again = course.items[:1]
        why = course.chance.choice(("incomplete", "unusable", "new-facts"))
        yield course.step(
            "close", plan.asker, decide.saying(acts.REOPENED, {"reason": why, "items": again})
        )
        yield course.answer(course.drawn("respond"), again)
    yield from assessing_it(course, ("answered-what-was-asked", "usable", "reasons-given"))
    if course.happens("closed"):
        yield course.step("close", plan.asker, _close)
    if course.is_filed and course.happens("use_asked"):
        yield course.step("use", plan.addressee, decide.saying(acts.USE_ASKED))
        if course.happens("use_reported"):
            use = course.chance.choice([*codes.USES])
            yield course.step("report", plan.asker, decide.saying(acts.USE_REPORTED, {"use": use}))


def assessing_it(course: Drawn, criteria: tuple[str, ...]) -> Iterator[Step]:
    """Give what each side says of the quality of what the other sent."""
    plan = course.plan
    if course.happens("assessed"):
        rated = {one: tables.one_of(course.chance, course.table.ratings) for one in criteria}
        yield course.step("report", plan.asker, decide.saying(acts.ASSESSED, {"ratings": rated}))
        if course.happens("assessment_disputed"):
            yield course.step("clarify", plan.addressee, _dispute_assessment)
            yield from _settling(course, rated)
    if course.happens("request_assessed"):
        found = {"complete-at-first": "partly" if course.is_deficient else "met"}
        yield course.step(
            "report", plan.addressee, decide.saying(acts.ASSESSED, {"ratings": found})
        )


def _settling(course: Drawn, rated: Mapping[str, str]) -> Iterator[Step]:
    outcome = course.chance.choice(["upheld", "upheld", "withdrawn", codes.CHANGED])
    anew = dict.fromkeys(rated, "met") if outcome == codes.CHANGED else dict[str, str]()
    yield course.step(
        "clarify",
        course.plan.asker,
        decide.saying(acts.ASSESSMENT_SETTLED, {"outcome": outcome, "ratings": anew}),
    )


def _dispute_assessment(now: State, by: By) -> Act | Inadmissible:
    return decide.decided(now, by, acts.ASSESSMENT_DISPUTED, {"reason": "disagree"})


def _close(now: State, by: By) -> Act | Inadmissible:
    """Close as satisfied what was given whole, and as settled what was given in part."""
    is_whole = all(item == "answered" for track in now.tracks for item in track.items.values())
    return decide.decided(
        now, by, acts.CLOSED, {"reason": "satisfied" if is_whole else "settled-in-part"}
    )
