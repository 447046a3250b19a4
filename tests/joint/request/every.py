"""One way to say each verb of a request.

Floor: tests.
"""

from collections.abc import Callable

from joint.request.histories import REVIEW_MS

from comity.acts.record import Act
from comity.joint.request import acts
from comity.joint.request.decide import By, decided, saying
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

CONSULTED = "essential-interests"
UNCONSULTED = "impossible"

type Say = Callable[[State, By], Act | Inadmissible]

EVERY: dict[str, Say] = {
    acts.COMMENTED: saying(acts.COMMENTED, {"findings": {"facts": "vague"}}),
    acts.CONFIRMED: saying(acts.CONFIRMED),
    acts.ACKNOWLEDGED: saying(acts.ACKNOWLEDGED),
    acts.FOUND_DEFICIENT: saying(acts.FOUND_DEFICIENT, {"findings": {"facts": "missing"}}),
    acts.DEFICIENCY_DISPUTED: saying(acts.DEFICIENCY_DISPUTED, {"reason": "present"}),
    acts.CLARIFIED: saying(acts.CLARIFIED),
    acts.REROUTED: saying(acts.REROUTED, {"agency": "customs", "reason": "competence"}),
    acts.ACCEPTED: saying(acts.ACCEPTED, {"conditions": ("confidential",)}),
    acts.CONDITION_ACCEPTED: saying(acts.CONDITION_ACCEPTED),
    acts.CONDITION_DECLINED: saying(acts.CONDITION_DECLINED),
    acts.CONDITION_WAIVED: saying(acts.CONDITION_WAIVED, {"conditions": ("confidential",)}),
    acts.STATUS_ASKED: saying(acts.STATUS_ASKED),
    acts.STATUS_REPORTED: saying(acts.STATUS_REPORTED, {"stage": "in-execution", "expected_at": 5}),
    acts.ANSWERED: saying(acts.ANSWERED),
    acts.POSTPONED: saying(acts.POSTPONED, {"reason": "significant-delay", "review_at": REVIEW_MS}),
    acts.RESUMED: saying(acts.RESUMED),
    acts.CONSULTED: saying(acts.CONSULTED, {"reason": CONSULTED, "answer_by": REVIEW_MS}),
    acts.CONSULTATION_ANSWERED: saying(acts.CONSULTATION_ANSWERED, {"position": "narrows"}),
    acts.REFUSED: saying(acts.REFUSED, {"reason": UNCONSULTED}),
    acts.WITHDRAWN: saying(acts.WITHDRAWN, {"reason": "replaced"}),
    acts.SUPERSEDED: saying(acts.SUPERSEDED, {"by": "b" * 26, "error": "wrong-scope"}),
    acts.CLOSED: saying(acts.CLOSED, {"reason": "satisfied"}),
    acts.REOPENED: saying(acts.REOPENED, {"reason": "incomplete"}),
    acts.CORRECTED: lambda s, b: decided(
        s, b, acts.CORRECTED, {"about": s.request_id, "error": "wrong-person"}
    ),
    acts.OPENED: lambda s, b: decided(s, b, acts.OPENED, {"about": s.request_id}),
    acts.USE_ASKED: saying(acts.USE_ASKED),
    acts.USE_REPORTED: saying(acts.USE_REPORTED, {"use": "not-used"}),
    acts.DESTROYED: saying(acts.DESTROYED, {"reason": "case-ended", "blobs": ("0" * 64,)}),
    acts.ASSESSED: saying(acts.ASSESSED, {"ratings": {"usable": "partly"}}),
    acts.ASSESSMENT_DISPUTED: saying(acts.ASSESSMENT_DISPUTED, {"reason": "done"}),
    acts.ASSESSMENT_SETTLED: saying(
        acts.ASSESSMENT_SETTLED, {"outcome": "changed", "ratings": {"usable": "met"}}
    ),
    acts.STEP_TOLD: saying(
        acts.STEP_TOLD,
        {"steps": {"whole": "held"}, "sums": {"whole": 100}, "units": {"whole": "EUR"}},
    ),
}
