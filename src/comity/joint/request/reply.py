"""What an addressee may say now, and what both sides may.  See `decide`.

Floor: joint (pure).
"""

from collections.abc import Mapping

from comity.acts.record import Act
from comity.joint.request import acts, dates, refusals, rules, state
from comity.joint.request.acts import Parts
from comity.joint.request.decide import By, newest, say
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible


def comment(now: State, by: By, findings: Mapping[str, str] | None = None) -> Act | Inadmissible:
    """Return the act that comments on the newest draft: `{element: deficiency}`."""
    drafted = now.turns[now.draft_at].act_id if now.draft_at is not None else ""
    return say(now, by, acts.COMMENTED, Parts(_on(findings or {})), drafted)


def acknowledge(now: State, by: By) -> Act | Inadmissible:
    """Return the act that registers the request under the addressee's own reference."""
    return say(now, by, acts.ACKNOWLEDGED)


def find_deficient(
    now: State, by: By, findings: Mapping[str, str], reason: str = ""
) -> Act | Inadmissible:
    """Return the act that says what is wrong: `{element: deficiency}`, and of the whole."""
    whole = {acts.REASON: reason} if reason else {}
    return say(now, by, acts.FOUND_DEFICIENT, Parts({**_on(findings), **whole}))


def reroute(now: State, by: By, agency: str, reason: str) -> Act | Inadmissible:
    """Return the act that tells the asker which agency now deals with it."""
    return say(now, by, acts.REROUTED, Parts({acts.AGENCY: agency, acts.REASON: reason}))


def accept(
    now: State, by: By, items: tuple[str, ...] = (), conditions: tuple[str, ...] = ()
) -> Act | Inadmissible:
    """Return the act that accepts these items, or all, under these conditions or none."""
    return say(now, by, acts.ACCEPTED, Parts(acts.numbered(acts.CONDITION, conditions), items))


def waive_condition(
    now: State, by: By, conditions: tuple[str, ...], about_act: str = ""
) -> Act | Inadmissible:
    """Return the act by which conditions that the asker accepted no longer bind.

    Args:
        now: state as it is.
        by: who waives, who attached them.
        conditions: codes of `codes.CONDITIONS`.
        about_act: the acceptance; the newest accepted one that has them all if "".
    """
    about = about_act or _bound_by(now, by.party, conditions)
    return say(
        now, by, acts.CONDITION_WAIVED, Parts(acts.numbered(acts.CONDITION, conditions)), about
    )


def _bound_by(now: State, party: str, conditions: tuple[str, ...]) -> str:
    track = now.track(party)
    found = (
        thread.id
        for thread in reversed(track.threads if track else ())
        if thread.kind == state.ACCEPTANCE and {*conditions} <= {*thread.codes.values()}
    )
    return next(found, "")


def report_status(
    now: State, by: By, stage: str, expected_at_ms: int | None = None
) -> Act | Inadmissible:
    """Return the act that says how far it is, and answers what was asked last, if anything."""
    times = {} if expected_at_ms is None else {acts.EXPECTED_AT: expected_at_ms}
    question = newest(now, state.STATUS, by.party)
    return say(now, by, acts.STATUS_REPORTED, Parts({acts.STAGE: stage}, times=times), question)


def answer(now: State, by: By, parts: Parts = acts.NO_PARTS) -> Act | Inadmissible:
    """Return the act that answers these items, or all; code `extent`, time `preserved-until`."""
    return say(now, by, acts.ANSWERED, parts)


def postpone(now: State, by: By, reason: str, review_at_ms: int) -> Act | Inadmissible:
    """Return the act that postpones it until a date of review."""
    parts = Parts({acts.REASON: reason}, times={acts.REVIEW_AT: review_at_ms})
    return say(now, by, acts.POSTPONED, parts)


def resume(now: State, by: By) -> Act | Inadmissible:
    """Return the act that takes it up again."""
    return say(now, by, acts.RESUMED)


def consult(
    now: State, by: By, reason: str, answer_by_ms: int, items: tuple[str, ...] = ()
) -> Act | Inadmissible:
    """Return the act that consults on a ground before these items, or all, are refused."""
    parts = Parts({acts.REASON: reason}, items, times={acts.ANSWER_BY: answer_by_ms})
    return say(now, by, acts.CONSULTED, parts)


def refuse(
    now: State, by: By, reason: str, items: tuple[str, ...] = (), now_ms: int | None = None
) -> Act | Inadmissible:
    """Return the act that refuses these items, or all that are open, on a ground.

    Args:
        now: state as it is.
        by: who refuses.
        reason: a ground of `reasons.REFUSALS`.
        items: none: all that are open.
        now_ms: the clock of the speaker; with it, a consultation on what is refused is
            waited for until the date that it names, where the ground asks for one.
    """
    act = say(now, by, acts.REFUSED, Parts({acts.REASON: reason}, items))
    if isinstance(act, Inadmissible) or now_ms is None:
        return act
    against = dates.problem(now, act, by.party, now_ms)
    return refusals.no(against, act) if against else act


def ask_use(now: State, by: By) -> Act | Inadmissible:
    """Return the act that asks for an account of the use of what was given."""
    return say(now, by, acts.USE_ASKED)


def correct(
    now: State, by: By, act_id: str, error: str, elements: tuple[str, ...] = ()
) -> Act | Inadmissible:
    """Return the act that names an error in an act of its author's and corrects it."""
    parts = Parts({acts.ERROR: error}, elements=elements)
    return say(now, by, acts.CORRECTED, parts, act_id)


def open_act(now: State, by: By, act_id: str) -> Act | Inadmissible:
    """Return the act that says that an act of the other side was opened, if that is agreed."""
    if by.rules is None:
        return refusals.no(rules.OPENING_NOT_AGREED)
    return say(now, by, acts.OPENED, answers=act_id)


def destroy(now: State, by: By, reason: str, blobs: tuple[str, ...]) -> Act | Inadmissible:
    """Return the act that attests that blobs were destroyed, by their SHA-256 in hex."""
    parts = Parts({acts.REASON: reason, **acts.numbered(acts.BLOB, blobs)})
    return say(now, by, acts.DESTROYED, parts)


def _on(findings: Mapping[str, str]) -> dict[str, str]:
    return {f"{acts.ON}{element}": kind for element, kind in findings.items()}
