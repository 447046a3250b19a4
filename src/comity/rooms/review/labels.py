"""What the codes in the address of a figure are called, in each language.

    labels(node, "xx-yy/live").part("refused", "bis-in-idem") -> {"en": "…", "zh": "…"}
    labels(node, "xx-yy/live", taken)     the same, as both sides call them at its cut and instant

Names of types, crimes, urgencies and criteria are those of the guideline in force; those of parties
and agencies are of their cards in the arrangement; grounds and conditions are of the closed lists,
which both sides know.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.causality import Cut
from comity.acts.reason import Reasons
from comity.figures import address
from comity.joint.arrangement import view as arrangement_view
from comity.joint.arrangement.card import Card
from comity.joint.guideline.model import Coded, Guideline
from comity.joint.request import codes, reasons, view
from comity.kernel.legal_text import spoken
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.review.take import Taken
from comity.node.room import joint_texts

type Words = Mapping[str, str]

_LANGUAGES: Final = ("en", "zh")
_NOT_KNOWN: Final[Words] = MappingProxyType({"en": "not known", "zh": "未知"})
_GROUPS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        address.ALL: {"en": "All requests", "zh": "全部请求"},
        address.SIDE: {"en": "Answered by", "zh": "答复方"},
        "type": {"en": "Type", "zh": "类型"},
        "urgency": {"en": "Urgency", "zh": "紧急程度"},
        "crime": {"en": "Type of crime", "zh": "犯罪类型"},
        "guideline": {"en": "Guideline version", "zh": "指导原则版本"},
        "agency": {"en": "Agency", "zh": "机构"},
    }
)
_ITEMS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "full": {"en": "answered in full", "zh": "全部答复"},
        "part": {"en": "answered in part", "zh": "部分答复"},
        "refused": {"en": "refused", "zh": "已拒绝"},
        "open": {"en": "open", "zh": "未决"},
    }
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Names by kind of code.

    Attributes:
        known: `{kind: {code: words}}`; a kind is a group, or what stands before the code in an
            address: `refused`, `lacking`, `assessed`.
    """

    known: Mapping[str, Mapping[str, Words]]

    def part(self, kind: str, spelled: str) -> Words:
        """Return what one part of an address is called; a code without a name is itself."""
        if spelled == address.UNKNOWN:
            return _NOT_KNOWN
        code = address.code(spelled)
        return self.known.get(kind, {}).get(code) or {"en": code, "zh": code}

    def group(self, group: str) -> Words:
        """Return what a group is called: `Type: Stored content`."""
        kind, _, spelled = group.partition("/")
        of = _GROUPS.get(kind, {"en": kind, "zh": kind})
        if not spelled:
            return of
        found = self.part(kind, spelled)
        return {
            "en": f"{of['en']}: {found.get('en') or spelled}",
            "zh": f"{of['zh']}：{found.get('zh') or found.get('en') or spelled}",  # noqa: RUF001 -- Chinese
        }


def labels(node: Node, channel: str, taken: Taken | None = None) -> Labels:
    """Return the names that the figures of a channel need.

    Args:
        node: ours.
        channel: its path.
        taken: figures; their names do not change with what is adopted or said later.
    """
    now_ms = node.clock.now_ms() if taken is None else taken.now_ms
    with node.store.read() as tx:
        live = register_records.live_of(channel)
        text = joint_texts.in_force(node, tx, live, now_ms)
        cards = dict(_cards(tx, live, None if taken is None else taken.cut))
    named = {party: _words(party, card.names if card else {}) for party, card in cards.items()}
    found: dict[str, Mapping[str, Words]] = {
        address.SIDE: named,
        "ball": named,
        "agency": _agencies(cards),
        "status": view.STATUS_WORDS,
        "items": _ITEMS,
        "refused": _reasons(reasons.REFUSALS),
        "postponed": _reasons(reasons.POSTPONEMENTS),
        "deficient": _reasons(reasons.DEFICIENCIES),
        "conditioned": _reasons(codes.CONDITIONS),
        "reported": _reasons(codes.USES),
        "corrected": _reasons(codes.ERRORS),
    }
    if text is not None:
        found.update(_of_text(text))
    return Labels(MappingProxyType(found))


def _cards(tx: Tx, channel: str, cut: Cut | None) -> Iterator[tuple[str, Card | None]]:
    """Give the card of each party that counts at a cut, or its newest."""
    loaded = trust.load(tx, channel)
    for party in loaded.arrangement.party_ids():
        held = register_records.cards(tx, loaded.arrangement.id, party)
        number = max(held, default=0) if cut is None else loaded.seal_card(party, cut)
        yield party, held.get(number)


def _agencies(cards: Mapping[str, Card | None]) -> dict[str, Words]:
    """Return the names of the agencies on the cards, each with its party's: two may have one id."""
    found: dict[str, Words] = {}
    for party, card in cards.items():
        of = _words(party, card.names if card else {})
        for one in card.agencies if card else ():
            own = _words(one.id, one.names)
            both = {lang: f"{own[lang]} ({of[lang]})" for lang in _LANGUAGES}
            found[f"{party}:{one.id}"] = both
    return found


def _words(id_: str, names: Mapping[str, str]) -> Words:
    """Return a name of a card in the languages of the pages."""
    if not names:
        return dict.fromkeys(_LANGUAGES, id_)
    tags = {"en": "en", "zh": "zh-Hans"}
    return {lang: arrangement_view.name_in(names, tags[lang]) for lang in _LANGUAGES}


def _of_text(text: Guideline) -> dict[str, Mapping[str, Words]]:
    return {
        "type": {one: spoken(kind.label, _LANGUAGES) for one, kind in text.types.items()},
        "urgency": {one: spoken(level.label, _LANGUAGES) for one, level in text.urgencies.items()},
        "crime": _named(text.crimes),
        "guideline": {text.sha256: dict.fromkeys(_LANGUAGES, text.version or text.sha256[:12])},
        "lacking": {one: spoken(part.label, _LANGUAGES) for one, part in text.elements.items()},
        "assessed": _named(text.quality),
    }


def _named(codes_: Mapping[str, Coded]) -> Mapping[str, Words]:
    return {code: spoken(one.label, _LANGUAGES) for code, one in codes_.items()}


def _reasons(known: Reasons) -> Mapping[str, Words]:
    return {code: {"en": one.en, "zh": one.zh} for code, one in known.items()}
