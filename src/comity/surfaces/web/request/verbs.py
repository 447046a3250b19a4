"""What may be said of a request, as a table: what each verb is called, asks for, and does.

    Verb("acknowledge", …, ("reference", "words"), lambda said: request.say(*said.who, …))

A row names its fields; `makers` makes them from the request, its guideline and what is possible
now, and nothing here is written for one verb alone but the last column.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Value
from comity.joint.request import acts, codes, effects, reasons
from comity.node.desk import request
from comity.node.room.release.draft_store import Result
from comity.surfaces.web.request.row import (
    ABOUT,
    AGENCY,
    ANSWER_BY,
    CONDITIONS,
    ELEMENTS,
    EXPECTED,
    FILES,
    FINDINGS,
    ITEMS,
    OTHER,
    PARTIAL,
    RATINGS,
    REASON,
    REFERENCE,
    REVIEW,
    TO,
    VALUES,
    WORDS,
    Said,
    Verb,
)


def _say(tag: str, **names: str) -> Callable[[Said], Result]:
    """Return what says a verb: `{field: its name in the form}`."""

    def say(said: Said) -> Result:
        filled = {**said.given, "findings": said.findings, "ratings": said.ratings}
        given = {key: _value(filled.get(name)) for key, name in names.items()}
        return request.say(*said.who, tag, given, said.words)

    return say


def _value(given: Any) -> Value:  # noqa: ANN401 -- of any field
    return tuple(given) if isinstance(given, list) else "" if given is None else given


VERBS: Final = (
    Verb(
        effects.ACKNOWLEDGE,
        acts.ACKNOWLEDGED,
        _("Acknowledge it"),
        _("Confirms to %(other)s that it is registered, under a file number of yours."),
        (REFERENCE, WORDS),
        _say(acts.ACKNOWLEDGED),
    ),
    Verb(
        effects.COMMENT,
        acts.COMMENTED,
        _("Comment on the draft"),
        _("Says what would be missing or wrong if the request were made as it was shown."),
        (FINDINGS, REFERENCE, WORDS),
        _say(acts.COMMENTED, findings="findings"),
    ),
    Verb(
        effects.FIND_DEFICIENT,
        acts.FOUND_DEFICIENT,
        _("Say what is missing or wrong"),
        _("Asks %(other)s to complete it, element by element. It stays registered."),
        (FINDINGS, REASON, REFERENCE, WORDS),
        _say(acts.FOUND_DEFICIENT, findings="findings", reason="reason"),
        reasons.DEFICIENCIES,
        _("What is wrong with the whole"),
    ),
    Verb(
        effects.CLARIFY,
        acts.CLARIFIED,
        _("Supply what was missing"),
        _("Gives what was found missing or wrong."),
        (ABOUT, ELEMENTS, REFERENCE, WORDS, FILES),
        _say(acts.CLARIFIED, about="about"),
    ),
    Verb(
        effects.DISPUTE,
        acts.DEFICIENCY_DISPUTED,
        _("Dispute that it is deficient"),
        _("Says why nothing is missing or wrong."),
        (ABOUT, REASON, REFERENCE, WORDS),
        _say(acts.DEFICIENCY_DISPUTED, reason="reason", about="about"),
        reasons.DISPUTES,
    ),
    Verb(
        effects.CONFIRM,
        acts.CONFIRMED,
        _("Confirm it in writing"),
        _("Confirms in writing what was asked orally."),
        (ELEMENTS, REFERENCE, WORDS, FILES),
        _say(acts.CONFIRMED),
    ),
    Verb(
        effects.REROUTE,
        acts.REROUTED,
        _("Tell them that another agency has it"),
        _("Hands it to the agency of your State that is competent, and tells %(other)s."),
        (AGENCY, REASON, REFERENCE, WORDS),
        _say(acts.REROUTED, agency="agency", reason="reason"),
        codes.REROUTINGS,
    ),
    Verb(
        effects.ACCEPT,
        acts.ACCEPTED,
        _("Accept it"),
        _("Says that it will be carried out, wholly or item by item, with conditions or without."),
        (ITEMS, CONDITIONS, REFERENCE, WORDS),
        lambda said: request.say(
            *said.who,
            acts.ACCEPTED,
            {"conditions": tuple(said.given.get("conditions") or ()), "items": said.items},
            said.words,
        ),
    ),
    Verb(
        effects.ACCEPT_CONDITION,
        acts.CONDITION_ACCEPTED,
        _("Accept the conditions"),
        _("Binds your State to the conditions; what is given follows after that."),
        (ABOUT, REFERENCE, WORDS),
        _say(acts.CONDITION_ACCEPTED, about="about"),
    ),
    Verb(
        effects.DECLINE_CONDITION,
        acts.CONDITION_DECLINED,
        _("Decline the conditions"),
        _("Your State is not bound; whoever set them may accept on others, or refuse."),
        (ABOUT, REFERENCE, WORDS),
        _say(acts.CONDITION_DECLINED, about="about"),
    ),
    Verb(
        effects.WAIVE_CONDITION,
        acts.CONDITION_WAIVED,
        _("Waive a condition"),
        _("Consents that conditions which bind %(other)s no longer do."),
        (ABOUT, REASON, REFERENCE, WORDS),
        lambda said: request.say(
            *said.who,
            acts.CONDITION_WAIVED,
            {"conditions": (said.given["reason"],), "about": said.given.get("about", "")},
            said.words,
        ),
        codes.CONDITIONS,
        _("Condition"),
    ),
    Verb(
        effects.REPORT_STATUS,
        acts.STATUS_REPORTED,
        _("Report how far it is"),
        _("Tells %(other)s the stage, and when more is to be expected."),
        (REASON, EXPECTED, REFERENCE, WORDS),
        _say(acts.STATUS_REPORTED, stage="reason", expected_at="expected"),
        codes.STAGES,
        _("Stage"),
    ),
    Verb(
        effects.ASK_STATUS,
        acts.STATUS_ASKED,
        _("Ask how far it is"),
        _("Asks %(other)s for a report."),
        (REFERENCE, WORDS),
        _say(acts.STATUS_ASKED),
    ),
    Verb(
        effects.ANSWER,
        acts.ANSWERED,
        _("Answer it"),
        _("Gives what was asked, wholly or item by item, with files."),
        (VALUES, PARTIAL, REFERENCE, WORDS, FILES),
        lambda said: request.say(
            *said.who,
            acts.ANSWERED,
            {"extent": codes.PARTIAL if said.given.get("partial") else ""},
            said.words,
        ),
    ),
    Verb(
        effects.POSTPONE,
        acts.POSTPONED,
        _("Postpone it"),
        _("Says that it cannot be carried out now, why, and when that is reviewed."),
        (REASON, REVIEW, REFERENCE, WORDS),
        _say(acts.POSTPONED, reason="reason", review_at="review"),
        reasons.POSTPONEMENTS,
    ),
    Verb(
        effects.RESUME,
        acts.RESUMED,
        _("Take it up again"),
        _("Ends the postponement."),
        (REFERENCE, WORDS),
        _say(acts.RESUMED),
    ),
    Verb(
        effects.CONSULT,
        acts.CONSULTED,
        _("Consult before refusing"),
        _("Tells %(other)s the ground on which it may be refused, and asks for an answer."),
        (REASON, ITEMS, ANSWER_BY, REFERENCE, WORDS),
        _say(acts.CONSULTED, reason="reason", answer_by="answer_by", items="items"),
        reasons.REFUSALS,
        _("Ground"),
    ),
    Verb(
        effects.ANSWER_CONSULTATION,
        acts.CONSULTATION_ANSWERED,
        _("Answer the consultation"),
        _("Says what your State holds of the ground, before it is decided."),
        (ABOUT, REASON, REFERENCE, WORDS),
        _say(acts.CONSULTATION_ANSWERED, position="reason", about="about"),
        codes.POSITIONS,
        _("Position"),
    ),
    Verb(
        effects.REFUSE,
        acts.REFUSED,
        _("Refuse it"),
        _("Refuses it, wholly or item by item, on a ground and with reasons."),
        (REASON, ITEMS, REFERENCE, WORDS),
        _say(acts.REFUSED, reason="reason", items="items"),
        reasons.REFUSALS,
        _("Ground"),
        is_grave=True,
    ),
    Verb(
        effects.WITHDRAW,
        acts.WITHDRAWN,
        _("Withdraw it"),
        _("Takes back what is still open."),
        (REASON, REFERENCE, WORDS),
        _say(acts.WITHDRAWN, reason="reason"),
        reasons.WITHDRAWALS,
        is_grave=True,
    ),
    Verb(
        effects.SUPERSEDE,
        acts.SUPERSEDED,
        _("Put another request in its place"),
        _("Takes it back because another request, which was sent, stands in its place."),
        (OTHER, REASON, REFERENCE, WORDS),
        _say(acts.SUPERSEDED, by="other", error="reason"),
        codes.ERRORS,
        _("What was wrong"),
        is_grave=True,
    ),
    Verb(
        effects.CLOSE,
        acts.CLOSED,
        _("Close it"),
        _("Says that nothing more is expected."),
        (TO, REASON, REFERENCE, WORDS),
        _say(acts.CLOSED, reason="reason", to="to"),
        codes.CLOSINGS,
    ),
    Verb(
        effects.REOPEN,
        acts.REOPENED,
        _("Reopen it"),
        _("Asks again for what was answered or refused."),
        (TO, REASON, ITEMS, REFERENCE, WORDS),
        _say(acts.REOPENED, reason="reason", items="items", to="to"),
        codes.REOPENINGS,
    ),
    Verb(
        effects.CORRECT,
        acts.CORRECTED,
        _("Correct an act of yours"),
        _("Names an error in something your State said, and gives what is right."),
        (ABOUT, REASON, ELEMENTS, REFERENCE, WORDS, FILES),
        _say(acts.CORRECTED, about="about", error="reason"),
        codes.ERRORS,
        _("What was wrong"),
    ),
    Verb(
        effects.OPEN_ACT,
        acts.OPENED,
        _("Say that it was opened"),
        _("Tells %(other)s that an officer has opened what was sent."),
        (ABOUT, WORDS),
        _say(acts.OPENED, about="about"),
    ),
    Verb(
        effects.ASK_USE,
        acts.USE_ASKED,
        _("Ask for an account of the use"),
        _("Asks %(other)s how what was given was used."),
        (REFERENCE, WORDS),
        _say(acts.USE_ASKED),
    ),
    Verb(
        effects.REPORT_USE,
        acts.USE_REPORTED,
        _("Account for the use"),
        _("Tells %(other)s how what was given was used."),
        (ABOUT, REASON, REFERENCE, WORDS),
        _say(acts.USE_REPORTED, use="reason", about="about"),
        codes.USES,
        _("How it was used"),
    ),
    Verb(
        effects.ASSESS,
        acts.ASSESSED,
        _("Assess the quality"),
        _("Says, by the criteria of the guideline, how good an act of another State is, and why."),
        (ABOUT, RATINGS, ITEMS, REFERENCE, WORDS),
        _say(acts.ASSESSED, ratings="ratings", about="about", items="items"),
    ),
    Verb(
        effects.DISPUTE_ASSESSMENT,
        acts.ASSESSMENT_DISPUTED,
        _("Dispute their assessment"),
        _("Says why an assessment is not shared, and asks what comes of it."),
        (ABOUT, REASON, REFERENCE, WORDS),
        _say(acts.ASSESSMENT_DISPUTED, reason="reason", about="about"),
        codes.ASSESSMENT_DISPUTES,
    ),
    Verb(
        effects.SETTLE_ASSESSMENT,
        acts.ASSESSMENT_SETTLED,
        _("Settle a disputed assessment"),
        _("Says what comes of your assessment that was disputed: this then stands."),
        (ABOUT, REASON, RATINGS, REFERENCE, WORDS),
        lambda said: request.say(
            *said.who,
            acts.ASSESSMENT_SETTLED,
            {
                "outcome": said.given["reason"],
                "ratings": said.ratings if said.given["reason"] == codes.CHANGED else {},
                "about": said.given.get("about", ""),
            },
            said.words,
        ),
        codes.OUTCOMES,
        _("What comes of it"),
    ),
)
"""Every verb but `submit` and `show-draft`, which begin a request, and `destroy` of evidence."""

BY_NAME: Final[Mapping[str, Verb]] = {one.name: one for one in VERBS}
LABELS: Final[Mapping[str, Promise]] = {one.name: one.label for one in VERBS}
