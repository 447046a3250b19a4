# ruff: noqa: RUF001 -- Chinese titles have Chinese punctuation
"""The formal letter of an act as data: who tells whom what, in both languages, with its digest.

    {"format":"comity-letter/1","title":{"en","zh"},"from":{…},"to":[…],"elements":[…],
     "texts":[[{"lang","text","by","original"}, …]],"attachments":[…],"act":{…},"digest":"…"}

Nothing in it is of this node alone, so both sides make the same letter of an act that both
hold, byte for byte.  The digest is the SHA-256 of the canonical JSON without the digest.

Floor: rooms.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import blob_role, marks
from comity.acts.record import Act
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, binding, codes, reasons, view
from comity.joint.request.state import State
from comity.joint.request.turn import Turn
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import joint_texts, matter_lookup
from comity.node.room.matter_read import Said, Shown
from comity.rooms.request import reading

FORMAT: Final = "comity-letter/1"

_TITLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        acts.DRAFT_SHOWN: ("Draft of a request for assistance", "协助请求书（征求意见稿）"),
        acts.SUBMITTED: ("Request for assistance", "协助请求书"),
        acts.CONFIRMED: ("Written confirmation of an oral request", "口头请求的书面确认"),
        acts.CLARIFIED: ("Supplement to a request for assistance", "协助请求书的补正"),
        acts.ACKNOWLEDGED: ("Acknowledgement of a request for assistance", "协助请求受理通知"),
        acts.ANSWERED: ("Answer to a request for assistance", "对协助请求的答复"),
        acts.REFUSED: ("Refusal of a request for assistance", "关于拒绝协助请求的函"),
        acts.POSTPONED: ("Postponement of a request for assistance", "关于推迟执行协助请求的函"),
    }
)
_OTHER_TITLE: Final = ("Letter on a request for assistance", "关于协助请求的函")

_REASONS: Final = MappingProxyType(
    {
        acts.CONSULTED: reasons.REFUSALS,
        acts.REFUSED: reasons.REFUSALS,
        acts.WITHDRAWN: reasons.WITHDRAWALS,
        acts.POSTPONED: reasons.POSTPONEMENTS,
        acts.FOUND_DEFICIENT: reasons.DEFICIENCIES,
        acts.DEFICIENCY_DISPUTED: reasons.DISPUTES,
        acts.REROUTED: codes.REROUTINGS,
        acts.CLOSED: codes.CLOSINGS,
        acts.REOPENED: codes.REOPENINGS,
        acts.DESTROYED: codes.DESTRUCTIONS,
        acts.ASSESSMENT_DISPUTED: codes.ASSESSMENT_DISPUTES,
    }
)
_NAMED: Final = MappingProxyType(
    {
        acts.STAGE: (("Stage", "阶段"), codes.STAGES),
        acts.POSITION: (("Position", "立场"), codes.POSITIONS),
        acts.ERROR: (("Error", "错误"), codes.ERRORS),
        acts.USE: (("Use", "使用情况"), codes.USES),
        acts.OUTCOME: (("Outcome", "结果"), codes.OUTCOMES),
        acts.FORM: (("Form", "形式"), codes.FORMS),
        acts.EXTENT: (("Extent", "范围"), codes.EXTENTS),
    }
)
_TIMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        acts.REVIEW_AT: ("Date of review", "复审日期"),
        acts.EXPECTED_AT: ("Expected", "预计"),
        acts.ANSWER_BY: ("Answer by", "答复期限"),
        acts.PRESERVED_UNTIL: ("Preserved until", "保全至"),
        "transaction-at": ("Transferred", "转账时间"),
    }
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter.

    Attributes:
        data: canonical JSON, its digest included.
        digest: SHA-256 of it without its digest, hex.
        at_ms: when every addressee held the act, or 0 while one does not.
    """

    data: bytes
    digest: str
    at_ms: int


def of(
    node: Node, officer: Officer, matter_id: str, act_prefix: str = "", party: str = ""
) -> Letter:
    """Return the letter of an act: of the request itself unless another one is named.

    Args:
        node: ours.
        officer: who reads it.
        matter_id: of the request or one of its acts; its beginning will do.
        act_prefix: the beginning of the id of an act of that request, or "".
        party: its author, where another State has used that id too; or "".

    Raises:
        Fault: those of `matter_read.show`; `node.letter.no-act`; `node.matter.ambiguous` where
            several acts of that request are meant.
    """
    shown = reading.read(node, officer, matter_id)
    turn = _turn(shown.state, act_prefix, party)
    said = shown.said.get((turn.party, turn.act_id)) if turn else None
    if turn is None or said is None:
        whose = f" of {quoted(party)}" if party else ""
        raise Fault(
            code="node.letter.no-act",
            what=f"This request has no act{whose} whose id begins with {quoted(act_prefix)}.",
            fix="Run `comity request show` to see its acts.",
        )
    value = _Writer(node, shown, turn, said).value()
    digest = hashlib.sha256(ijson.render(value)).hexdigest()
    return Letter(ijson.render({**value, "digest": digest}), digest, turn.received_at_ms or 0)


def _turn(state: State, prefix: str, party: str) -> Turn | None:
    wanted = prefix or state.request_id or state.draft_id
    by = party or ("" if prefix else state.asker)
    found = [
        turn for turn in state.turns if turn.act_id.startswith(wanted) and by in ("", turn.party)
    ]
    if prefix and len(found) > 1:
        raise matter_lookup.ambiguous(
            prefix,
            [f"{turn.act_id} of {turn.party}" for turn in found],
            "Give more of its characters, or its author too.",
        )
    return found[0] if found else None


class _Writer:
    """Puts one act into words."""

    def __init__(self, node: Node, shown: Shown, turn: Turn, said: Said) -> None:
        self._shown, self._turn, self._said = shown, turn, said
        self._act: Act = said.row.act
        with node.store.read() as tx:
            self._exercise = reading.on_paper(tx, shown)
            self._cards = trust.load(tx, shown.row.channel).cards
            named = self._act.guideline or shown.state.guideline
            found = joint_texts.bound(node, tx, shown.row.channel, named) if named else None
        self._guideline: Guideline | None = found

    def value(self) -> dict[str, Json]:
        """Return all of it but the digest."""
        state, turn, values = self._shown.state, self._turn, self._values()
        title_en, title_zh = _TITLES.get(turn.tag, _OTHER_TITLE)
        kind = self._words_of_type()
        return {
            **self._exercise,
            "format": FORMAT,
            "title": {
                "en": f"{title_en}: {kind.get('en', state.type)}",
                "zh": f"{title_zh}：{kind.get('zh', state.type)}",
            },
            "mark": marks.narrowest_of(blob.mark for blob in self._act.blobs),
            "matter": self._shown.row.matter.id,
            "from": self._party(turn.party, self._act.speaker.agency),
            "to": [self._party(one.party, one.agency) for one in self._act.to],
            "own_reference": turn.own_reference,
            "references": self._references(),
            "type": {"id": state.type, "words": kind},
            "urgency": {"id": state.urgency, "words": self._words_of_urgency()},
            "codes": [*codes_of(state, turn, self._act, self._guideline)],
            "times": times_of(self._act),
            "received_at_ms": turn.received_at_ms,
            "items": self._items(values.get("items")),
            "elements": self._elements(values.get("elements")),
            "texts": texts_of(self._said),
            "attachments": attachments_of(self._said),
            "act": {
                "id": turn.act_id,
                "tag": turn.tag,
                "words": dict(view.TAG_WORDS.get(turn.tag, {})),
                "log": self._said.row.origin,
                "index": self._said.row.index,
            },
            "guideline": self._named_guideline(),
        }

    def _values(self) -> Mapping[str, Json]:
        found = self._said.json(blob_role.ELEMENTS)
        return found if isinstance(found, dict) else {}

    def _party(self, party: str, agency: str) -> Json:
        cards = self._cards.get(party, {})
        newest = cards[max(cards)] if cards else None
        known = {one.id: one.names for one in newest.agencies} if newest else {}
        return {
            "party": party,
            "names": dict(newest.names) if newest else {},
            "agency": {"id": agency, "names": dict(known.get(agency, {}))},
        }

    def _references(self) -> list[Json]:
        before = self._shown.state.turns[: self._shown.state.turns.index(self._turn)]
        found = {(one.party, one.own_reference): None for one in before if one.own_reference}
        return [{"party": party, "reference": reference} for party, reference in found]

    def _words_of_type(self) -> dict[str, Json]:
        kind = self._guideline.types.get(self._shown.state.type) if self._guideline else None
        return dict(kind.label) if kind else {}

    def _words_of_urgency(self) -> dict[str, Json]:
        found = (
            self._guideline.urgencies.get(self._shown.state.urgency) if self._guideline else None
        )
        return dict(found.label) if found else {}

    def _named_guideline(self) -> Json:
        named = self._act.guideline or self._shown.state.guideline
        if not named:
            return None
        found = self._guideline
        return {
            "sha256": named,
            "version": found.version if found else "",
            "words": dict(found.title) if found else {},
        }

    def _words_of_element(self, element: str) -> dict[str, Json]:
        return _words_of_element(self._guideline, element)

    def _elements(self, values: Json) -> list[Json]:
        fields = values if isinstance(values, dict) else {}
        order = list(self._guideline.elements) if self._guideline else []
        ranked = sorted(fields, key=lambda one: order.index(one) if one in order else len(order))
        return [
            {"id": one, "words": self._words_of_element(one), "value": fields[one]}
            for one in ranked
        ]

    def _items(self, values: Json) -> list[Json]:
        if isinstance(values, dict):
            return [{"id": item, "value": value} for item, value in values.items()]
        if isinstance(values, list):
            return [_item(one) for one in values]
        return [{"id": item, "value": None} for item in self._turn.items]


def texts_of(said: Said) -> list[Json]:
    """Return originals, each with its translations beside it, two to a row."""
    found = said.json(blob_role.TEXTS)
    lines = found if isinstance(found, list) else []
    texts = [_text(one) for one in lines if isinstance(one, dict)]
    originals = [one for one in texts if one["original"]]
    translations = [one for one in texts if not one["original"]]
    rows: list[Json] = []
    for number in range(max(len(originals), len(translations))):
        row: list[Json] = [*originals[number : number + 1], *translations[number : number + 1]]
        rows.append(row)
    return rows


def attachments_of(said: Said) -> list[Json]:
    """Return what the author of an act tells of each file."""
    values = said.json(blob_role.ELEMENTS)
    lines = values.get("attachments") if isinstance(values, dict) else None
    return [
        {
            "name": str(one.get("name", "")),
            "media_type": str(one.get("media_type", "")),
            "mark": str(one.get("mark", "")),
            "size": one.get("size"),
            "sha256": str(one.get("sha256", "")),
        }
        for one in (lines if isinstance(lines, list) else [])
        if isinstance(one, dict)
    ]


def codes_of(state: State, turn: Turn, act: Act, guideline: Guideline | None) -> list[Json]:
    """Return the codes of an act that a person reads: reason, conditions, findings, stage.

    Each is `{"id", "label": {"en", "zh"}, "words": {"en", "zh"}}`.
    """
    found: list[Json] = []
    for name, code in sorted(act.codes.items()):
        if name == acts.REASON:
            label, known = ("Reason", "理由"), _REASONS.get(turn.tag, {})
        elif name.startswith(acts.CONDITION):
            label, known = ("Condition", "条件"), codes.CONDITIONS
        elif name.startswith(acts.ON):
            element = name.removeprefix(acts.ON)
            words = _words_of_element(guideline, element)
            label = (str(words.get("en", element)), str(words.get("zh", element)))
            known = reasons.DEFICIENCIES
        elif name.startswith(acts.QUALITY):
            criterion = name.removeprefix(acts.QUALITY)
            agreed = guideline.quality.get(criterion) if guideline else None
            named = agreed.label if agreed else {}
            label = (named.get("en", criterion), named.get("zh", criterion))
            known = codes.RATINGS
        elif name in _NAMED:
            label, known = _NAMED[name]
        else:
            continue
        word = known.get(code)
        found.append(
            {
                "id": code,
                "label": _words(label),
                "words": {"en": word.en, "zh": word.zh} if word else {},
            }
        )
    return [*found, *_given_under(state, turn)]


def times_of(act: Act) -> list[Json]:
    """Return the times of an act: `{"id", "words": {"en", "zh"}, "at_ms"}`."""
    return [
        {"id": name, "words": _words(_TIMES.get(name, (name, name))), "at_ms": at_ms}
        for name, at_ms in sorted(act.times.items())
    ]


def _given_under(state: State, turn: Turn) -> list[Json]:
    """Return the conditions under which an act gives what it gives: they travel with it."""
    if turn.tag not in binding.GIVING:
        return []
    return [
        {
            "id": code,
            "label": _words(("Given on the condition", "所附使用条件")),
            "words": {"en": codes.CONDITIONS[code].en, "zh": codes.CONDITIONS[code].zh},
        }
        for code in binding.given_under(state, turn.party, turn.act_id)
    ]


def _words_of_element(guideline: Guideline | None, element: str) -> dict[str, Json]:
    found = guideline.elements.get(element) if guideline else None
    return dict(found.label) if found else {}


def _item(one: Json) -> Json:
    if isinstance(one, dict):
        rest = {name: value for name, value in one.items() if name != "id"}
        alone = rest.get("what") if rest.keys() == {"what"} else rest
        return {"id": str(one.get("id", "")), "value": alone or None}
    return {"id": str(one), "value": None}


def _text(one: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "lang": str(one.get("lang", "")),
        "text": str(one.get("text", "")),
        "by": str(one.get("by", "")),
        "original": one.get("original") is True,
    }


def _words(pair: Sequence[str]) -> Json:
    return {"en": pair[0], "zh": pair[1]}
