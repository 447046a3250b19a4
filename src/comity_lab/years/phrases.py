# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The sentences of the years, in English and Chinese: invented cases, nobody named.

Floor: lab.
"""

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.request import acts
from comity.kernel.ijson import Json

SERVICES: Final = ("mail.example", "messenger.example", "forum.example", "market.example")
PROVIDERS: Final = ("Hosting Example", "Messenger Example", "Mail Example", "Cloud Example")

ITEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "subscriber": "Name, address and telephone of the user",
        "traffic": "Connection data of the time named",
        "content": "Contents as they stand",
        "payment": "How the service was paid for",
        "connections": "Connections of the time named",
        "addresses": "Addresses from which the account was used",
        "messages": "Messages sent and received",
        "files": "Files kept in the account",
        "last-connection": "From where the account was used last",
        "freeze": "The amount is held",
        "balance": "What is left on the account",
        "onward-transfers": "Where the rest went",
        "measure": "The measure that is asked for",
        "logs": "Records of the server before it",
        "certified-copies": "Certified copies of the data",
        "statement-of-custodian": "A statement of the custodian",
        "extension": "The time for which it is kept is extended",
        "feedback": "What came of the information",
        "status": "How far the earlier request is",
    }
)
"""What each item asks for."""

GIVEN: Final = "as far as it is kept"

RELATIONS: Final = (
    "The account wrote each of the messages by which the victims were deceived.",
    "The stolen files were offered for sale from this account two days after the intrusion.",
    "The account received the proceeds and passed them on within the hour.",
    "The commands that the infected machines obeyed were published by this account.",
)
NECESSITIES: Final = (
    "The provider keeps connection data for 30 days only, and the first are lost in a week.",
    "The suspect is changing providers, and what they leave behind is deleted within days.",
    "Funds are usually moved on within 72 hours of the transfer, and this one was yesterday.",
)
CONFIDENTIALITIES: Final = (
    "Do not tell the user: the account is still in use.",
    "The user need not be kept from knowing of it.",
    "Accomplices are not identified yet; nobody should be told before they are.",
)
PURPOSES: Final = (
    "To identify who used the account, and to hear them as a suspect in this case.",
    "To trace the money, and to give back to the victims what is left of it.",
    "To place what was said by the group before the investigating judge.",
)
HARMS: Final = (
    "Files of two hospitals were encrypted, and operations had to be put off.",
    "Some 1,400 customers of a bank lost access to their accounts for a day.",
    "Machines in schools and town halls send out fraudulent mail at every hour.",
)

_FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fraud": "Since spring {n} persons sent {sum} EUR to accounts that a false investment "
        "platform named. The account below recruited them, and told them when to pay again.",
        "business-email-compromise": "The bank details of a supplier were changed in an invoice, "
        "and the buyer paid {sum} EUR to a stranger. The mailbox had been read for {n} days from "
        "the account below.",
        "hacking": "Strangers entered the network of a public works company and stayed {n} days. "
        "They copied plans of {sum} sites and left a note that names the account below.",
        "child-exploitation": "A hidden forum with {n} members exchanges recordings of abused "
        "children. The account below runs it, and {sum} files were seen there in one week.",
        "trade-secrets": "Designs of a manufacturer were copied by a leaving employee and offered "
        "to {n} competitors. The account below sent {sum} drawings to the first of them.",
        "drugs": "A market sold synthetic drugs to {n} buyers; parcels worth {sum} EUR were "
        "seized. The account below sent the addresses to the couriers and took the payments.",
        "terrorist-misuse": "A channel with {n} followers calls for attacks on stations and shows "
        "how to make explosives. The account below published {sum} of its messages.",
        "firearms": "Blank guns that can be turned into live ones were sold to {n} buyers. The "
        "account below took {sum} EUR for them and sent the parts in parcels of toys.",
        "other": "Over {n} weeks an account published false reports that the works of a dairy "
        "were closed. Buyers left, and the company lost {sum} EUR in the quarter.",
    }
)
_EMERGENCIES: Final = (
    (
        "A person was taken {n} hours ago, and the account below has sent a demand. "
        "The person needs medicine within the day."
    ),
    (
        "The account below announced {n} hours ago that its user would end their life tonight, and "
        "showed the means. Where they are nobody knows."
    ),
    (
        "A message of {n} hours ago says that a bomb was placed in a station, and that another one "
        "follows in the evening. It came from the account below."
    ),
)
_OBSERVED: Final = (
    "Every six hours {n} infected machines fetch commands from the domain over TLS; certificate "
    "and path are the same on each of them. Seen in the flows of the national network."
)

_ASKED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "preservation": (
            "Please have the data listed preserved for sixty days; our request for them follows.",
            "请保全所列数据六十日，我方将随后提出请求。",
        ),
        "preservation-extension": (
            "Please keep what is preserved for longer: the request for it is not decided yet.",
            "后续请求尚未办结，请延长数据保全期限。",
        ),
        "subscriber": (
            "Please have the provider say who the user of this account is.",
            "请要求服务商提供该账户使用者的注册信息。",
        ),
        "traffic": (
            "Please give us the connection data of the account for the time that is named.",
            "请提供该账户在所列期间的连接数据。",
        ),
        "content": (
            "Please give us what was sent and received in the account in the time that is named.",
            "请提供该账户在所列期间的通信内容。",
        ),
        "emergency-disclosure": (
            "A life is at risk. Please have the provider disclose at once who uses this account.",
            "有人生命垂危，请立即要求服务商披露该账户的使用者。",
        ),
        "stop-payment": (
            "Please have the bank hold the amount, and tell us where any part of it went.",
            "请要求收款银行冻结该款项，并说明已转出部分的去向。",
        ),
        "infrastructure": (
            "Please have the operator act on this server: it commands infected machines here.",
            "请要求运营者处置该服务器：其正在控制我方受感染的计算机。",
        ),
        "court-evidence": (
            "Please give us the data as evidence for court, in the form that is described.",
            "请按所述形式提供可用于法庭的证据材料。",
        ),
        "spontaneous": (
            "We send this unasked: it may start or help an investigation of yours.",
            "我方主动提供以下信息，或有助于贵方启动或推进侦查。",
        ),
        "status-query": (
            "Please tell us how far our earlier request is.",
            "请告知我方先前请求的办理进展。",
        ),
    }
)
_SAID: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        acts.FOUND_DEFICIENT: (
            "It cannot be carried out as it stands; please see what is named.",
            "现有内容尚无法执行，请见所列事项。",
        ),
        acts.DEFICIENCY_DISPUTED: (
            "We ask you to look at it again: it stands in the request.",
            "请再次核对：请求中已载明该内容。",
        ),
        acts.CLARIFIED: (
            "Here is what was missing, as far as it is known today.",
            "现补充所缺内容，以目前所知为限。",
        ),
        acts.ACCEPTED: (
            "The request is accepted; the provider has been ordered to give the data.",
            "请求已获接受，已责令服务商提供数据。",
        ),
        acts.ANSWERED: (
            "What we can give for these items is set out here; the rest is told item by item.",
            "所列事项可提供的内容如下，其余情况已逐项说明。",
        ),
        acts.POSTPONED: (
            "It has to wait; the reason and the date of review are named.",
            "现须推迟办理，理由及复审日期已列明。",
        ),
        acts.CONSULTED: (
            "On this ground it would have to be refused. Is there more to be said?",
            "依此理由拟予拒绝，贵方是否有补充说明？",
        ),
        acts.CONSULTATION_ANSWERED: (
            "We have considered it; our position is named.",
            "我方已研究，立场如上所列。",
        ),
        acts.REFUSED: (
            "The request cannot be met; the ground is named.",
            "请求无法满足，理由已列明。",
        ),
        acts.WITHDRAWN: (
            "We take the request back and thank you for your work on it.",
            "我方撤回请求，感谢贵方所做的工作。",
        ),
        acts.STATUS_REPORTED: (
            "The matter is being dealt with; the stage is named.",
            "事项正在办理，所处阶段已列明。",
        ),
        acts.USE_REPORTED: (
            "What was given has been used as is told here.",
            "所提供材料的使用情况如下。",
        ),
        acts.REOPENED: (
            "The answer does not cover all that was asked; please look at it again.",
            "答复未涵盖全部请求事项，请再次核查。",
        ),
    }
)


def facts(crime: str, chance: random.Random) -> str:
    """Return what happened."""
    return _FACTS[crime].format(n=chance.randrange(4, 90), sum=chance.randrange(12, 990) * 100)


def emergency(chance: random.Random) -> str:
    """Return what is about to happen."""
    return chance.choice(_EMERGENCIES).format(n=chance.randrange(2, 9))


def observed(chance: random.Random) -> str:
    """Return what a machine was seen to do."""
    return _OBSERVED.format(n=chance.randrange(200, 9_000))


def asking(type_id: str, by: str, language: str) -> tuple[Json, ...]:
    """Return a request in words; the original is in the language of who asks."""
    return _both(_ASKED[type_id], by, language)


def saying(tag: str, by: str, language: str) -> tuple[Json, ...]:
    """Return what is said beside the codes of an act; nothing for most."""
    return _both(_SAID[tag], by, language) if tag in _SAID else ()


def _both(said: tuple[str, str], by: str, language: str) -> tuple[Json, ...]:
    lines = {"en": said[0], "zh-Hans": said[1]}
    return tuple(
        {"lang": one, "text": text, "by": by, "original": one == language}
        for one, text in sorted(lines.items(), key=lambda line: line[0] != language)
    )
