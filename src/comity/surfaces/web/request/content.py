"""What a request says, as a reader sees it: elements with what is wrong, items, texts.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from comity.acts import blob_role
from comity.acts.reason import Reason
from comity.domestic.custody.defang import defang
from comity.joint.guideline import model, rules
from comity.joint.guideline.findings import MISSING
from comity.joint.request import acts, codes, reasons, state
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.node.room import parties
from comity.node.room.matter_read import Said
from comity.node.room.parties import PartyName
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request import language

GIVEN: Final = "given"
ADVISED: Final = "advised"
NEEDED: Final = model.ALWAYS
BESIDE: Final = frozenset({"languages", "file"})
"""Checks of what stands in no element: the texts of a request, and its files."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an element, and who says so.

    Attributes:
        kind: a code of `reasons.DEFICIENCIES`.
        words: the same in words.
        what, why, fix: of the guideline's check; "" where an officer said it.
        party: who says so; None: this node, by the guideline.
        is_required: False for what only should be there.
        is_settled: whether it was clarified since.
    """

    kind: str
    words: str
    what: str = ""
    why: str = ""
    fix: str = ""
    party: PartyName | None = None
    is_required: bool = True
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a request.

    Attributes:
        id: its name.
        label, why: in the guideline's words, or the id and "".
        value: as it was given last, or None.
        state: `given`, `advised` where it only should be there, or the first kind of what is wrong.
        need: `always`, `when`, `where-possible`, or "".
        lacks: why the asker leaves it out, in words, or "".
        findings: what is wrong.
    """

    id: str
    label: str
    why: str
    value: Json
    state: str
    need: str
    lacks: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it was written.

    Attributes:
        lang: its language.
        text: its words; addresses lead nowhere.
        by: who wrote or translated it.
        is_original: whether it is authentic.
        is_readers: whether it is in the reader's language.
    """

    lang: str
    text: str
    by: str
    is_original: bool
    is_readers: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one addressee is with an item."""

    party: PartyName
    state: str


@dataclass(frozen=True, slots=True)
class Given:
    """What an act gives for an item."""

    party: PartyName
    act_id: str
    value: Json


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a request.

    Attributes:
        id: its name; `whole` for a request that lists none.
        asked: what is asked for it, or None.
        outcomes: of each addressee.
        given: in the order of the acts.
    """

    id: str
    asked: Json
    outcomes: tuple[Outcome, ...]
    given: tuple[Given, ...] = field(default_factory=tuple)

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the request itself."""
        return self.id == state.WHOLE


def elements(found: Dossier, *, raw: bool = False) -> list[Element]:
    """Return every element that the type asks for or the request has, in the guideline's order."""
    guideline, content = found.guideline, found.reviewed.content
    kind = guideline.types.get(content.type) if guideline else None
    asked = {one.element: one for one in kind.elements} if kind else {}
    findings = _findings(found)
    names = [*asked, *(one for one in (*content.elements, *findings) if one not in asked)]
    rows = []
    for name in dict.fromkeys(names):
        known = guideline.elements.get(name) if guideline else None
        told = tuple(findings.get(name, ()))
        need = asked[name].need.kind if name in asked else ""
        value = content.elements.get(name)
        wrong = [one for one in told if not one.is_settled and one.is_required]
        is_beside = known is not None and known.check.kind in BESIDE and not told
        if value is None and not told and need != model.ALWAYS:
            continue
        rows.append(
            Element(
                id=name,
                label=language.word(known.label) if known else printable(name),
                why=language.word(known.why) if known else "",
                value=value if raw else safe(value),
                state=_state(wrong, told, is_given=value is not None or is_beside),
                need=need,
                lacks=reason_words(reasons.LACKINGS, content.lacks.get(name, "")),
                findings=told,
            )
        )
    return rows


def _state(wrong: Sequence[Finding], told: Sequence[Finding], *, is_given: bool) -> str:
    if wrong:
        return wrong[0].kind
    if is_given:
        return GIVEN
    return ADVISED if told else MISSING


_ABSENT: Final = rules.RULES["absent"].what
"""What the guideline's check says of what is missing: no more than the code does beside it."""


def _findings(found: Dossier) -> Mapping[str, list[Finding]]:
    """Return what is wrong by element: what officers said, then what the guideline finds."""
    rows: dict[str, list[Finding]] = {}
    for track in found.shown.state.tracks:
        for thread in track.threads:
            if thread.kind == state.DEFICIENCY:
                name = parties.name_of(found.known, track.party)
                settled = thread.status != state.PENDING
                for element, code in thread.codes.items():
                    words = reason_words(reasons.DEFICIENCIES, code)
                    one = Finding(code, words, party=name, is_settled=settled)
                    rows.setdefault(element, []).append(one)
    judged = found.reviewed.judged
    for lack in judged.findings if judged else ():
        rows.setdefault(lack.element, []).append(
            Finding(
                lack.kind,
                reason_words(reasons.DEFICIENCIES, lack.kind),
                "" if lack.what == _ABSENT else language.word(lack.what),
                language.word(lack.why),
                language.word(lack.fix),
                is_required=lack.is_required,
            )
        )
    return rows


def reason_words(known: Mapping[str, Reason], code: str) -> str:
    """Return a code of a closed list in the reader's language; an unknown one as it is."""
    one = known.get(code)
    return code if one is None else language.word({"en": one.en, "zh": one.zh})


def condition_words(code: str) -> str:
    """Return a condition in the reader's language."""
    return reason_words(codes.CONDITIONS, code)


def safe(value: Json) -> Json:
    """Return a value whose addresses lead nowhere and whose characters steer nothing."""
    if isinstance(value, dict):
        return {printable(name): safe(one) for name, one in value.items()}
    if isinstance(value, list):
        return [safe(one) for one in value]
    return defang(printable(value)) if isinstance(value, str) else value


def texts(said: Said | None, *, raw: bool = False) -> list[Text]:
    """Return the texts of an act: in the reader's language first, then originals, then the rest."""
    return texts_of(said.json(blob_role.TEXTS) if said else None, raw=raw)


def texts_of(found: Json, *, raw: bool = False) -> list[Text]:
    """Return the texts of a body, which may hold anything, as `texts` does."""
    listed = found if isinstance(found, list) else []
    rows = [_text(one, raw=raw) for one in listed if isinstance(one, dict)]
    return sorted(rows, key=lambda one: (not one.is_readers, not one.is_original))


def _text(one: Mapping[str, Json], *, raw: bool) -> Text:
    lang, text = (printable(str(one.get(name, ""))) for name in ("lang", "text"))
    return Text(
        lang=lang,
        text=text if raw else defang(text),
        by=printable(str(one.get("by", ""))),
        is_original=one.get("original") is True,
        is_readers=language.is_readers(lang),
    )


def items(found: Dossier, *, raw: bool = False) -> list[Item]:
    """Return the items of a request with their outcomes and what was given for each."""
    now = found.shown.state
    asked = _asked(found)
    given = list(_given(found, raw=raw))
    names = now.items or ((state.WHOLE,) if now.tracks else ())
    return [
        Item(
            id=name,
            asked=asked.get(name) if raw else safe(asked.get(name)),
            outcomes=tuple(
                Outcome(parties.name_of(found.known, track.party), track.items[name])
                for track in now.tracks
                if name in track.items
            ),
            given=tuple(one for item, one in given if item == name),
        )
        for name in names
    ]


def _asked(found: Dossier) -> dict[str, Json]:
    now = found.shown.state
    opened = now.request_id or now.draft_id
    said = found.shown.said.get((now.asker, opened))
    values = said.json(blob_role.ELEMENTS) if said else None
    rows = values.get("items") if isinstance(values, dict) else None
    found_items: dict[str, Json] = {}
    for one in rows if isinstance(rows, list) else []:
        if isinstance(one, dict):
            rest: dict[str, Any] = {name: value for name, value in one.items() if name != "id"}
            alone = rest.get("what") if rest.keys() == {"what"} else rest
            found_items[str(one.get("id", ""))] = alone or None
    return found_items


def _given(found: Dossier, *, raw: bool) -> Iterator[tuple[str, Given]]:
    for turn in found.shown.state.turns:
        said = found.shown.said.get((turn.party, turn.act_id))
        if turn.tag != acts.ANSWERED or said is None:
            continue
        values = said.json(blob_role.ELEMENTS)
        rows = values.get("items") if isinstance(values, dict) else None
        for name, value in rows.items() if isinstance(rows, dict) else ():
            party = parties.name_of(found.known, turn.party)
            yield name, Given(party, turn.act_id, value if raw else safe(value))
