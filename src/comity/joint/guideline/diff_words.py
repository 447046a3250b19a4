# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""A change of a joint text in words: where it stands, what was, what is.

    Types of request > Preservation of data > Elements > Deadline
        added: where possible

Floor: joint (pure).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from comity.kernel.diff import ADDED, CHANGED, MOVED, REMOVED, Change, Path
from comity.kernel.ijson import Json
from comity.kernel.printable import printable

ARROW: Final = " > "
_ASKED: Final = frozenset({"is", "one_of", "present"})
_LANGUAGE_CHARS: Final = (2, 3)

_SAID: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ADDED: ("added", "新增"),
        REMOVED: ("taken out", "删除"),
        CHANGED: ("changed", "修改"),
        MOVED: ("in another order", "顺序调整"),
        "before": ("before", "原文"),
        "after": ("now", "现文"),
        "always": ("always", "必填"),
        "where-possible": ("where possible", "尽可能提供"),
        "when": ("when", "下列情形必填"),
        "present": ("is given", "已提供"),
        "absent": ("is not given", "未提供"),
        "is": ("is", "为"),
        "hours": ("hours", "小时"),
        "calendar-days": ("calendar days", "日历日"),
        "working-days": ("working days", "个工作日"),
        "months": ("months", "个月"),
        "addressee": ("of the State that is asked", "（被请求方）"),
        "asker": ("of the State that asks", "（请求方）"),
        "unverified": ("to be verified", "有待核实"),
        "proposal": ("proposal", "建议"),
        "true": ("yes", "是"),
        "false": ("no", "否"),
        "title": ("Title", "标题"),
        "version": ("Version", "版本"),
        "in_force_from": ("In force from", "生效日期"),
        "notes": ("Notes", "说明"),
        "languages": ("Languages", "语言"),
        "text": ("Of the text", "文本语言"),
        "requests": ("Of requests", "请求语言"),
        "translator": ("Who translates", "翻译方"),
        "rules": ("Rules", "规则"),
        "urgencies": ("Levels of urgency", "紧急程度"),
        "justified_by": ("What justifies it", "适用情形"),
        "crimes": ("Types of crime", "犯罪类型"),
        "clocks": ("Periods", "时限"),
        "lengths": ("How long", "时长"),
        "starts": ("Starts with", "起算事件"),
        "ends": ("Ends with", "截止事件"),
        "stops": ("Stops with", "终止事件"),
        "pauses": ("Pauses", "中止"),
        "extended_by": ("Extended by", "延长事件"),
        "receipt": ("When it counts as received", "视为收到的时间"),
        "receipt_of": ("Whose receipt", "收到方"),
        "last_day": ("Last day", "届满日"),
        "alert_before": ("Warned before", "提前提醒"),
        "transit": ("Transit", "传输时间"),
        "lanes": ("Measures", "措施"),
        "ladders": ("Steps of measures", "措施步骤"),
        "steps": ("Steps", "步骤"),
        "by": ("Told by", "通报方"),
        "needs": ("Needs one of", "前置步骤"),
        "unit": ("Sum in", "计量单位"),
        "reasons": ("Reasons", "理由"),
        "money": ("money", "金额"),
        "persons": ("persons", "人数"),
        "count": ("a count", "件数"),
        "joint": ("Times and codes in the entry", "载入条目的时刻和代码"),
        "elements": ("Elements", "信息要素"),
        "types": ("Types of request", "请求类型"),
        "need": ("Needed", "填写要求"),
        "check": ("How it is checked", "审核方式"),
        "opening": ("Openings are told", "告知打开情况"),
        "refusals": ("Grounds of refusal", "拒绝理由"),
        "postponements": ("Reasons to postpone", "推迟理由"),
        "deficiencies": ("Deficiencies", "欠缺事项"),
        "conditions": ("Conditions", "附加条件"),
        "forbids": ("What it forbids", "禁止的使用方式"),
        "share": ("sharing it within the State", "在本国内转交其他机构或人员"),
        "hand-over": ("handing it to others than a court", "移交法院以外的他人"),
        "court": ("handing it to a court", "提交法院"),
        "export": ("export as evidence", "作为证据导出"),
        "disclose": ("a proof that opens it", "出具公开其内容的证明"),
        "other-matter": ("use in another request", "用于其他请求"),
        "third-state": ("passing it to a third State", "转交第三国"),
        "marks": ("Handling marks", "处理标识"),
        "retention": ("Retention", "保存期限"),
        "length": ("How long", "时长"),
        "approvals": ("Approvals", "批准"),
        "quality": ("Quality", "质量标准"),
        "hotline": ("Hotline", "热线"),
        "scope": ("Scope", "适用范围"),
        "goals": ("Goals", "目标"),
        "procedure": ("Procedure", "程序"),
        "acknowledge": ("Acknowledgement within", "确认时限"),
        "test": ("Tested every", "测试周期"),
        "label": ("Name", "名称"),
        "help": ("How to fill it in", "填写说明"),
        "why": ("Why it matters", "理由"),
        "source": ("Source", "出处"),
        "days": ("Days", "日期"),
        "zone": ("Time zone", "时区"),
        "covers": ("Covers", "涵盖期间"),
        "office_hours": ("Office hours", "办公时间"),
        "weekend": ("Weekend", "休息日"),
        "emergency": ("Emergency", "紧急"),
        "urgent": ("Urgent", "加急"),
        "routine": ("Routine", "普通"),
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words of one language.

    Attributes:
        place: from the top of the text to the part.
        kind: what happened.
        before: what stood there, or "".
        after: what stands there now, or "".
    """

    place: str
    kind: str
    before: str
    after: str


class Telling:
    """Tells what changed from one text to another: what lists hold is looked up, not searched for.

    Args:
        before: the one text, read as plain YAML.
        after: the other.
    """

    def __init__(self, before: Json, after: Json) -> None:
        self._before, self._after = before, after
        self._lists: dict[int, dict[str, Json]] = {}

    def told(self, change: Change, language: str) -> Told:
        """Return a change in words.

        Args:
            change: of the one text to the other.
            language: `en` or `zh`; another gets English names and the first words that there are.
        """
        text = self._before if change.kind == REMOVED else self._after
        lengths = self._lengths(change)
        if lengths is not None:  # "8" and "6" say nothing without what is counted
            change = Change(change.path[:-1], CHANGED, *lengths)
        return Told(
            printable(ARROW.join(self._places(change.path, text, language))),
            say(change.kind, language),
            printable(_value(change.before, language)) if change.kind != ADDED else "",
            printable(_value(change.after, language)) if change.kind != REMOVED else "",
        )

    def _lengths(self, change: Change) -> tuple[Json, Json] | None:
        """Return the whole lengths where a change is within one, else None."""
        old, new = self._before, self._after
        for name in change.path[:-1]:
            old, new = self._part(old, name), self._part(new, name)
        if change.path and all(isinstance(one, dict) and "amount" in one for one in (old, new)):
            return old, new
        return None

    def _places(self, path: Path, text: Json, language: str) -> Iterator[str]:
        """Give the name of each part on the way, by its label where it has one."""
        value, section = text, ""
        for name in path:
            value = self._part(value, name)
            label = _label(value, language)
            for listed in ("elements", "clocks"):
                if not label and section == listed:
                    label = _label(self._part(self._part(text, listed), name), language)
            yield label or say(name, language)
            section = name

    def _part(self, value: Json, name: str) -> Json:
        if isinstance(value, dict):
            return value.get(name)
        if isinstance(value, list):
            if id(value) not in self._lists:  # the texts are held, so no other list has its id
                self._lists[id(value)] = _by_name(value)
            return self._lists[id(value)].get(name)
        return None


def _by_name(parts: Sequence[Json]) -> dict[str, Json]:
    """Return the parts of a list by each of their names; the first part that bears one has it."""
    found: dict[str, Json] = {}
    for part in parts:
        for key in ("id", "code", "blob", "date") if isinstance(part, dict) else ():
            name = cast("dict[str, Json]", part).get(key)
            if isinstance(name, str):
                found.setdefault(name, part)
    return found


def say(key: str, language: str) -> str:
    """Return one of the words of a text's frame; the key itself where it has none."""
    words = _SAID.get(key)
    if words is None:
        return key
    return words[1] if language.partition("-")[0] == "zh" else words[0]


def _label(value: Json, language: str) -> str:
    label = value.get("label") if isinstance(value, dict) else None
    return _words(label, language) if isinstance(label, dict) else ""


def _words(value: Mapping[str, Json], language: str) -> str:
    short = language.partition("-")[0]
    for name in (language, short, *value):
        if isinstance(value.get(name), str):
            return str(value[name])
    return ""


def _value(value: Json, language: str) -> str:
    """Return what stands somewhere, as a person reads it."""
    if isinstance(value, bool):
        return say(str(value).lower(), language)
    if isinstance(value, str):
        return say(value, language) if value in _SAID else value
    if isinstance(value, list):
        return "; ".join(_value(one, language) for one in value)
    if isinstance(value, dict):
        return _object(value, language)
    return "" if value is None else str(value)


def _object(value: dict[str, Json], language: str) -> str:
    for fits, told in _SHAPES:
        if fits(value):
            return told(value, language)
    parts = (f"{say(name, language)}: {_value(one, language)}" for name, one in value.items())
    return "; ".join(parts)


def _is_source(value: dict[str, Json]) -> bool:
    return isinstance(value.get("text"), str) and value.keys() <= {"text", "verified", "proposal"}


def _is_words(value: dict[str, Json]) -> bool:
    return bool(value) and all(
        isinstance(one, str) and len(name.partition("-")[0]) in _LANGUAGE_CHARS
        for name, one in value.items()
    )


def _length(value: dict[str, Json], language: str) -> str:
    of = f" {say(str(value['of']), language)}" if value.get("of") else ""
    return f"{value['amount']} {say(str(value['unit']), language)}{of}"


def _when(value: dict[str, Json], language: str) -> str:
    return f"{say('when', language)} {_value(value['when'], language)}"


def _source(value: dict[str, Json], language: str) -> str:
    standing = "proposal" if value.get("proposal") else "unverified"
    return f"{value['text']} [{say(standing, language)}]"


def _approval(value: dict[str, Json], language: str) -> str:
    return ", ".join(f"{name} {_value(one, language)}" for name, one in value.items())


def _condition(value: dict[str, Json], language: str) -> str:
    name = say(str(value["element"]), language)
    if "present" in value:
        return f"{name} {say('present' if value['present'] else 'absent', language)}"
    wanted = value.get("one_of", value.get("is"))
    many = wanted if isinstance(wanted, list) else [wanted]
    return f"{name} {say('is', language)} {', '.join(_value(one, language) for one in many)}"


type _Fits = Callable[[dict[str, Json]], bool]
type _Tell = Callable[[dict[str, Json], str], str]

_SHAPES: Final[tuple[tuple[_Fits, _Tell], ...]] = (
    (lambda value: {"amount", "unit"} <= value.keys(), _length),
    (lambda value: "when" in value, _when),
    (lambda value: "element" in value and bool(_ASKED & value.keys()), _condition),
    (_is_source, _source),
    (lambda value: "need" in value, lambda value, language: _value(value["need"], language)),
    (lambda value: isinstance(value.get("label"), dict), _label),
    (lambda value: "act" in value, _approval),
    (_is_words, _words),
)
"""The shapes of a text's parts, and how each is told; the first that fits."""
