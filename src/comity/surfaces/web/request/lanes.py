"""The time line of a request: their side, our side, and what was done at home and never crosses.

Acts stand in the order of the matter, which is not always that of their times; a step at home
stands before the first act that is later than it, and so does an act that its author's new log
does not have: it counts no more, and has no place in that order.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from comity.acts import blob_role
from comity.acts.record import Office
from comity.domestic.duty import acts as steps
from comity.joint.arrangement.fields import Names
from comity.joint.exchange.fold import FOREIGN_MANY
from comity.joint.request import acts, fields, refusals, table, view
from comity.joint.request.turn import Turn
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import matter_read, parties
from comity.node.room.act_blobs import HELD, Opened
from comity.node.room.matter_read import Delivery, Said
from comity.node.room.parties import PartyName
from comity.rooms.request import letter
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request import content, language
from comity.surfaces.web.request.content import Text

THEIRS: Final = "theirs"
OURS: Final = "ours"
HOME: Final = "home"
_SECOND_MS: Final = 1_000
_STEP_TEXTS: Final = ("title", "text", "what", "question", "answer", "why", "result")


@dataclass(frozen=True, slots=True)
class Code:
    """A code that an act says, in words: `label: words`."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a party has signed for of an act."""

    party: PartyName
    cosigned_at_ms: int | None
    received_at_ms: int | None
    is_cosignature_known: bool

    @property
    def is_at_once(self) -> bool:
        """Whether it was stored and signed for within the same second."""
        if self.cosigned_at_ms is None or self.received_at_ms is None:
            return False
        return self.cosigned_at_ms // _SECOND_MS == self.received_at_ms // _SECOND_MS


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        lane: `theirs` or `ours`.
        act_id, tag: of the act.
        author: who said it.
        office: that spoke; its agency's names beside.
        words: what it did, in each language.
        no_effect: why it changed nothing, or None.
        is_crossed: whether its author had not seen what stands before it.
        codes: reason, conditions, findings, in words.
        times: `(label, instant)` that it names.
        items: ids of items that it names.
        own_reference: of its author, or "".
        signed_at_ms: when a head first covered it, or None.
        arrivals: at each other party.
        to: parties that it speaks to: those that it names, or all others.
        texts: the reader's language first.
        elements: values that it gives, by element.
        given: values that it gives, by item.
        attachments: how many files it carries.
        unread: bodies that cannot be read here, and why.
        corrects: id of the act of the same author that it corrects, or "".
        corrected_by: ids of acts that correct it.
        opened_by: parties that say that they have opened it.
        origin, index: its place.
    """

    lane: str
    act_id: str
    tag: str
    author: PartyName
    office: Office
    agency: Names
    words: Mapping[str, str]
    no_effect: Inadmissible | None
    is_crossed: bool
    codes: tuple[Code, ...]
    times: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    own_reference: str
    signed_at_ms: int | None
    arrivals: tuple[Arrival, ...]
    to: frozenset[str]
    texts: tuple[Text, ...]
    elements: Mapping[str, Json]
    given: Mapping[str, Json]
    attachments: int
    unread: tuple[Opened, ...]
    corrects: str
    corrected_by: tuple[str, ...]
    opened_by: tuple[PartyName, ...]
    origin: str
    index: int
    is_disowned: ClassVar[bool] = False

    @property
    def is_ours(self) -> bool:
        """Whether this State said it."""
        return self.lane == OURS

    @property
    def at_ms(self) -> int | None:
        """When it was signed, or else received."""
        received = (one.received_at_ms for one in self.arrivals if one.received_at_ms)
        return self.signed_at_ms or next(received, None)

    @property
    def is_received(self) -> bool:
        """Whether every party that it speaks to has signed for it."""
        return all(one.received_at_ms for one in self.arrivals if one.party.id in self.to)

    @property
    def speaks_to(self) -> PartyName | None:
        """Who it speaks to, of one alone."""
        found = (one.party for one in self.arrivals if one.party.id in self.to)
        return next(found, None)

    @property
    def is_to_several(self) -> bool:
        """Whether it speaks to several parties."""
        return len(self.to) > 1


@dataclass(frozen=True, slots=True)
class Disowned:
    """One act that was said and does not count: see `matter_read.Disowned`.

    Attributes:
        is_beyond: whether its author had said too many before; else their new log has it not.
        lane: `theirs` or `ours`.
        at_ms: when it was signed, or else received.
        author: who said it.
        office: that spoke; its agency's names beside.
        words: what it would have done, in each language.
        items: ids of items that it names.
        signed_at_ms: when a head first covered it, or None.
        arrivals: at each other party.
        texts: the reader's language first.
        given: values that it gives, by item.
        origin, index: where it stood.
    """

    is_beyond: bool
    lane: str
    at_ms: int | None
    author: PartyName
    office: Office
    agency: Names
    words: Mapping[str, str]
    items: tuple[str, ...]
    signed_at_ms: int | None
    arrivals: tuple[Arrival, ...]
    texts: tuple[Text, ...]
    given: Mapping[str, Json]
    origin: str
    index: int
    is_disowned: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the domestic file.

    Attributes:
        lane: `home`.
        kind: of the step.
        at_ms: when.
        officer, agency: who.
        texts: what was written.
        agencies, officers: that it names.
    """

    lane: str
    kind: str
    at_ms: int
    officer: str
    agency: str
    texts: tuple[str, ...]
    agencies: tuple[str, ...]
    officers: tuple[str, ...]


type Event = Act | Disowned | Step


def time_line(
    found: Dossier, own: str, span: tuple[int, int | None] = (0, None), *, raw: bool = False
) -> list[Event]:
    """Return every act, or those of a span, every step at home, and what counts no more."""
    rows: list[Event] = []
    beside = _beside(found, own, raw=raw)
    for turn in found.shown.state.turns[slice(*span)]:
        act = act_of(found, own, turn, raw=raw)
        if act is None:
            continue
        at_ms = act.at_ms
        while beside and at_ms is not None and (beside[0].at_ms or at_ms) < at_ms:
            rows.append(beside.pop(0))
        rows.append(act)
    return [*rows, *beside]


def _beside(found: Dossier, own: str, *, raw: bool) -> list[Disowned | Step]:
    """Return what has no place in the order of the matter, by its time."""
    home = [step_of(one) for one in (found.home.steps if found.home else ())]
    lost = [_disowned(found, own, one, raw=raw) for one in found.shown.disowned]
    return sorted([*home, *lost], key=lambda one: (one.at_ms is None, one.at_ms))


def _disowned(found: Dossier, own: str, one: matter_read.Disowned, *, raw: bool) -> Disowned:
    row = one.said.row
    return Disowned(
        is_beyond=row.foreign == FOREIGN_MANY,
        lane=OURS if row.party == own else THEIRS,
        at_ms=one.at_ms,
        author=parties.name_of(found.known, row.party),
        office=row.act.speaker,
        agency=agency_names(found, row.party, row.act.speaker.agency),
        words=view.TAG_WORDS.get(row.act.tag, {"en": row.act.tag}),
        items=row.act.items,
        signed_at_ms=one.signed_at_ms,
        arrivals=tuple(_arrival(found, own, row.party, each) for each in one.said.deliveries),
        texts=tuple(content.texts(one.said, raw=raw)),
        given=_values(one.said, "items", raw=raw),
        origin=row.origin,
        index=row.index,
    )


def act(found: Dossier, own: str, act_id: str, party: str = "") -> Act | None:
    """Return one act of a request, or None; of several with its id that of a party, or the first.

    Whoever says an act chooses its id, and may choose one that another State has used.
    """
    said = (one for one in named(found, own, act_id) if party in ("", one.author.id))
    return next(said, None)


def named(found: Dossier, own: str, act_id: str, *, raw: bool = False) -> list[Act]:
    """Return every act of a request that has an id, in the order of the matter."""
    turns = (one for one in found.shown.state.turns if one.act_id == act_id)
    return [one for turn in turns if (one := act_of(found, own, turn, raw=raw)) is not None]


def act_of(found: Dossier, own: str, turn: Turn, *, raw: bool = False) -> Act | None:
    """Return an act as the time line shows it; None for one that is not held here."""
    said = found.shown.said.get((turn.party, turn.act_id))
    if said is None:
        return None
    now, record = found.shown.state, said.row.act
    named = {one.party for one in record.to} - {turn.party}
    codes = letter.codes_of(now, turn, record, found.guideline)
    return Act(
        lane=OURS if turn.party == own else THEIRS,
        act_id=turn.act_id,
        tag=turn.tag,
        author=parties.name_of(found.known, turn.party),
        office=record.speaker,
        agency=agency_names(found, turn.party, record.speaker.agency),
        words=view.TAG_WORDS.get(turn.tag, {"en": turn.tag}),
        no_effect=None if turn.takes_effect else refusals.no(_result(turn)),
        is_crossed=turn.crossed,
        codes=tuple(_code(cast("dict[str, Any]", one)) for one in codes),
        times=tuple(_times(said)),
        items=turn.items,
        own_reference=turn.own_reference,
        signed_at_ms=found.signed.get((turn.party, turn.act_id)),
        arrivals=tuple(_arrival(found, own, turn.party, one) for one in said.deliveries),
        to=frozenset(named or {one.party for one in said.deliveries}),
        texts=tuple(content.texts(said, raw=raw)),
        elements=_values(said, "elements", raw=raw),
        given=_values(said, "items", raw=raw),
        attachments=sum(1 for body in said.bodies if _role(body) == blob_role.ATTACHMENT),
        unread=tuple(body for body in said.bodies if body.state != HELD),
        corrects=turn.answers if turn.tag == acts.CORRECTED else "",
        corrected_by=tuple(
            one.act_id
            for one in now.corrections
            if (one.party, one.of) == (turn.party, turn.act_id)
        ),
        opened_by=tuple(
            parties.name_of(found.known, one.party)
            for one in now.opened
            if one.of == turn.act_id and one.party != turn.party
        ),
        origin=said.row.origin,
        index=said.row.index,
    )


def agency_names(found: Dossier, party: str, agency: str) -> Names:
    """Return the names of an agency, as the newest card of its State has them."""
    known = {one.id: one.names for one in found.agencies.get(party, ())}
    return known.get(agency, {})


def _code(told: Mapping[str, Any]) -> Code:
    return Code(language.word(told["label"]), language.word(told["words"], told["id"]))


def _result(turn: Turn) -> str:
    return next(iter(turn.results.values()), table.NO_REQUEST)


def _role(body: Opened) -> str:
    return body.blob.role.partition(":")[0]


def _values(said: Said, group: str, *, raw: bool) -> dict[str, Json]:
    """Return values of an act, shown safely unless they are asked for as written."""
    found = said.json(blob_role.ELEMENTS)
    rows = found.get(group) if isinstance(found, dict) else None
    safe = rows if raw else content.safe(rows)
    return safe if isinstance(safe, dict) else {}


def _times(said: Said) -> Iterator[tuple[str, int]]:
    is_asking = said.row.act.tag in fields.FIELDS and not fields.FIELDS[said.row.act.tag].joint
    for one in letter.times_of(said.row.act) if is_asking else ():
        told = cast("dict[str, Any]", one)
        yield language.word(told["words"]), told["at_ms"]


def _arrival(found: Dossier, own: str, author: str, one: Delivery) -> Arrival:
    return Arrival(
        parties.name_of(found.known, one.party),
        one.cosigned_at_ms,
        one.received_at_ms,
        is_cosignature_known=own in {author, one.party},
    )


def step_of(one: steps.Step) -> Step:
    """Return a step at home as the time line shows it."""
    values = cast("dict[str, Any]", steps.to_json(one))
    shares: Sequence[Mapping[str, Any]] = [
        share for share in (values.get("lead"), *values.get("others", ())) if share
    ]
    agencies = [share["agency"] for share in shares]
    agencies += [values[name] for name in ("part", "of") if values.get(name)]
    officers = [values[name] for name in ("officer", "owner") if values.get(name)]
    return Step(
        lane=HOME,
        kind=steps.tag(one),
        at_ms=one.who.at_ms,
        officer=one.who.officer,
        agency=one.who.agency,
        texts=tuple(str(values[name]) for name in _STEP_TEXTS if values.get(name)),
        agencies=tuple(dict.fromkeys(agencies)),
        officers=tuple(dict.fromkeys(officers)),
    )
