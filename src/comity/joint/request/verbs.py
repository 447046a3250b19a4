# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a request: the one place that spells them.

A request, and a draft that is shown for comment, have no row: they are written in a file, and
`request.asking` of the desk sends them.

Source: docs/spec/request.md.
Floor: joint (pure).
"""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import verb
from comity.acts.reason import Reasons
from comity.acts.shape import Words
from comity.acts.verb import CODE, MAY, MUST, TIME, Field, Table, Verb, both, why
from comity.joint.request import acts, answerable, codes, reasons
from comity.joint.request.state import State


def listed(known: Reasons) -> Words:
    """Return the words of a closed list."""
    return MappingProxyType({one.code: {"en": one.en, "zh": one.zh} for one in known.values()})


def _about(tag: str) -> Callable[[State, str], str]:
    return lambda now, party: answerable.newest(now, party, tag)


OWN_REFERENCE: Final = Field(
    acts.OWN_REFERENCE, verb.REFERENCE, both("Your file number", "我方文号"), needed=False,
    hint=both("the other side finds the request by it", "对方可据此查找该请求"),
)  # fmt: skip
_ITEMS: Final = Field(
    "item", verb.ITEM, both("Items", "请求项"), needed=False, many="items",
    hint=both("all if none is named", "不填则为全部"),
)  # fmt: skip
_TO: Final = Field(
    "to", verb.PARTY, both("Parties that it concerns", "涉及的当事方"), needed=False, many="to",
    hint=both("all that have decided, if none is named", "不填则为所有已作出决定的当事方"),
)  # fmt: skip
_CONDITIONS: Final = Field(
    "condition", CODE, both("Conditions", "条件"), needed=False,
    known=listed(codes.CONDITIONS), many="conditions", code=acts.CONDITION,
)  # fmt: skip
_FINDINGS: Final = Field(
    "finding", CODE, both("What is missing or wrong", "缺失或者有误之处"), needed=False,
    known=listed(reasons.DEFICIENCIES), many="findings", by="element", code=acts.ON,
)  # fmt: skip
_RATINGS: Final = Field(
    "rating", CODE, both("How far each criterion is met", "各项标准的符合程度"),
    known=listed(codes.RATINGS), many="ratings", by="criterion", code=acts.QUALITY,
)  # fmt: skip
_ERROR: Final = Field(acts.ERROR, CODE, both("What was wrong", "错误"), known=listed(codes.ERRORS))
_WHOLE: Final = Field(
    acts.REASON, CODE, both("What is wrong with the whole", "整体问题"), needed=False,
    known=listed(reasons.DEFICIENCIES),
)  # fmt: skip
_GROUND: Final = why(listed(reasons.REFUSALS), both("Ground", "拒绝理由"))
_ACT: Final = replace(verb.ABOUT, needed=True, hint=None)
"""The act that is meant, where none goes without saying."""


TABLE: Final = Table(
    acts.KIND,
    "requests",
    both("Request", "请求"),
    both(
        "Ask another State for assistance, and answer what it asks",
        "请求他国协助，并答复他国的请求",
    ),
    (
        Verb(
            "acknowledge", acts.ACKNOWLEDGED, both("Acknowledge it", "受理登记"),
            (replace(OWN_REFERENCE, needed=True),),
            label=both("Registration", "登记"),
            hint=both(
                "Confirms to %(other)s that it is registered under a file number of yours, even "
                "if it is deficient.",
                "以我方文号向%(other)s确认已受理登记，即使请求有缺陷。",
            ),
        ),
        Verb(
            "comment", acts.COMMENTED, both("Comment on the draft", "对草稿提出意见"),
            (_FINDINGS, OWN_REFERENCE),
            label=both("Comment on a draft", "对草稿的意见"),
            hint=both(
                "Says what would be missing or wrong if the request were made as it was shown.",
                "说明若按所示草稿提出请求，有哪些缺失或者有误之处。",
            ),
        ),
        Verb(
            "find-deficient", acts.FOUND_DEFICIENT,
            both("Say what is missing or wrong", "指出缺陷"), (_FINDINGS, _WHOLE, OWN_REFERENCE),
            label=both("Finding of deficiencies", "认定缺陷"),
            hint=both(
                "Asks %(other)s to complete it, element by element. It stays registered.",
                "逐项请%(other)s补正；请求仍保持受理登记。",
            ),
        ),
        Verb(
            "clarify", acts.CLARIFIED, both("Supply what was missing", "补正"), (OWN_REFERENCE,),
            about=_about(acts.CLARIFIED), file=MAY,
            label=both("Clarification", "补充说明"),
            hint=both(
                "Gives what was found missing or wrong.", "提供被指出缺失或者有误的内容。"
            ),
        ),
        Verb(
            "dispute", acts.DEFICIENCY_DISPUTED,
            both("Dispute that it is deficient", "对缺陷认定提出异议"),
            (why(listed(reasons.DISPUTES)), OWN_REFERENCE), about=_about(acts.DEFICIENCY_DISPUTED),
            label=both("Dispute of a deficiency", "对缺陷的异议"),
            hint=both("Says why nothing is missing or wrong.", "说明为何并无缺失或者错误。"),
        ),
        Verb(
            "confirm", acts.CONFIRMED, both("Confirm it in writing", "书面确认"), (OWN_REFERENCE,),
            file=MUST,
            label=both("Confirmation in writing", "书面确认"),
            hint=both("Confirms in writing what was asked orally.", "以书面确认口头提出的请求。"),
        ),
        Verb(
            "reroute", acts.REROUTED,
            both("Say that another agency has it", "告知已转交其他机构"),
            (
                Field(acts.AGENCY, verb.NAME, both("Agency", "机构")),
                why(listed(codes.REROUTINGS)), OWN_REFERENCE,
            ),
            label=both("Re-routing", "转送"),
            hint=both(
                "Tells %(other)s which agency of your State is competent and deals with it now.",
                "转交本国主管机构，并告知%(other)s。",
            ),
        ),
        Verb(
            "accept", acts.ACCEPTED, both("Accept it", "接受"),
            (_ITEMS, _CONDITIONS, OWN_REFERENCE),
            label=both("Acceptance", "接受"),
            hint=both(
                "Says that it will be carried out, wholly or item by item, with conditions or "
                "without.",
                "表示将予执行：全部或者逐项，附条件或者不附条件。",
            ),
        ),
        Verb(
            "accept-condition", acts.CONDITION_ACCEPTED, both("Accept the conditions", "接受条件"),
            (OWN_REFERENCE,), about=_about(acts.CONDITION_ACCEPTED),
            label=both("Acceptance of conditions", "接受条件"),
            hint=both(
                "Binds your State to the conditions; what is given follows after that.",
                "本国受该条件约束，随后可获提供内容。",
            ),
        ),
        Verb(
            "decline-condition", acts.CONDITION_DECLINED,
            both("Decline the conditions", "不接受条件"),
            (OWN_REFERENCE,), about=_about(acts.CONDITION_DECLINED),
            label=both("Refusal of conditions", "不接受条件"),
            hint=both(
                "Your State is not bound; the State that set them may accept on others, or refuse.",
                "本国不受约束；附条件的一方可改附其他条件接受，或者拒绝。",
            ),
        ),
        Verb(
            "waive-condition", acts.CONDITION_WAIVED, both("Waive a condition", "解除条件"),
            (replace(_CONDITIONS, needed=True), OWN_REFERENCE), about=_about(acts.CONDITION_WAIVED),
            label=both("Waiver of conditions", "放弃条件"),
            hint=both(
                "Consents that conditions which bind %(other)s no longer do.",
                "同意%(other)s不再受所附条件约束。",
            ),
        ),
        Verb(
            "report-status", acts.STATUS_REPORTED, both("Report how far it is", "通报进展"),
            (
                Field(acts.STAGE, CODE, both("Stage", "阶段"), known=listed(codes.STAGES)),
                Field(
                    acts.EXPECTED_AT, TIME, both("When more is expected", "预计后续时间"),
                    needed=False,
                ),
                OWN_REFERENCE,
            ),
            label=both("Status report", "进展通报"),
            hint=both(
                "Tells %(other)s the stage, and when more is to be expected.",
                "告知%(other)s所处阶段以及预计的后续时间。",
            ),
        ),
        Verb(
            "ask-status", acts.STATUS_ASKED, both("Ask how far it is", "询问进展"),
            (replace(_TO, hint=both("all that have not decided, if none is named",
                                    "不填则为所有尚未作出决定的当事方")), OWN_REFERENCE),
            label=both("Question about the status", "查询进展"),
            hint=both("Asks %(other)s for a report.", "请%(other)s通报进展。"),
        ),
        Verb(
            "answer", acts.ANSWERED, both("Answer it", "答复"),
            (
                Field(
                    acts.EXTENT, CODE, both("Whether more is to come", "是否仍有后续答复"),
                    needed=False, known=listed(codes.EXTENTS),
                ),
                Field(
                    acts.PRESERVED_UNTIL, TIME, both("Preserved until", "保全至"), needed=False
                ),
                OWN_REFERENCE,
            ),
            file=MUST,
            label=both("Answer", "答复"),
            hint=both(
                "Gives what was asked, wholly or item by item, with files.",
                "提供所请求的内容：全部或者逐项，可附文件。",
            ),
        ),
        Verb(
            "postpone", acts.POSTPONED, both("Postpone it", "推迟"),
            (
                why(listed(reasons.POSTPONEMENTS)),
                Field(acts.REVIEW_AT, TIME, both("When it is reviewed", "复审时间")),
                OWN_REFERENCE,
            ),
            label=both("Postponement", "推迟"),
            hint=both(
                "Says that it cannot be carried out now, why, and when that is reviewed.",
                "说明目前无法执行、理由及复审时间。",
            ),
        ),
        Verb(
            "resume", acts.RESUMED, both("Resume it", "恢复办理"), (OWN_REFERENCE,),
            label=both("Resumption", "恢复办理"),
            hint=both("Ends the postponement.", "结束推迟。"),
        ),
        Verb(
            "consult", acts.CONSULTED, both("Consult before refusing", "拒绝前磋商"),
            (
                _GROUND,
                Field(
                    acts.ANSWER_BY, TIME,
                    both("When an answer is due", "等待答复的截止时间"),
                ),
                _ITEMS, OWN_REFERENCE,
            ),
            label=both("Consultation before a refusal", "拒绝前的磋商"),
            hint=both(
                "Tells %(other)s the ground on which it may be refused, and asks for an answer.",
                "告知%(other)s可能拒绝的理由，并征求其意见。",
            ),
        ),
        Verb(
            "answer-consultation", acts.CONSULTATION_ANSWERED,
            both("Answer the consultation", "答复磋商"),
            (
                Field(acts.POSITION, CODE, both("Position", "立场"), known=listed(codes.POSITIONS)),
                OWN_REFERENCE,
            ),
            about=_about(acts.CONSULTATION_ANSWERED),
            label=both("Answer to a consultation", "对磋商的答复"),
            hint=both(
                "Says what your State holds of the ground, before it is decided.",
                "在作出决定前，说明本国对该理由的立场。",
            ),
        ),
        Verb(
            "refuse", acts.REFUSED, both("Refuse it", "拒绝"), (_GROUND, _ITEMS, OWN_REFERENCE),
            is_grave=True,
            label=both("Refusal", "拒绝"),
            hint=both(
                "Refuses it, wholly or item by item, on a ground and with reasons.",
                "依据理由全部或者逐项拒绝，并予以说明。",
            ),
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw it", "撤回"),
            (why(listed(reasons.WITHDRAWALS)), OWN_REFERENCE), is_grave=True,
            label=both("Withdrawal", "撤回"),
            hint=both(
                "Takes back what is still open, or a draft.", "撤回尚未办结的部分，或者撤回草稿。"
            ),
        ),
        Verb(
            "supersede", acts.SUPERSEDED,
            both("Put another request in its place", "以另一请求取代"),
            (
                Field(
                    acts.BY, verb.MATTER, both("The other request", "另一请求"), of=acts.KIND,
                    hint=both(
                        "the beginning of its id, or its file number", "其编号的开头部分或者文号"
                    ),
                ),
                _ERROR, OWN_REFERENCE,
            ),
            is_grave=True,
            label=both("Replacement by another request", "由另一请求取代"),
            hint=both(
                "Takes it back because another request, which was sent, replaces it.",
                "因已发出另一请求取代本请求而撤回。",
            ),
        ),
        Verb(
            "close", acts.CLOSED, both("Close it", "结束"),
            (why(listed(codes.CLOSINGS)), _TO, OWN_REFERENCE),
            label=both("Closing", "办结"),
            hint=both("Says that nothing more is expected.", "表示不再期待进一步答复。"),
        ),
        Verb(
            "reopen", acts.REOPENED, both("Reopen it", "重新办理"),
            (why(listed(codes.REOPENINGS)), _ITEMS, _TO, OWN_REFERENCE),
            label=both("Reopening", "重新办理"),
            hint=both(
                "Asks again for what was answered or refused.",
                "就已答复或者已拒绝的内容再次提出请求。",
            ),
        ),
        Verb(
            "correct", acts.CORRECTED, both("Correct an act of yours", "更正我方行文"),
            (_ACT, _ERROR, OWN_REFERENCE), file=MAY,
            label=both("Correction", "更正"),
            hint=both(
                "Names an error in something your State said, and gives what is right.",
                "指出本国行文中的错误并提供正确内容。",
            ),
        ),
        Verb(
            "open", acts.OPENED, both("Say that it was opened", "告知已打开"),
            (_ACT, OWN_REFERENCE),
            label=both("Notice of opening", "开启通知"),
            hint=both(
                "Tells %(other)s that an officer has opened what was sent, if the guideline "
                "agrees to that.",
                "告知%(other)s其所发内容已由经办人员打开，以指导原则约定为限。",
            ),
        ),
        Verb(
            "ask-use", acts.USE_ASKED, both("Ask for an account of the use", "要求说明使用情况"),
            (OWN_REFERENCE,),
            label=both("Question about use", "查询使用情况"),
            hint=both(
                "Asks %(other)s how what was given was used.", "询问%(other)s如何使用所获内容。"
            ),
        ),
        Verb(
            "report-use", acts.USE_REPORTED, both("Account for the use", "说明使用情况"),
            (
                Field(
                    acts.USE, CODE, both("How it was used", "使用情况"), known=listed(codes.USES)
                ),
                OWN_REFERENCE,
            ),
            about=_about(acts.USE_REPORTED),
            label=both("Account of use", "使用情况说明"),
            hint=both(
                "Tells %(other)s how what was given was used.",
                "告知%(other)s其所提供内容的使用情况。",
            ),
        ),
        Verb(
            "destroy", acts.DESTROYED, both("Attest a destruction", "证明已销毁"),
            (
                why(listed(codes.DESTRUCTIONS)),
                Field(
                    "blob", verb.HASH, both("Blobs", "数据"), many="blobs", code=acts.BLOB,
                    hint=both("SHA-256 of each", "各项的 SHA-256"),
                ),
                OWN_REFERENCE,
            ),
            is_grave=True,
            label=both("Attestation of destruction", "销毁证明"),
            hint=both(
                "Attests to %(other)s that your State has destroyed blobs.",
                "向%(other)s证明本国已销毁有关数据。",
            ),
        ),
        Verb(
            "assess", acts.ASSESSED, both("Assess the quality", "评价质量"),
            (_RATINGS, _ITEMS, OWN_REFERENCE), about=_about(acts.ASSESSED),
            label=both("Assessment of quality", "质量评价"),
            hint=both(
                "Says, by the criteria of the guideline, how good an act of another State is, and "
                "why.",
                "按照指导原则的标准评价他国行文的质量，并说明理由。",
            ),
        ),
        Verb(
            "dispute-assessment", acts.ASSESSMENT_DISPUTED,
            both("Dispute their assessment", "对评价提出异议"),
            (why(listed(codes.ASSESSMENT_DISPUTES)), OWN_REFERENCE),
            about=_about(acts.ASSESSMENT_DISPUTED),
            label=both("Dispute of an assessment", "对评价的异议"),
            hint=both(
                "Says why your State does not share an assessment, and asks for its settlement.",
                "说明不同意该评价的理由，由评价方说明结果。",
            ),
        ),
        Verb(
            "settle-assessment", acts.ASSESSMENT_SETTLED,
            both("Settle a disputed assessment", "就有异议的评价作出说明"),
            (
                Field(acts.OUTCOME, CODE, both("Outcome", "结果"), known=listed(codes.OUTCOMES)),
                replace(
                    _RATINGS, needed=False,
                    hint=both("if the assessment is changed", "变更评价时填写"),
                ),
                OWN_REFERENCE,
            ),
            about=_about(acts.ASSESSMENT_SETTLED),
            label=both("Outcome of a disputed assessment", "有异议评价的结果"),
            hint=both(
                "Says what becomes of your assessment that was disputed: this is then final.",
                "说明有异议的我方评价的结果，并以此为准。",
            ),
        ),
        Verb(
            "step", acts.STEP_TOLD, both("Tell how far the measure is", "通报措施进展"),
            (
                Field(
                    "step", CODE, both("Step", "步骤"), many="steps", by="item", code=acts.STEP,
                    hint=both("of an item, or of the whole", "针对某一请求项，或者整体（whole）"),
                ),
                Field(
                    "sum", verb.NUMBER, both("Sum in minor units", "金额（最小货币单位）"),
                    needed=False, many="sums", by="item", code=acts.SUM,
                ),
                Field(
                    "unit", CODE, both("Unit", "单位"), needed=False, many="units", by="item",
                    code=acts.UNIT,
                    hint=both("a currency, persons or count", "货币代码、persons或者count"),
                ),
                Field(
                    "reason", CODE, both("Reason", "理由"), needed=False, many="reasons", by="item",
                    known=listed(codes.STEP_REASONS), code=acts.BECAUSE,
                ),
                Field(
                    "at", TIME, both("When it came about", "发生时间"), needed=False,
                    many="times", by="item", code=acts.HAPPENED,
                ),
                OWN_REFERENCE,
            ),
            label=both("Step of a measure", "措施步骤"),
            hint=both(
                "Tells %(other)s how far the measure is, item by item, with sums.",
                "逐项向%(other)s通报措施的进展及金额。",
            ),
        ),
    ),
    matter="matter",
    written=MappingProxyType(
        {
            acts.SUBMITTED: both("Request", "请求"),
            acts.DRAFT_SHOWN: both("Draft shown for comment", "出示草稿征求意见"),
        }
    ),
)  # fmt: skip

BY_TAG: Final = MappingProxyType({one.tag: one for one in TABLE.verbs})
