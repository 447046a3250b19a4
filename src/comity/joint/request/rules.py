"""What a guideline decides of requests, as this room needs it: codes, flags and times.

    Rules(version, types={"stop-payment": TypeRules(urgencies, times_needed=("transaction-at",))})

The room knows no guideline: whoever does makes this of the version that a request names.
Without rules (`None`) only the closed lists of the room decide; no fold ever reads them.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.joint.request import acts, sums
from comity.joint.request.ladder import NO_LADDER, Ladder
from comity.joint.request.state import ACCEPTANCE, DECLINED, State


@dataclass(frozen=True, slots=True)
class TypeRules:
    """What is agreed of one request type.

    Attributes:
        urgencies: that are allowed; at least one.
        times_needed: joint times that a request has, `transaction-at`.
        times_allowed: joint times that it may have besides.
        codes_allowed: joint codes that it may have: `{name: values}`.
        grounds_barred: grounds on which such a request is not refused.
        is_opening_agreed: whether either side says that it has opened what the other sent.
        ladder: steps of its measure, by their codes; none are told where it has none.
        sums_allowed: joint codes that are a sum, `asked`.
        approvals: `{tag: officers who approve}`; where it is silent, the node's own number.
    """

    urgencies: frozenset[str]
    times_needed: frozenset[str] = frozenset()
    times_allowed: frozenset[str] = frozenset()
    codes_allowed: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    grounds_barred: frozenset[str] = frozenset()
    is_opening_agreed: bool = False
    ladder: Ladder = NO_LADDER
    sums_allowed: frozenset[str] = frozenset()
    approvals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Rules:
    """What is agreed of requests in one version of a guideline.

    Attributes:
        version: SHA-256 of its document, 64 hex digits.
        types: by id.
        grounds: of refusal that are allowed.
        postponements: reasons that are allowed.
        conditions: that may be attached.
        criteria: of quality, by which requests and answers are assessed.
    """

    version: str
    types: Mapping[str, TypeRules]
    grounds: frozenset[str]
    postponements: frozenset[str]
    conditions: frozenset[str]
    criteria: frozenset[str] = frozenset()

    def of(self, type_id: str) -> TypeRules | None:
        """Return what is agreed of a type, or None for one that the guideline does not know."""
        return self.types.get(type_id)


TYPE_NOT_AGREED: Final = "type-not-agreed"
URGENCY_NOT_AGREED: Final = "urgency-not-agreed"
TIME_NOT_AGREED: Final = "time-not-agreed"
TIME_MISSING: Final = "time-missing"
GUIDELINE_OF_ANOTHER: Final = "guideline-of-another"
CODE_NOT_AGREED: Final = "code-not-agreed"
OPENING_NOT_AGREED: Final = "opening-not-agreed"
NOTHING_DECLINED: Final = "nothing-declined"

PROBLEMS: Final = (
    TYPE_NOT_AGREED,
    URGENCY_NOT_AGREED,
    TIME_NOT_AGREED,
    TIME_MISSING,
    GUIDELINE_OF_ANOTHER,
    CODE_NOT_AGREED,
    OPENING_NOT_AGREED,
    NOTHING_DECLINED,
)


def untrue(state: State, act: Act, party: str) -> str:
    """Return what is against the ground of an act, whatever was agreed, by name, or "".

    That a condition was declined is the one ground which the acts themselves prove or disprove;
    it needs no consultation, so that to give it untruly would spare one.
    """
    track = state.track(party)
    is_so = act.tag in _ON_A_GROUND and act.codes.get(acts.REASON) in _DECLINED_GROUND
    if track is None or not is_so:
        return ""
    declined = [one for one in track.threads if (one.kind, one.status) == (ACCEPTANCE, DECLINED)]
    named = [item for item in track.open_items() if not act.items or item in act.items]
    is_true = all(any(one.covers(item) for one in declined) for item in named)
    return "" if is_true else NOTHING_DECLINED


_DECLINED_GROUND: Final = frozenset({"condition-declined"})
_ON_A_GROUND: Final = frozenset({acts.CONSULTED, acts.REFUSED})


def problem(rules: Rules, state: State, act: Act) -> str:
    """Return what the guideline has against an act that is well formed, by name, or ""."""
    check = _CHECKS.get(act.tag)
    return check(rules, state, act) if check else ""


def _of_asking(rules: Rules, _: State, act: Act) -> str:
    if act.guideline != rules.version:
        return GUIDELINE_OF_ANOTHER
    agreed = rules.of(act.codes.get(acts.TYPE, ""))
    if agreed is None:
        return TYPE_NOT_AGREED
    if act.urgency not in agreed.urgencies:
        return URGENCY_NOT_AGREED
    if agreed.times_needed - act.times.keys():
        return TIME_MISSING
    allowed = agreed.times_needed | agreed.times_allowed
    if act.times.keys() - allowed:
        return TIME_NOT_AGREED
    is_agreed = all(_is_agreed(agreed, *one) for one in acts.joint_codes(act).items())
    return "" if is_agreed else CODE_NOT_AGREED


def _is_agreed(agreed: TypeRules, name: str, code: str) -> bool:
    if name in agreed.sums_allowed:
        return sums.CODE.fullmatch(code) is not None
    return code in agreed.codes_allowed.get(name, ())


def _of_ground(rules: Rules, state: State, act: Act) -> str:
    ground = act.codes.get(acts.REASON, "")
    agreed = rules.of(state.type)
    barred = agreed.grounds_barred if agreed else frozenset()
    return "" if ground in rules.grounds - barred else CODE_NOT_AGREED


def _of_postponement(rules: Rules, _: State, act: Act) -> str:
    return "" if act.codes.get(acts.REASON) in rules.postponements else CODE_NOT_AGREED


def _of_acceptance(rules: Rules, _: State, act: Act) -> str:
    attached = set(acts.under(act, acts.CONDITION).values())
    return "" if attached <= rules.conditions else CODE_NOT_AGREED


def _of_assessment(rules: Rules, _: State, act: Act) -> str:
    rated = acts.under(act, acts.QUALITY).keys()
    return "" if rated <= rules.criteria else CODE_NOT_AGREED


def _of_opening(rules: Rules, state: State, _: Act) -> str:
    agreed = rules.of(state.type)
    return "" if agreed is not None and agreed.is_opening_agreed else OPENING_NOT_AGREED


_CHECKS: Final[Mapping[str, Callable[[Rules, State, Act], str]]] = MappingProxyType(
    {
        acts.DRAFT_SHOWN: _of_asking,
        acts.SUBMITTED: _of_asking,
        acts.CONSULTED: _of_ground,
        acts.REFUSED: _of_ground,
        acts.POSTPONED: _of_postponement,
        acts.ACCEPTED: _of_acceptance,
        acts.OPENED: _of_opening,
        acts.ASSESSED: _of_assessment,
        acts.ASSESSMENT_SETTLED: _of_assessment,
    }
)
