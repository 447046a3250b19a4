# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The other closed lists of codes: conditions, positions, closings, errors, uses and the like.

Floor: joint (pure).
"""

from typing import Final

from comity.acts.reason import Reason, by_code

CONDITIONS: Final = by_code(
    Reason(
        "confidential",
        "It is kept confidential",
        "予以保密",
        "Budapest art. 28(2)(a); UNTOC art. 18(5)",
    ),
    Reason(
        "no-other-use",
        "It is used for nothing but the case that the request names",
        "仅用于请求所述案件",
        "Budapest art. 28(2)(b); UNTOC art. 18(19)",
    ),
    Reason(
        "no-onward-transfer",
        "It goes to no third State or person without consent",
        "未经同意不得转交第三国或他人",
        "ECMA Second Additional Protocol art. 26(2)",
    ),
    Reason(
        "account-of-use",
        "An account is given of its use",
        "说明使用情况",
        "Budapest art. 28(4)",
    ),
    Reason(
        "destroy-after-use",
        "It is destroyed when the case ends",
        "案件终结后予以销毁",
        "CETS 224 art. 14",
        verified=False,
    ),
    Reason(
        "no-death-penalty",
        "The death penalty is not imposed or not carried out",
        "不判处或不执行死刑",
        "Hong Kong policy on mutual legal assistance",
    ),
    Reason(
        "intelligence-only",
        "It is no evidence in court until formally asked for",
        "在正式请求之前不得作为法庭证据",
    ),
    Reason(
        "costs",
        "Extraordinary costs are borne by the asker",
        "特殊费用由请求方承担",
        "UNTOC art. 18(28)",
    ),
)

POSITIONS: Final = by_code(
    Reason("maintains", "The request is maintained", "维持请求"),
    Reason("narrows", "A narrower or partial answer would do", "可缩小范围或部分执行"),
    Reason("undertakes", "The undertaking that is missing is given", "作出所需承诺"),
    Reason("agrees", "The ground is not contested", "不反对该理由"),
)

CLOSINGS: Final = by_code(
    Reason("satisfied", "What was asked has been given", "请求已得到满足"),
    Reason("settled-in-part", "What was given will do", "部分满足即可"),
    Reason("nothing-more", "Nothing more is expected", "不再期待进一步答复"),
)

REOPENINGS: Final = by_code(
    Reason("incomplete", "The answer is incomplete", "答复不完整"),
    Reason("unusable", "What was given cannot be read or used", "所提供内容无法读取或使用"),
    Reason("ground-gone", "The ground for refusing is gone", "拒绝理由已不存在"),
    Reason("new-facts", "There are new facts in the same case", "同一案件出现新事实"),
)

ERRORS: Final = by_code(
    Reason("wrong-identifier", "An identifier was wrong", "标识有误"),
    Reason("wrong-time", "A time or its zone was wrong", "时间或时区有误"),
    Reason("wrong-person", "It named another person", "所涉人员有误"),
    Reason("wrong-reference", "A reference was wrong", "文号有误"),
    Reason("wrong-attachment", "An attachment was wrong or missing", "附件有误或缺失"),
    Reason("wrong-translation", "The translation was wrong", "译文有误"),
    Reason("wrong-scope", "It asked for too much or too little", "请求范围有误"),
    Reason("wrong-legal-basis", "The legal basis was wrong", "法律依据有误"),
    Reason("other", "Another error, told in the text", "其他错误，详见正文"),
)

REROUTINGS: Final = by_code(
    Reason(
        "competence",
        "Another agency is competent",
        "由其他机构主管",
        "Budapest art. 27(9)(c)",
    ),
    Reason("territory", "The matter lies in the area of another agency", "属其他机构辖区"),
    Reason("workload", "Another agency can deal with it sooner", "其他机构可更快办理"),
)

STAGES: Final = by_code(
    Reason("under-review", "It is being examined", "审查中", "UNTOC art. 18(24)"),
    Reason("with-counsel", "It is with the legal department", "法律部门审核中"),
    Reason("before-court", "A court or another authority has to decide", "待法院或其他机关决定"),
    Reason("in-execution", "It is being carried out", "执行中"),
    Reason("being-prepared", "The answer is being prepared", "正在准备答复"),
)

USES: Final = by_code(
    Reason("as-agreed", "Used as the request and the conditions say", "按请求及条件使用"),
    Reason("not-used", "Not used", "未使用"),
    Reason("in-court", "Used as evidence in court", "作为法庭证据使用"),
    Reason(
        "exculpatory", "Disclosed because it exonerates", "为证明无罪而披露", "UNTOC art. 18(19)"
    ),
    Reason(
        "imminent-threat",
        "Used against an imminent and serious threat",
        "用于应对紧迫严重威胁",
        "EU-US MLA Agreement art. 9(1)(b)",
    ),
)

DESTRUCTIONS: Final = by_code(
    Reason("retention-ended", "The time for which it is kept has ended", "保存期限届满"),
    Reason("condition", "A condition asks for it", "依所附条件"),
    Reason("case-ended", "The case has ended", "案件已终结"),
    Reason("asked-to", "The other side asked for it", "应对方要求"),
    Reason("sent-in-error", "It was sent in error", "误发"),
)

STEP_REASONS: Final = by_code(
    Reason("ARDT", "The money was returned before", "款项此前已退回", "ISO 20022, camt.029"),
    Reason("AC04", "The account is closed", "账户已销户", "ISO 20022, camt.029"),
    Reason("AM04", "The account has too little", "账户余额不足", "ISO 20022, camt.029"),
    Reason("NOOR", "No such transfer was received", "未收到该笔汇款", "ISO 20022, camt.029"),
    Reason("CUST", "The holder of the account does not agree", "账户持有人不同意", "ISO 20022"),
    Reason("NOAS", "The holder of the account does not answer", "账户持有人未答复", "ISO 20022"),
    Reason("LEGL", "The law does not allow it", "法律不允许", "ISO 20022, camt.029"),
    Reason("AGNT", "The bank of the receiver does not agree", "收款银行不同意", "ISO 20022"),
)
"""Why a step was not taken: the codes by which banks refuse a recall."""

RATINGS: Final = by_code(
    Reason("met", "Met", "符合"),
    Reason("partly", "Met in part", "部分符合"),
    Reason("not-met", "Not met", "不符合"),
    Reason("not-applicable", "It does not apply", "不适用"),
)
"""How far a criterion of quality is met."""

ASSESSMENT_DISPUTES: Final = by_code(
    Reason("done", "It was done, as the acts show", "已经做到，行文可以证明"),
    Reason("not-required", "The guideline does not ask for it", "指导原则未要求"),
    Reason("not-possible", "It could not be done, by law or in fact", "因法律或事实原因无法做到"),
    Reason("disagree", "The judgement of it is not shared", "不同意该评价"),
)

CHANGED: Final = "changed"
OUTCOMES: Final = by_code(
    Reason("upheld", "The assessment stands as it is", "维持原评价"),
    Reason(CHANGED, "The assessment is changed", "变更评价"),
    Reason("withdrawn", "The assessment is withdrawn", "撤回评价"),
)
"""What comes of an assessment that was disputed."""

ORAL: Final = "oral"
FORMS: Final = by_code(
    Reason(
        ORAL,
        "Said orally; confirmed in writing afterwards",
        "口头提出，随后书面确认",
        "UNTOC art. 18(14)",
    )
)

PARTIAL: Final = "partial"
EXTENTS: Final = by_code(
    Reason(PARTIAL, "More is to come for these items", "所列事项仍有后续答复"),
    Reason("final", "Nothing more is to come for these items", "所列事项的最终答复"),
)
