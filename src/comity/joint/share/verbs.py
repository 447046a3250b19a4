# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a share: the one place that spells them.

Source: docs/spec/share.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.shape import Words
from comity.acts.verb import (
    CODE,
    HASH,
    ITEM,
    NAME,
    NUMBER,
    REFERENCE,
    TIME,
    Both,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.share import acts, view
from comity.joint.share.state import State

_REFERENCE: Final = Field(
    acts.OWN_REFERENCE, REFERENCE, both("Your file number", "我方案卷编号"), needed=False
)
_ITEMS: Final = Field(
    "item", ITEM, both("Positions", "对象序号"), needed=False, many="items",
    hint=both("3, 17-40, or b2.5 of a second bundle; all if empty",
              "如 3、17-40，第二个数据包写作 b2.5；不填则为全部"),
)  # fmt: skip
_OBJECTS: Final = Field(acts.OBJECTS, NUMBER, both("Objects in the bundle", "数据包中的对象数"))
_SAMPLES: Final = Field(acts.SAMPLES, NUMBER, both("Samples", "样本数"), needed=False)
_MARK: Final = Field(
    acts.MARK, CODE, both("Mark", "标记"), shape=acts.MARK_SHAPE,
    hint=both("like TLP:AMBER, or TLP:GREEN PAP:AMBER", "如 TLP:AMBER，或 TLP:GREEN PAP:AMBER"),
)  # fmt: skip
_FINAL: Final = Field(acts.FINAL, CODE, both("Done", "已完成"), needed=False, known=acts.YES)


def _count(name: str, words: Both, *, needed: bool = True, code: str = "") -> Field:
    return Field(name, NUMBER, words, needed=needed, code=code)


def _listed(name: str, words: Both, known: Words, *, needed: bool = True) -> Field:
    return Field(name, CODE, words, needed=needed, known=known)


def _time(name: str, words: Both, *, needed: bool = True) -> Field:
    return Field(name, TIME, words, needed=needed)


def _untaken(now: State, party: str) -> str:
    number = view.untaken(now, party)
    return now.bundles[number - 1].act_id if number else ""


def _dispute(now: State, _party: str) -> str:
    found = view.open_dispute(now)
    return found.id if found is not None else ""


def _owed(now: State, party: str) -> str:
    return next((one.id for one in view.owed(now, party)), "")


def _newest(now: State, _party: str) -> str:
    return now.bundles[-1].act_id if now.bundles else ""


def _is_giver(now: State, party: str) -> bool:
    return now.giving is not None and now.giving.party == party


def _gives_still(now: State, party: str) -> bool:
    return _is_giver(now, party) and view.status(now) != view.RETRACTED


def _is_taker(now: State, party: str) -> bool:
    return party in now.takers


def _is_there(now: State, _party: str) -> bool:
    return now.giving is not None


def _takes(now: State, party: str) -> bool:
    return bool(_untaken(now, party))


def _upholds(now: State, party: str) -> bool:
    return _is_giver(now, party) and bool(_dispute(now, party))


def _asks(now: State, party: str) -> bool:
    return _is_taker(now, party) and now.giving is not None and now.giving.offered > 0


def _stops(now: State, party: str) -> bool:
    return bool(_owed(now, party))


TABLE: Final = Table(
    acts.KIND,
    "shares",
    both("Share", "威胁信息共享"),
    both(
        "Share what protects networks: give, take, use, dispute and take back",
        "共享网络防护信息：提供、接收、使用、提出异议、撤回",
    ),
    (
        Verb(
            "give", acts.GIVEN, both("Give", "提供"),
            (
                _listed(acts.CATEGORY, both("Category", "类别"), acts.CATEGORIES),
                _MARK,
                _OBJECTS,
                _SAMPLES,
                _count(acts.OFFERED, both("Samples on demand", "可索取样本数"), needed=False),
                _listed(
                    acts.ASKS, both("What is asked", "请求事项"), acts.ASKINGS, needed=False
                ),
                _listed(acts.ORIGIN, both("Origin", "来源"), acts.ORIGINS, needed=False),
                Field(acts.SERIES, NAME, both("Series", "系列"), needed=False),
                _REFERENCE,
                _time(acts.VALID_UNTIL, both("Valid until", "有效期至")),
                _time(acts.OBSERVED_FROM, both("First observed", "最早发现"), needed=False),
                _time(acts.OBSERVED_TO, both("Last observed", "最近发现"), needed=False),
                _time(acts.ASKED_BY, both("Asked by", "请求完成时间"), needed=False),
            ),
            opens=True, is_computed=True,
        ),
        Verb(
            "none", acts.DECLARED_NONE, both("Declare nothing to give", "声明本期无可提供"),
            (
                _listed(acts.CATEGORY, both("Category", "类别"), acts.CATEGORIES),
                _REFERENCE,
                _time(acts.FROM, both("From", "起")),
                _time(acts.TO, both("To", "止")),
            ),
            opens=True,
        ),
        Verb(
            "add", acts.ADDED, both("Add to it", "补充"), (_OBJECTS, _SAMPLES, _REFERENCE),
            offered=_gives_still, is_computed=True,
        ),
        Verb(
            "mark", acts.MARKED, both("Change the mark", "变更标记"), (_MARK, _ITEMS, _REFERENCE),
            offered=_gives_still,
        ),
        Verb(
            "retract", acts.RETRACTED, both("Retract", "撤回"),
            (why(acts.RETRACTIONS), _ITEMS, _REFERENCE), offered=_gives_still, is_grave=True,
        ),
        Verb(
            "take", acts.TAKEN, both("Take it", "接收"),
            (
                _count(acts.VALID, both("Valid objects", "有效对象数")),
                _count(acts.INVALID, both("Invalid objects", "无效对象数")),
                _count(acts.DUPLICATE, both("Duplicates", "重复对象数"), needed=False),
                _count(acts.KNOWN, both("Known before", "此前已知对象数"), needed=False),
                _ITEMS,
                _REFERENCE,
            ),
            about=_untaken, offered=_takes,
        ),
        Verb(
            "dispute", acts.DISPUTED, both("Dispute it", "提出异议"),
            (why(acts.DISPUTES), _ITEMS, _REFERENCE), about=_newest, offered=_is_taker,
        ),
        Verb(
            "uphold", acts.UPHELD, both("Uphold what is disputed", "维持"),
            (why(acts.UPHOLDINGS), _REFERENCE), about=_dispute, offered=_upholds,
        ),
        Verb(
            "ask-sample", acts.SAMPLE_ASKED, both("Ask for samples", "索取样本"),
            (_ITEMS, _REFERENCE), about=_newest, offered=_asks,
        ),
        Verb(
            "use", acts.USED, both("Report its use", "通报使用情况"),
            (
                *(
                    _count(one, words, needed=False, code=f"{acts.USE}{one}")
                    for one, words in acts.USES.items()
                ),
                _FINAL,
                Field(
                    acts.CORRECTS, NAME, both("Corrects", "更正"), needed=False,
                    hint=both("id of your report that was wrong", "有误的我方通报的标识"),
                ),
                _REFERENCE,
                _time(acts.FIRST_SEEN, both("First seen here", "我方最早发现"), needed=False),
                _time(acts.LAST_SEEN, both("Last seen here", "我方最近发现"), needed=False),
            ),
            offered=_is_taker,
        ),
        Verb(
            "stop", acts.STOPPED, both("Report who stopped", "通报停止使用情况"),
            (
                _count(acts.TOLD, both("Consumers told", "已通知用户数")),
                _count(acts.CONFIRMED, both("Confirmed", "已确认用户数")),
                _count(acts.OPEN, both("Not confirmed", "未确认用户数")),
                _FINAL,
                _REFERENCE,
            ),
            about=_owed, offered=_stops,
        ),
        Verb(
            "destroy", acts.DESTROYED, both("Attest to destruction", "证明已销毁"),
            (
                why(acts.DESTRUCTIONS),
                Field("blob", HASH, both("Blobs", "数据"), many="blobs", code=acts.BLOB),
                _REFERENCE,
            ),
            offered=_is_there, is_grave=True,
        ),
    ),
    view.opened_by,
)  # fmt: skip
