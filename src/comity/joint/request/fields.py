"""Which fields each tag uses, as data; and the check that an act has these and no other.

    request.refused/1    answers the request; codes reason (required, one of REFUSALS) and
                         own-reference; items

Source: protocol rule 14.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.reason import Reasons
from comity.acts.record import Act
from comity.acts.urgencies import URGENCIES
from comity.joint.request import acts, codes, reasons

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
ID: Final = re.compile(r"[a-z2-7]{26}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
ANY: Final = re.compile(r".+")
UNIT: Final = re.compile(r"[A-Z]{3}|persons|count")
"""Of a sum: a currency of ISO 4217, or what is counted."""

type Allowed = Reasons | re.Pattern[str]
"""What a code may be: one of a closed list, or a text of some shape."""

ASKER: Final = "asker"
ADDRESSEE: Final = "addressee"
EITHER: Final = "either"

DRAFT: Final = "draft"
REQUEST: Final = "request"
ACT: Final = "act"
"""What `answers` names: a draft or nothing; the submission; another act of the matter."""

_FREE: Final = ("",)
"""Times of any name: the guideline says which."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one tag.

    Attributes:
        by: `asker`, `addressee` or `either`.
        answers: `draft`, `request` or `act`.
        needs: codes that it has.
        may: codes that it may have; `own-reference` always.
        under: `{prefix: allowed}` of codes that are counted or named by element.
        counts: whether names under a prefix are 1, 2, 3 and at least one is there.
        items: whether items may be named.
        elements: whether elements may be named.
        times: names of times that may be there; of those with `!` that are; one that ends in a
            dot is a prefix.
        to: whether it names the addressees that it concerns.
        joint: whether it may have codes of other names: the guideline says which.
    """

    by: str
    answers: str = REQUEST
    needs: Mapping[str, Allowed] = field(default_factory=dict)
    may: Mapping[str, Allowed] = field(default_factory=dict)
    under: Mapping[str, Allowed] = field(default_factory=dict)
    items: bool = False
    elements: bool = False
    times: tuple[str, ...] = ()
    to: bool = False
    joint: bool = False

    def allowed(self, name: str) -> Allowed | None:
        """Return what a code of that name may be, or None if the tag does not use it."""
        if name == acts.OWN_REFERENCE:
            return ANY
        for prefix, allowed in self.under.items():
            if name.startswith(prefix) and NAME.fullmatch(name.removeprefix(prefix)):
                return allowed
        return self.needs.get(name) or self.may.get(name) or (NAME if self.joint else None)


_ASKING: Final = Fields(
    ASKER,
    DRAFT,
    to=True,
    needs={acts.TYPE: NAME},
    may={acts.FORM: codes.FORMS, acts.EXTENDS: ID, acts.FOLLOWS: ID},
    under={acts.LACKS: reasons.LACKINGS},
    joint=True,
    items=True,
    elements=True,
    times=_FREE,
)
_ON: Final = {acts.ON: reasons.DEFICIENCIES}


def _because(by: str, known: Reasons, answers: str = REQUEST, *, items: bool = False) -> Fields:
    return Fields(by, answers, needs={acts.REASON: known}, items=items)


FIELDS: Final[Mapping[str, Fields]] = MappingProxyType(
    {
        acts.DRAFT_SHOWN: _ASKING,
        acts.COMMENTED: Fields(ADDRESSEE, ACT, under=_ON),
        acts.SUBMITTED: _ASKING,
        acts.CONFIRMED: Fields(ASKER, elements=True),
        acts.ACKNOWLEDGED: Fields(ADDRESSEE, needs={acts.OWN_REFERENCE: ANY}),
        acts.FOUND_DEFICIENT: Fields(ADDRESSEE, may={acts.REASON: reasons.DEFICIENCIES}, under=_ON),
        acts.DEFICIENCY_DISPUTED: _because(ASKER, reasons.DISPUTES, ACT),
        acts.CLARIFIED: Fields(ASKER, ACT, elements=True),
        acts.REROUTED: Fields(
            ADDRESSEE,
            needs={acts.AGENCY: NAME, acts.REASON: codes.REROUTINGS},
        ),
        acts.ACCEPTED: Fields(ADDRESSEE, under={acts.CONDITION: codes.CONDITIONS}, items=True),
        acts.CONDITION_ACCEPTED: Fields(ASKER, ACT),
        acts.CONDITION_DECLINED: Fields(ASKER, ACT),
        acts.CONDITION_WAIVED: Fields(
            ADDRESSEE,
            ACT,
            needs={f"{acts.CONDITION}1": codes.CONDITIONS},
            under={acts.CONDITION: codes.CONDITIONS},
        ),
        acts.STATUS_ASKED: Fields(ASKER, to=True),
        acts.STATUS_REPORTED: Fields(
            ADDRESSEE, ACT, needs={acts.STAGE: codes.STAGES}, times=(acts.EXPECTED_AT,)
        ),
        acts.ANSWERED: Fields(
            ADDRESSEE,
            may={acts.EXTENT: codes.EXTENTS},
            items=True,
            elements=True,
            times=(acts.PRESERVED_UNTIL,),
        ),
        acts.POSTPONED: Fields(
            ADDRESSEE,
            needs={acts.REASON: reasons.POSTPONEMENTS},
            times=(f"{acts.REVIEW_AT}!",),
        ),
        acts.RESUMED: Fields(ADDRESSEE),
        acts.CONSULTED: Fields(
            ADDRESSEE,
            needs={acts.REASON: reasons.REFUSALS},
            items=True,
            times=(f"{acts.ANSWER_BY}!",),
        ),
        acts.CONSULTATION_ANSWERED: Fields(ASKER, ACT, needs={acts.POSITION: codes.POSITIONS}),
        acts.REFUSED: _because(ADDRESSEE, reasons.REFUSALS, items=True),
        acts.WITHDRAWN: _because(ASKER, reasons.WITHDRAWALS),
        acts.SUPERSEDED: Fields(ASKER, needs={acts.BY: ID, acts.ERROR: codes.ERRORS}),
        acts.CLOSED: Fields(ASKER, needs={acts.REASON: codes.CLOSINGS}, to=True),
        acts.REOPENED: Fields(ASKER, needs={acts.REASON: codes.REOPENINGS}, items=True, to=True),
        acts.CORRECTED: Fields(EITHER, ACT, needs={acts.ERROR: codes.ERRORS}, elements=True),
        acts.OPENED: Fields(EITHER, ACT),
        acts.USE_ASKED: Fields(ADDRESSEE),
        acts.USE_REPORTED: Fields(ASKER, ACT, needs={acts.USE: codes.USES}),
        acts.DESTROYED: Fields(
            EITHER,
            needs={acts.REASON: codes.DESTRUCTIONS, f"{acts.BLOB}1": SHA256},
            under={acts.BLOB: SHA256},
        ),
        acts.ASSESSED: Fields(EITHER, ACT, under={acts.QUALITY: codes.RATINGS}, items=True),
        acts.ASSESSMENT_DISPUTED: _because(EITHER, codes.ASSESSMENT_DISPUTES, ACT),
        acts.ASSESSMENT_SETTLED: Fields(
            EITHER,
            ACT,
            needs={acts.OUTCOME: codes.OUTCOMES},
            under={acts.QUALITY: codes.RATINGS},
        ),
        acts.STEP_TOLD: Fields(
            EITHER,
            under={
                acts.STEP: NAME,
                acts.SUM: shape.WHOLE,
                acts.UNIT: UNIT,
                acts.BECAUSE: codes.STEP_REASONS,
            },
            times=(acts.HAPPENED,),
        ),
    }
)
"""Every tag of the room, in the order of a request's life."""

LISTS: Final[tuple[tuple[str, Reasons], ...]] = (
    ("withdrawal", reasons.WITHDRAWALS),
    ("postponement", reasons.POSTPONEMENTS),
    ("deficiency, comment", reasons.DEFICIENCIES),
    ("dispute", reasons.DISPUTES),
    ("lack", reasons.LACKINGS),
    ("condition", codes.CONDITIONS),
    ("position", codes.POSITIONS),
    ("closing", codes.CLOSINGS),
    ("reopening", codes.REOPENINGS),
    ("error", codes.ERRORS),
    ("rerouting", codes.REROUTINGS),
    ("stage", codes.STAGES),
    ("use", codes.USES),
    ("destruction", codes.DESTRUCTIONS),
    ("form", codes.FORMS),
    ("extent", codes.EXTENTS),
    ("rating", codes.RATINGS),
    ("dispute of an assessment", codes.ASSESSMENT_DISPUTES),
    ("outcome of that", codes.OUTCOMES),
    ("step", codes.STEP_REASONS),
)
"""The closed lists beside the grounds of refusal, under what docs/spec/request.md calls them."""


PROBLEMS: Final = frozenset(
    {
        "addressees-unclear",
        "answers-nothing",
        "code-unknown",
        "elements-misplaced",
        "items-misplaced",
        "named-twice",
        "rating-misplaced",
        "rating-missing",
        "reason-unknown",
        "reference-missing",
        "step-missing",
        "sum-incomplete",
        "tag-of-another-room",
        "time-missing",
        "times-misplaced",
        "type-missing",
        "urgency-misplaced",
        "urgency-unknown",
    }
)
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    fields = FIELDS.get(act.tag)
    if act.matter.kind != acts.KIND or fields is None:
        return "tag-of-another-room"
    last = _check_asking if fields.answers == DRAFT else _check_about
    checks = (_check_lists, _check_codes, _check_ratings, _check_steps, _check_times, last)
    return next((no for one in checks if (no := one(act, fields))), "")


def known_codes(tag: str) -> tuple[str, ...]:
    """Return the codes that an act of a tag can be said with, of all its closed lists."""
    fields = FIELDS.get(tag)
    lists = (*fields.needs.values(), *fields.may.values(), *fields.under.values()) if fields else ()
    every = (code for one in lists if isinstance(one, Mapping) for code in one)
    return tuple(dict.fromkeys(every))  # one list may serve an element and the whole


def unknown_codes(act: Act) -> tuple[str, ...]:
    """Return the codes of an act that stand on no list of its tag."""
    fields = FIELDS.get(act.tag)
    if fields is None:
        return ()
    allowed = ((code, fields.allowed(name)) for name, code in act.codes.items())
    wrong = (code for code, one in allowed if one is not None and not _is_allowed(code, one))
    return tuple(dict.fromkeys(wrong))


def _check_lists(act: Act, fields: Fields) -> str:
    if act.items and not fields.items:
        return "items-misplaced"
    if act.elements and not fields.elements:
        return "elements-misplaced"
    if len(set(act.items)) != len(act.items) or len(set(act.elements)) != len(act.elements):
        return "named-twice"
    return ""


def _check_codes(act: Act, fields: Fields) -> str:
    for name, code in act.codes.items():
        allowed = fields.allowed(name)
        if allowed is None:
            return "code-unknown"
        if not _is_allowed(code, allowed):
            return "type-missing" if name == acts.TYPE else "reason-unknown"
    missing = fields.needs.keys() - act.codes.keys()
    if acts.OWN_REFERENCE in missing:
        return "reference-missing"
    if missing:
        return "type-missing" if acts.TYPE in missing else "reason-unknown"
    if act.tag == acts.FOUND_DEFICIENT and not (act.codes.keys() - {acts.OWN_REFERENCE}):
        return "reason-unknown"
    return ""


def _check_ratings(act: Act, _: Fields) -> str:
    """An assessment rates something; what is settled does so if the assessment is changed."""
    if act.tag not in _RATING:
        return ""
    rates = bool(acts.under(act, acts.QUALITY))
    if rates == (act.codes.get(acts.OUTCOME, codes.CHANGED) == codes.CHANGED):
        return ""
    return "rating-misplaced" if rates else "rating-missing"


_RATING: Final = frozenset({acts.ASSESSED, acts.ASSESSMENT_SETTLED})


def _check_steps(act: Act, _: Fields) -> str:
    """What is told of a step stands beside its name; a sum has its unit."""
    if act.tag != acts.STEP_TOLD:
        return ""
    prefixes = (acts.STEP, acts.SUM, acts.UNIT, acts.BECAUSE)
    steps, sums, units, why = (acts.under(act, prefix).keys() for prefix in prefixes)
    times = {name.removeprefix(acts.HAPPENED) for name in act.times}
    if not steps or (sums | units | why | times) - steps:
        return "step-missing"
    return "" if sums == units else "sum-incomplete"


def _is_time(fields: Fields, name: str) -> bool:
    known = (one.rstrip("!") for one in fields.times)
    return any(
        name.startswith(one) and NAME.fullmatch(name.removeprefix(one)) is not None
        if one.endswith(".")
        else name == one
        for one in known
    )


def _check_times(act: Act, fields: Fields) -> str:
    if fields.times == _FREE:
        return ""
    needed = {name.rstrip("!") for name in fields.times if name.endswith("!")}
    if not all(_is_time(fields, name) for name in act.times):
        return "times-misplaced"
    return "time-missing" if needed - act.times.keys() else ""


def _check_asking(act: Act, _: Fields) -> str:
    if _is_unclear(act):
        return "addressees-unclear"
    return "" if act.urgency in URGENCIES else "urgency-unknown"


def _check_about(act: Act, fields: Fields) -> str:
    if not act.answers:
        return "answers-nothing"
    if fields.to and _is_unclear(act):
        return "addressees-unclear"
    return "urgency-misplaced" if act.urgency else ""


def _is_unclear(act: Act) -> bool:
    parties = [addressee.party for addressee in act.to]
    return not parties or len(set(parties)) != len(parties)


def _is_allowed(code: str, allowed: Allowed) -> bool:
    if isinstance(allowed, re.Pattern):
        return allowed.fullmatch(code) is not None
    return code in allowed


def render() -> str:
    """Return the fields of every tag as the Markdown that stands in docs/spec/request.md."""
    head = ["| tag | by | answers | codes | also |", "|---|---|---|---|---|"]
    rows = [
        f"| `{tag}` | {one.by} | {_ANSWERS[one.answers]} | {_codes(one)} | {_also(one)} |"
        for tag, one in FIELDS.items()
    ]
    return "\n".join([*head, *rows]) + "\n"


def render_lists() -> str:
    """Return the other closed lists as the Markdown that stands there."""
    return reasons.render_lists(LISTS)


_ANSWERS: Final = MappingProxyType(
    {DRAFT: "the first draft, or nothing", REQUEST: "the submission", ACT: "an act of the matter"}
)


def _codes(fields: Fields) -> str:
    needed = [f"**{name}**" for name in fields.needs]
    counted = [f"{prefix}…" for prefix in fields.under]
    joint = ["any code of the guideline"] if fields.joint else []
    return ", ".join([*needed, *fields.may, *counted, *joint]) or "-"


def _bold(name: str) -> str:
    if name.endswith("."):
        return f"{name}…"
    return f"**{name[:-1]}**" if name.endswith("!") else name


def _also(fields: Fields) -> str:
    times = ["any time" if not name else f"time {_bold(name)}" for name in fields.times]
    lists = [name for name in ("to", "items", "elements") if getattr(fields, name)]
    return ", ".join([*lists, *times]) or "-"
