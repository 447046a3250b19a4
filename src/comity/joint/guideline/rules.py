# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What can be broken in a request: each rule with its words in English and Chinese.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.guideline import identifiers
from comity.joint.guideline.findings import (
    MISSING,
    NO_LEGAL_BASIS,
    NO_LINK,
    OVERBROAD,
    TRANSLATION,
    VAGUE,
    WRONG,
    WRONG_ADDRESSEE,
)
from comity.kernel.legal_text import Words


@dataclass(frozen=True, slots=True)
class Rule:
    """What can be broken.

    Attributes:
        kind: of the finding.
        what: what is wrong.
        fix: what to do.
        is_required: whether it must be mended.
    """

    kind: str
    what: Words
    fix: Words
    is_required: bool = True


def _rule(kind: str, what: tuple[str, str], fix: tuple[str, str], *, must: bool = True) -> Rule:
    return Rule(
        kind,
        MappingProxyType(dict(zip(("en", "zh"), what, strict=True))),
        MappingProxyType(dict(zip(("en", "zh"), fix, strict=True))),
        must,
    )


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "absent": _rule(
            MISSING,
            ("It is missing.", "未填写。"),
            ("Supply it as its help says.", "请按填写说明补充。"),
        ),
        "type-unknown": _rule(
            WRONG,
            ("The guideline has no such type of request.", "指导原则中没有该请求类型。"),
            ("Choose a type that the guideline defines.", "请选择指导原则规定的类型。"),
        ),
        "urgency-not-allowed": _rule(
            WRONG,
            ("This type of request has no such urgency.", "该类请求不适用此紧急程度。"),
            ("Choose an urgency of the type.", "请选择该类请求适用的紧急程度。"),
        ),
        "not-asked-for": _rule(
            WRONG,
            ("This type of request does not ask for it.", "该类请求不要求填写此项。"),
            ("Leave it out, or choose another type.", "请删去，或者选择其他类型。"),
            must=False,
        ),
        "shape": _rule(
            WRONG,
            ("It is not written as it should be.", "格式不符合要求。"),
            ("Write it as its help says.", "请按填写说明填写。"),
        ),
        "too-short": _rule(
            VAGUE,
            ("It says too little to be acted on.", "内容过于简略，无法据以办理。"),
            ("Say more, as its help asks.", "请按填写说明补充具体内容。"),
        ),
        "placeholder": _rule(
            VAGUE,
            ("It says nothing in particular.", "内容空泛，没有具体所指。"),
            ("Name exactly what is meant.", "请写明具体内容。"),
        ),
        "link-missing": _rule(
            NO_LINK,
            ("It is not said how the data relate to the case.", "未说明数据与案件的联系。"),
            (
                "Say for each identifier what it has to do with the conduct.",
                "请逐一说明各标识与涉案行为的联系。",
            ),
        ),
        "legal-basis-missing": _rule(
            NO_LEGAL_BASIS,
            ("No legal basis is named.", "未注明法律依据。"),
            (
                "Name the treaty and article, or reciprocity, and the domestic power.",
                "请写明条约及条款或者互惠承诺，以及国内法上的授权。",
            ),
        ),
        "no-provision": _rule(
            NO_LEGAL_BASIS,
            ("No provision of the law is named.", "未列明法律条文。"),
            ("Name each provision with its number.", "请列明具体条文及其条号。"),
        ),
        "penalty-missing": _rule(
            MISSING,
            ("The greatest penalty is missing.", "未写明最高刑期。"),
            ("Give it in years.", "请以年为单位填写。"),
            must=False,
        ),
        "name-missing": _rule(
            MISSING,
            ("The name is missing.", "未写明名称或者姓名。"),
            ("Give the name, or describe who or what is meant.", "请写明名称，或者说明所指对象。"),
        ),
        "not-reachable": _rule(
            MISSING,
            ("Neither a telephone nor an e-mail address is given.", "未提供电话或者电子邮件。"),
            ("Give one under which somebody answers.", "请提供可以取得联系的方式。"),
        ),
        "office-hours-missing": _rule(
            MISSING,
            ("Office hours are missing.", "未写明办公时间。"),
            ("Say when somebody can be reached, or 24/7.", "请写明可联系的时间，或者注明全天候。"),
            must=False,
        ),
        "zone-missing": _rule(
            MISSING,
            ("The time zone is missing.", "未写明时区。"),
            ("Add it, like +08:00 or UTC-05:00.", "请补充时区，例如 +08:00 或者 UTC-05:00。"),
        ),
        "time-malformed": _rule(
            WRONG,
            ("It is no date and time.", "不是有效的日期和时间。"),
            (
                "Write it like 2026-11-24T17:12:00+08:00.",
                "请按 2026-11-24T17:12:00+08:00 的格式填写。",
            ),
        ),
        "time-in-future": _rule(
            WRONG,
            ("It lies in the future.", "时间晚于当前时间。"),
            ("Correct the time or its zone.", "请更正时间或者时区。"),
        ),
        "time-past": _rule(
            WRONG,
            ("It has passed already.", "该时间已过。"),
            ("Give one that lies ahead.", "请填写将来的时间。"),
        ),
        "period-reversed": _rule(
            WRONG,
            ("It ends before it begins.", "结束时间早于开始时间。"),
            ("Exchange the two, or correct them.", "请更正起止时间。"),
        ),
        "no-period": _rule(
            OVERBROAD,
            (
                "No period is named: data of all times would be meant.",
                "未限定时段，等于索取所有时间的数据。",
            ),
            ("Give from and to, with their zone.", "请写明起止时间及时区。"),
        ),
        "period-too-long": _rule(
            OVERBROAD,
            ("The period is longer than the guideline allows.", "时段超过指导原则允许的范围。"),
            ("Narrow it to what the case needs.", "请限缩至案件所需的时段。"),
        ),
        "no-identifier": _rule(
            MISSING,
            ("No identifier is named.", "未列明任何标识。"),
            ("Name at least one, with its kind.", "请至少列明一个标识及其种类。"),
        ),
        "kind-unknown": _rule(
            WRONG,
            ("It is no kind of identifier that this element takes.", "不是该要素适用的标识种类。"),
            ("Use a kind that the guideline names.", "请使用指导原则列明的种类。"),
        ),
        "kinds-missing": _rule(
            VAGUE,
            ("It is not said which kinds of data are meant.", "未说明所需数据的种类。"),
            ("Name the kinds of data.", "请写明数据种类。"),
        ),
        "kinds-all": _rule(
            OVERBROAD,
            ("It asks for all kinds of data.", "索取所有种类的数据。"),
            ("Name only the kinds that the case needs.", "请仅列明案件所需的种类。"),
        ),
        "too-many": _rule(
            OVERBROAD,
            ("It names more than a hundred identifiers.", "所列标识超过一百个。"),
            ("Divide the request, or narrow it.", "请拆分或者限缩请求。"),
            must=False,
        ),
        "address-without-time": _rule(
            MISSING,
            (
                "An address without a time leads to nobody in particular.",
                "未注明时间的地址无法对应到具体用户。",
            ),
            ("Give when it was used, with the zone.", "请写明使用时间及时区。"),
        ),
        "port-missing": _rule(
            MISSING,
            (
                "The port is missing; an address may be shared by thousands.",
                "未注明端口；一个地址可能由数千人共用。",
            ),
            ("Give the source port if the log has it.", "日志中有源端口的，请一并提供。"),
            must=False,
        ),
        "port-malformed": _rule(
            WRONG,
            ("It is no port.", "不是有效的端口。"),
            ("Give a number from 1 to 65535.", "请填写 1 至 65535 之间的数字。"),
        ),
        "service-missing": _rule(
            MISSING,
            ("It is not said at which service the account is.", "未说明账户所属的服务。"),
            ("Name the service.", "请写明服务名称。"),
        ),
        "amount-malformed": _rule(
            WRONG,
            ("It is no amount with a currency.", "不是有效的金额及币种。"),
            (
                "Write amount and currency, like 184000.00 and EUR.",
                "请写明金额和币种，例如 184000.00 和 EUR。",
            ),
        ),
        "below-threshold": _rule(
            WRONG,
            ("The amount is under the threshold of this procedure.", "金额低于该程序的起点。"),
            (
                "Ask by the ordinary way, or say why it is urgent.",
                "请按普通途径提出，或者说明紧急理由。",
            ),
        ),
        "too-late": _rule(
            WRONG,
            (
                "The transfer is older than the hours within which it can be stopped.",
                "转账时间已超过可止付的时限。",
            ),
            (
                "Ask for the money trail by a request for data.",
                "请改以数据类请求查询资金流向。",
            ),
        ),
        "no-recall": _rule(
            WRONG,
            ("The sending bank has not asked for a recall.", "汇出银行尚未发出撤销通知。"),
            ("Have it sent first; it takes minutes.", "请先由汇出银行发出撤销通知。"),
        ),
        "reference-missing": _rule(
            MISSING,
            (
                "The reference of the State that was asked is missing.",
                "未写明被请求方的编号。",
            ),
            ("Give the reference under which it was registered there.", "请写明对方登记的编号。"),
        ),
        "choice-unknown": _rule(
            WRONG,
            ("It is none of the choices.", "不在可选项之内。"),
            ("Choose one that the guideline lists.", "请选择指导原则列明的选项。"),
        ),
        "another-state": _rule(
            WRONG_ADDRESSEE,
            (
                "The data are said to be in a State that is not asked.",
                "所述数据所在国并非被请求方。",
            ),
            (
                "Ask that State, or correct where the data are.",
                "请向该国提出，或者更正数据所在地。",
            ),
        ),
        "untranslated": _rule(
            TRANSLATION,
            ("A language is missing.", "缺少一种语言的文本。"),
            (
                "Add the text in that language, and say who translated it.",
                "请补充该语言文本并注明译者。",
            ),
        ),
        "file-missing": _rule(
            MISSING,
            ("The file is missing.", "缺少附件。"),
            ("Attach it.", "请附上文件。"),
        ),
        identifiers.ADDRESS: _rule(
            WRONG,
            ("It is no address.", "不是有效的IP地址。"),
            ("Correct it; IPv4 and IPv6 are taken.", "请更正；支持 IPv4 和 IPv6。"),
        ),
        identifiers.NOT_PUBLIC: _rule(
            WRONG,
            (
                "It is an address of a private network, or reserved: thousands use the same.",
                "该地址属于内网或者保留地址，无法对应到特定用户。",
            ),
            (
                "Find the public address under which it was seen.",
                "请查明其对外显示的公网地址。",
            ),
        ),
        identifiers.DOCUMENTATION: _rule(
            WRONG,
            (
                "It is an address for documentation, which nobody has.",
                "该地址为文档示例地址，无人使用。",
            ),
            ("Keep it in an exercise only.", "仅可在演练中使用。"),
            must=False,
        ),
        identifiers.NETWORK: _rule(
            OVERBROAD,
            ("It is a whole network.", "所列为整个网段。"),
            ("Name the addresses that were seen.", "请列明实际观测到的地址。"),
        ),
        identifiers.DOMAIN: _rule(
            WRONG,
            ("It is no domain name.", "不是有效的域名。"),
            (
                "Write it like name.example, without http://.",
                "请按 name.example 的格式填写，不带 http://。",
            ),
        ),
        identifiers.WILDCARD: _rule(
            OVERBROAD,
            ("It is a whole domain with all its names.", "所列为整个域及其全部子域。"),
            ("Name the hosts that are meant.", "请列明具体主机名。"),
        ),
        identifiers.URL: _rule(
            WRONG,
            ("It is no URL.", "不是有效的网址。"),
            ("Write it whole, from https:// on.", "请填写完整网址，以 https:// 开头。"),
        ),
        identifiers.EMAIL: _rule(
            WRONG,
            ("It is no e-mail address.", "不是有效的电子邮件地址。"),
            ("Write it like name@host.example.", "请按 name@host.example 的格式填写。"),
        ),
        identifiers.PHONE: _rule(
            WRONG,
            ("It is no telephone number with its country.", "不是带国家代码的电话号码。"),
            ("Write it like +86 10 5555 0199.", "请按 +86 10 5555 0199 的格式填写。"),
        ),
        identifiers.ACCOUNT: _rule(
            WRONG,
            ("It names no account.", "未指明具体账户。"),
            (
                "Give the name or number of the account at the service.",
                "请写明该服务中的账户名称或者编号。",
            ),
        ),
        identifiers.HASH: _rule(
            WRONG,
            ("It is no hash.", "不是有效的哈希值。"),
            (
                "Give it whole, in hexadecimal; SHA-256 has 64 digits.",
                "请完整填写十六进制值；SHA-256 为 64 位。",
            ),
        ),
        identifiers.BANK_ACCOUNT: _rule(
            WRONG,
            ("It is no account number.", "不是有效的银行账号。"),
            ("Copy it from the payment order.", "请按付款凭证填写。"),
        ),
        identifiers.IBAN: _rule(
            WRONG,
            ("It is no IBAN: its check digits do not fit.", "不是有效的 IBAN，校验码不符。"),
            ("Copy it from the payment order.", "请按付款凭证填写。"),
        ),
        identifiers.SWIFT: _rule(
            WRONG,
            ("It is no SWIFT code of 8 or 11 characters.", "不是 8 位或者 11 位的 SWIFT 代码。"),
            ("Copy it from the payment order.", "请按付款凭证填写。"),
        ),
        identifiers.SERVER: _rule(
            WRONG,
            ("It is no name of a server.", "不是有效的服务器名称。"),
            ("Give its host name or address.", "请填写主机名或者地址。"),
        ),
    }
)
"""By name."""
