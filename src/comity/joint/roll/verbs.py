# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer can say of a roll.

Floor: joint (pure).
"""

from typing import Final

from comity.acts.facts import State
from comity.acts.verb import (
    CODE,
    HASH,
    LINES,
    NAME,
    NUMBER,
    Both,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.roll import acts, fold, view


def _edition(now: State, _party: str) -> str:
    found = fold.newest(now)
    return found.id if found else ""


def _vote(now: State, _party: str) -> str:
    found = view.owed(now)
    return found[-1].id if found else ""


def _is_authors(now: State, party: str) -> bool:
    return now.opening is not None and party == now.opening.party


def _is_open_authors(now: State, party: str) -> bool:
    return _is_authors(now, party) and view.status(now) != view.CLOSED


def _may_pause(now: State, party: str) -> bool:
    return _is_authors(now, party) and view.status(now) == view.OPEN


def _may_resume(now: State, party: str) -> bool:
    return _is_authors(now, party) and view.status(now) == view.PAUSED


def _reads(now: State, party: str) -> bool:
    return party in view.readers(now) and view.number(now) > 0


def _votes(now: State, party: str) -> bool:
    return _reads(now, party) and view.status(now) != view.CLOSED


def _owes(now: State, party: str) -> bool:
    return _is_authors(now, party) and bool(view.owed(now))


def _opened_by(now: State) -> str:
    return now.opening.id if now.opening else ""


def _lines(name: str, words: Both, hint: Both) -> Field:
    return Field(name, LINES, words, needed=False, hint=hint)


def _count(name: str, en: str, zh: str) -> Field:
    return Field(name, NUMBER, both(en, zh))


_IDS: Final = both("ids, one a line", "编号，每行一个")
_NEW: Final = both(
    "sort;hash;class;baseline;identified, one a line", "类型;散列值;类别;基线;已识别，每行一个"
)
_ROOT: Final = Field(acts.ROOT, HASH, both("Root of the entries", "条目的根"))

TABLE: Final = Table(
    acts.KIND, "rolls", both("Roll", "散列名录"),
    both(
        "Rolls: lists of hashes that one State keeps for others, with editions and votes",
        "散列名录：一国为其他国家维护的散列值清单，含版本与表决",
    ),
    (
        Verb(
            "open", acts.OPENED, both("Open a roll", "开设名录"),
            (
                Field(acts.SORT, CODE, both("Kind", "种类"), known=acts.KINDS),
                Field(acts.SCHEME, NAME, both("Scheme of classes", "分类标准")),
                Field(acts.ONWARD, CODE, both("Given onward", "转交范围"), known=acts.ONWARDS),
                Field(
                    acts.CONTINUES, NAME, both("Continues the roll", "接续的名录"), needed=False,
                    hint=both("whole id", "完整编号"),
                ),
            ),
            opens=True,
        ),
        Verb(
            "edition", acts.EDITION, both("Send an edition", "发布版本"),
            (
                _lines("add", both("Entries that are added", "新增条目"), _NEW),
                _lines("change", both("Entries that are changed", "变更条目"), both(
                    "id;class;baseline;identified, one a line", "编号;类别;基线;已识别，每行一个"
                )),
                _lines("withdraw", both("Entries that are withdrawn", "撤回条目"), _IDS),
            ),
            offered=_is_open_authors,
            computes=(
                _count(acts.NUMBER, "Number", "版本号"),
                _count(acts.ADDED, "Added", "新增"),
                _count(acts.CHANGED, "Changed", "变更"),
                _count(acts.WITHDRAWN, "Withdrawn", "撤回"),
                _count(acts.TOTAL, "Total", "总数"),
                _ROOT,
            ),
        ),
        Verb(
            "load", acts.LOADED, both("Load the newest edition", "载入最新版本"),
            (
                Field(
                    acts.HOLDING, NUMBER,
                    both("Participants that hold what was withdrawn", "仍持有已撤回条目的单位数"),
                    needed=False, hint=both("counted if empty", "不填则自动统计"),
                ),
            ),
            about=_edition, offered=_reads,
            computes=(_ROOT, _count(acts.HOLDING, "Still held by", "仍持有单位数")),
        ),
        Verb(
            "differ", acts.DIFFERED, both("Say that an edition differs", "说明版本不一致"),
            (
                why(acts.DIFFERENCES),
                Field(
                    acts.ROOT, HASH, both("Root that was computed", "计算出的根"), needed=False
                ),
            ),
            about=_edition, offered=_reads,
        ),
        Verb(
            "vote", acts.VOTED, both("Vote on entries", "对条目表决"),
            (
                _lines("up", both("Entries that are confirmed", "确认的条目"), _IDS),
                _lines("down", both("Entries that do not belong there", "不应列入的条目"), both(
                    "id;reason, one a line", "编号;理由，每行一个"
                )),
                _lines("flawed", both("Entries with a mistake", "有误的条目"), both(
                    "id;reason, one a line", "编号;理由，每行一个"
                )),
            ),
            about=_edition, offered=_votes,
            computes=(
                _count(acts.UP, "Confirmed", "确认"),
                _count(acts.DOWN, "Not belonging there", "不应列入"),
                _count(acts.FLAWED, "With a mistake", "有误"),
            ),
        ),
        Verb(
            "answer-vote", acts.VOTE_ANSWERED, both("Answer a vote", "答复表决"),
            (
                _lines("kept", both("Entries that stay", "保留的条目"), _IDS),
                _lines("withdrawn", both("Entries that are withdrawn", "撤回的条目"), _IDS),
                _lines("reclassified", both("Entries of another class", "重新分类的条目"), _IDS),
            ),
            about=_vote, offered=_owes,
            computes=(
                _count(acts.KEPT, "Kept", "保留"),
                _count(acts.WITHDRAWN, "Withdrawn", "撤回"),
                _count(acts.RECLASSIFIED, "Of another class", "重新分类"),
            ),
        ),
        Verb(
            "pause", acts.PAUSED, both("Pause the roll", "暂停名录"),
            (why(acts.PAUSES),), offered=_may_pause,
        ),
        Verb(
            "resume", acts.RESUMED, both("Resume the roll", "恢复名录"),
            (why(acts.RESUMPTIONS),), offered=_may_resume,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the roll", "停止名录"),
            (why(acts.CLOSINGS),), offered=_is_open_authors, is_grave=True,
        ),
    ),
    _opened_by,
    heading=both("Rolls", "散列名录"),
)  # fmt: skip
