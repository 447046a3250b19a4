# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Why a request is refused, withdrawn, postponed, found deficient or disputed.

Closed lists: an act with another code folds to nothing.  Each code names the treaty
articles that know it.  Two grounds of refusal are left out on purpose: a fiscal offence and
bank secrecy, on which instruments forbid to refuse (Budapest art. 25(4), UNTOC art. 18(8)
and (22)).

Floor: joint (pure).
"""

from collections.abc import Iterable
from typing import Final

from comity.acts.reason import Reason, Reasons, by_code

REFUSALS: Final = by_code(
    Reason(
        "not-in-conformity",
        "The request is incomplete or not in conformity with the instrument",
        "请求不完整或不符合相关文书规定",
        "UNTOC art. 18(21)(a); UNCAC art. 46(21)(a)",
    ),
    Reason(
        "essential-interests",
        "Sovereignty, security, public order or other essential interests",
        "主权、安全、公共秩序或其他根本利益",
        "Budapest art. 27(4)(b), 29(5)(b), 30(2)(b); UNTOC art. 18(21)(b); ECMA 1959 art. 2(b)",
    ),
    Reason(
        "political-offence",
        "A political offence or one connected with it",
        "政治犯罪或与之有关的犯罪",
        "Budapest art. 27(4)(a), 29(5)(a), 30(2)(a); ECMA 1959 art. 2(a)",
    ),
    Reason(
        "prohibited-domestically",
        "The action is prohibited at home for a similar offence",
        "国内法禁止对类似犯罪采取该行动",
        "UNTOC art. 18(21)(c); UNCAC art. 46(21)(c)",
    ),
    Reason(
        "contrary-to-legal-system",
        "Contrary to the legal system on mutual legal assistance",
        "违反有关司法协助的法律制度",
        "UNTOC art. 18(21)(d); UNCAC art. 46(21)(d)",
    ),
    Reason(
        "dual-criminality",
        "The conduct is no offence in the requested State",
        "该行为在被请求国不构成犯罪",
        "UNTOC art. 18(9); Budapest art. 25(5), 29(4); not for preservation: art. 29(3)",
    ),
    Reason(
        "death-penalty",
        "No undertaking that the death penalty is not imposed or carried out",
        "未作出不判处或不执行死刑的承诺",
        "Hong Kong policy on mutual legal assistance",
    ),
    Reason(
        "data-protection",
        "Personal data that the receiving State does not protect equally",
        "接收国未对个人数据提供同等保护",
        "ECMA Second Additional Protocol art. 26(3)",
    ),
    Reason(
        "discrimination",
        "Race, religion, nationality, sex or political opinion would prejudice a person",
        "因种族、宗教、国籍、性别或政治见解而使人受到损害",
        "UN Convention against Cybercrime art. 40(22)",
        verified=False,
    ),
    Reason(
        "military-offence",
        "A purely military offence",
        "纯军事犯罪",
        "US-China MLA Agreement art. 3",
        verified=False,
    ),
    Reason(
        "ne-bis-in-idem",
        "The person has been judged, or is being prosecuted, for the same conduct",
        "对同一行为已作出判决或正在进行诉讼",
        "China, International Criminal Judicial Assistance Law (2018) art. 14",
        verified=False,
    ),
    Reason(
        "no-connection",
        "No substantial connection between the assistance and the case",
        "请求的协助与案件没有实质联系",
        "China, International Criminal Judicial Assistance Law (2018) art. 14",
        verified=False,
    ),
    Reason(
        "impossible",
        "It cannot be carried out: the data do not exist or cannot be found",
        "因数据不存在或无法查找而无法执行",
        "Budapest art. 27(7)",
        consult=False,
    ),
    Reason(
        "not-competent",
        "No authority of the requested State is competent",
        "被请求国没有主管机关",
        "Budapest art. 27(9)(c)",
        consult=False,
    ),
    Reason(
        "condition-declined",
        "A condition on which it was accepted was declined",
        "所附条件未被接受",
        "Budapest art. 28(3)",
        consult=False,
    ),
)
"""Those that need no consultation: nothing is left to consult about, or it was done."""

WITHDRAWALS: Final = by_code(
    Reason("no-longer-needed", "No longer needed", "不再需要", "UNTOC art. 18(24)"),
    Reason("obtained-otherwise", "Obtained in another way", "已通过其他途径获得"),
    Reason("replaced", "Replaced by a corrected request", "由更正后的请求取代"),
    Reason("sent-in-error", "Sent in error", "误发"),
    Reason(
        "confidentiality",
        "The requested State cannot keep it confidential",
        "被请求国无法保密",
        "Budapest art. 27(8), 29(6); UNTOC art. 18(20)",
    ),
)

POSTPONEMENTS: Final = by_code(
    Reason(
        "own-proceedings",
        "It would prejudice an investigation or proceeding of our own",
        "将妨碍本国正在进行的侦查或诉讼",
        "Budapest art. 27(5); UNTOC art. 18(25); ECMA Second Additional Protocol art. 7(1)",
    ),
    Reason(
        "domestic-authorisation",
        "A court or another authority has to authorise it first",
        "须先经法院或其他机关批准",
        "Budapest art. 27(7); UNTOC art. 18(23)",
    ),
    Reason(
        "significant-delay",
        "It cannot be carried out in time",
        "无法按时执行",
        "Budapest art. 27(7)",
    ),
)

DEFICIENCIES: Final = by_code(
    Reason("missing", "It is missing", "缺失", "UNTOC art. 18(15), (16)"),
    Reason("wrong", "It is wrong: nothing is found under it", "有误，无法据此查找"),
    Reason("vague", "It is too vague to be carried out", "过于笼统，无法执行"),
    Reason("overbroad", "It asks for more than the case needs", "超出案件所需范围"),
    Reason(
        "no-link",
        "Its connection with the offence is not shown",
        "未说明与犯罪的联系",
        "Budapest art. 29(2)(c)",
    ),
    Reason("no-legal-basis", "It names no legal basis", "未说明法律依据"),
    Reason(
        "wrong-addressee",
        "Another authority is competent",
        "应由其他机关主管",
        "Budapest art. 27(9)(c)",
    ),
    Reason(
        "translation",
        "A translation is missing or cannot be used",
        "译文缺失或无法使用",
        "UNTOC art. 18(14)",
    ),
)

DISPUTES: Final = by_code(
    Reason("present", "It stands in the request already", "请求中已载明"),
    Reason("not-required", "The guideline does not ask for it", "指导原则未要求"),
    Reason("not-available", "It is not known and cannot be found out", "无从得知"),
    Reason("disagree", "The judgement of it is not shared", "不同意该认定"),
)

LACKINGS: Final = by_code(
    Reason("not-available", "It is not known and cannot be found out", "无从得知"),
    Reason("not-applicable", "It does not apply to this case", "本案不适用"),
    Reason("to-follow", "It follows as soon as it is there", "随后补充"),
    Reason("as-it-is", "It is right as it stands, though unusual", "所填内容无误，虽不常见"),
)
"""Why the asker sends a request that its guideline finds incomplete: the other side is told."""


def render() -> str:
    """Return the grounds of refusal as the Markdown that stands in docs/spec/request.md."""
    head = ["| code | consult first | English | Chinese | source |", "|---|---|---|---|---|"]
    rows = [
        f"| `{r.code}` | {'yes' if r.consult else 'no'} | {r.en} | {r.zh} | {_source(r)} |"
        for r in REFUSALS.values()
    ]
    return "\n".join([*head, *rows]) + "\n"


def render_lists(lists: Iterable[tuple[str, Reasons]]) -> str:
    """Return other closed lists as the Markdown that stands there: (code name, list)."""
    head = ["| of | code | English | Chinese | source |", "|---|---|---|---|---|"]
    rows = [
        f"| {name} | `{r.code}` | {r.en} | {r.zh} | {_source(r)} |"
        for name, reasons in lists
        for r in reasons.values()
    ]
    return "\n".join([*head, *rows]) + "\n"


def _source(reason: Reason) -> str:
    return reason.source if reason.verified else f"[{reason.source}]"
