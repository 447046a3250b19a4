"""A matter that is the facts said of it: a room adds who may say what, having seen which.

    RULES = Rules("match", SHAPES, ASKED, checks={EVALUATED: _evaluate, …})
    fold_all(RULES, entries, parties)  ->  State(parties, facts, turns)

What an act does follows from the facts that its author had seen, and a fact that took effect stays.
So acts that crossed do the same in whatever order they are folded; what a room finds of the facts
must not depend on their order either.

Floor: acts (pure).
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.shape import Shape
from comity.acts.turns import Entry, Turn
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible

OPENED_BEFORE: Final = "opened-before"
NO_MATTER: Final = "no-matter"
NOTHING_SAID: Final = "nothing-said"
ENDED_BEFORE: Final = "ended-before"
SAID_BEFORE: Final = "said-before"
NOT_ENTITLED: Final = "not-entitled"
PARTY_UNKNOWN: Final = "party-unknown"

_SHOW: Final = "Show the matter to see where it stands."

WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        OPENED_BEFORE: ("This was opened before.", _SHOW),
        NO_MATTER: (
            "There is no such matter here, or it does not answer what opened it.",
            "Use an id that the list shows.",
        ),
        NOTHING_SAID: (
            "It answers nothing of its kind that was said here.",
            "Show the matter and use the id of what is meant.",
        ),
        ENDED_BEFORE: ("It has ended.", "Open another one if there is more to say."),
        SAID_BEFORE: ("This State has said that before.", _SHOW),
        NOT_ENTITLED: (
            "This is for another State to say.",
            "Show the matter to see whose turn it is.",
        ),
        PARTY_UNKNOWN: (
            "It names a State that is not another party of this channel, or none.",
            "Name another party of the channel.",
        ),
    }
)
"""`{name: (why not, what to do instead)}` of what every such room refuses."""

RULES: Final = frozenset(f"facts.{name}" for name in WHY) | shape.RULES
"""Every rule that `no` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by a rule of every such room."""
    return Inadmissible(f"facts.{name}", *WHY[name]) if name in WHY else shape.no(name)


@dataclass(frozen=True, slots=True)
class Fact:
    """An act that took effect.

    Attributes:
        at: its place among the turns.
        tag: what it says.
        party: its author.
        id: of the act; each party has ids of its own.
        answers: id of the fact that it answers, or "".
        of: author of that fact, or "".
        codes, times, items: of the act.
        to: parties that it is addressed to.
    """

    at: int
    tag: str
    party: str
    id: str
    answers: str = ""
    of: str = ""
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    items: tuple[str, ...] = ()
    to: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Its author and id: the one name of it."""
        return self.party, self.id

    def is_about(self, other: "Fact") -> bool:
        """Return whether it answers another."""
        return (self.of, self.answers) == other.key

    def code(self, name: str) -> str:
        """Return a code, or ""."""
        return self.codes.get(name, "")

    def number(self, name: str) -> int:
        """Return a code that is a whole number; 0 where it has none."""
        return int(self.codes.get(name, "0"))


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter stands.

    Attributes:
        parties: of the channel, in the arrangement's order.
        facts: in the order of the turns; the first opened the matter.
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def opening(self) -> Fact | None:
        """What opened it."""
        return self.facts[0] if self.facts else None

    def said(self, *tags: str, by: str = "", about: Fact | None = None) -> tuple[Fact, ...]:
        """Return the facts of some tags: of one party, about one fact."""
        return tuple(
            one
            for one in self.facts
            if one.tag in tags
            and (not by or one.party == by)
            and (about is None or one.is_about(about))
        )

    def others(self, party: str) -> tuple[str, ...]:
        """Return the other parties."""
        return tuple(one for one in self.parties if one != party)


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        seen: the matter as its author had seen it.
        opening: what opened it.
        about: the fact that it answers.
    """

    act: Act
    party: str
    seen: State
    opening: Fact
    about: Fact

    def code(self, name: str) -> str:
        """Return a code of the act, or ""."""
        return self.act.codes.get(name, "")

    def number(self, name: str) -> int:
        """Return a code that is a whole number; 0 where it has none."""
        return int(self.act.codes.get(name, "0"))


type Check = Callable[[Coming], str]
"""Why what comes does nothing, by name; or ""."""


def _right(_act: Act) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a room adds.

    Attributes:
        kind: of its matters.
        shapes: the fields of each tag.
        opening: the tag that opens a matter.
        checks: by tag; a tag that has none may be said by every party.
        answers: `{tag: the tags that it answers}`; of the opening, where it is not there.
        ends: tags that end a matter for those who have seen it.
        after: tags that may be said after its end.
        once: tags that a party says once of what it answers.
        malformed: what is wrong with an act beside its shape, by name; or "".
    """

    kind: str
    shapes: Mapping[str, Shape]
    opening: str
    checks: Mapping[str, Check]
    answers: Mapping[str, Collection[str]] = field(default_factory=lambda: MappingProxyType({}))
    ends: Collection[str] = ()
    after: Collection[str] = ()
    once: Collection[str] = ()
    malformed: Callable[[Act], str] = _right


def fold_all(rules: Rules, entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a matter stands after all its acts, given in their order.

    Args:
        rules: of its room.
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """

    def one(
        now: State, act: Act, party: str, *, at_ms: int | None, unseen: frozenset[int]
    ) -> State:
        return fold(rules, now, act, party, at_ms=at_ms, unseen=unseen)

    return turns.fold_all(State(tuple(parties)), entries, one)


def fold(
    rules: Rules,
    now: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act: total, and never raises.

    Args:
        rules: of its room.
        now: state before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """
    seen = replace(now, facts=tuple(one for one in now.facts if one.at not in unseen))
    found = _found(rules, now, seen, act, party)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=name_of(act) if isinstance(found, Fact) else found,
        is_effective=isinstance(found, Fact),
        answers=act.answers,
        reason=act.codes.get("reason", ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    facts = (*now.facts, found) if isinstance(found, Fact) else now.facts
    return replace(now, facts=facts, turns=(*now.turns, turn))


def name_of(act: Act) -> str:
    """Return what an act of effect did: the verb of its tag."""
    return act.tag.partition(".")[2].partition("/")[0]


def _found(rules: Rules, now: State, seen: State, act: Act, party: str) -> Fact | str:
    """Return the fact that an act becomes, or why it does nothing."""
    wrong = shape.problem(act, rules.kind, rules.shapes) or rules.malformed(act)
    if wrong:
        return wrong
    if party not in now.parties:
        return shape.NO_PARTY
    fact = Fact(
        at=len(now.turns),
        tag=act.tag,
        party=party,
        id=act.id,
        answers=act.answers,
        codes=act.codes,
        times=act.times,
        items=act.items,
        to=tuple(one.party for one in act.to),
    )
    opening = now.opening
    if act.tag == rules.opening:
        return _opened(rules, Coming(act, party, seen, fact, fact), opening) or fact
    if opening is None or opening not in seen.facts:
        return NO_MATTER
    about = _about(rules, seen, opening, act, party)
    if isinstance(about, str):
        return about
    return _said(rules, Coming(act, party, seen, opening, about)) or replace(fact, of=about.party)


def _opened(rules: Rules, coming: Coming, before: Fact | None) -> str:
    """Return why what opens a matter does nothing, or ""."""
    if coming.act.matter.id != shape.matter_id(rules.kind, coming.party, coming.act.id):
        return shape.MATTER_OF_ANOTHER
    return OPENED_BEFORE if before else _checked(rules, coming)


def _about(rules: Rules, seen: State, opening: Fact, act: Act, party: str) -> Fact | str:
    """Return the fact that an act answers: of several of one id, the first by another party."""
    if act.tag not in rules.answers:
        return opening if act.answers == opening.id else NO_MATTER
    found = [one for one in seen.said(*rules.answers[act.tag]) if one.id == act.answers]
    return min(found, key=lambda one: (one.party == party, one.key), default=NOTHING_SAID)


def _said(rules: Rules, coming: Coming) -> str:
    """Return why what is said in a matter does nothing, or ""."""
    tag, seen = coming.act.tag, coming.seen
    if tag not in rules.after and seen.said(*rules.ends):
        return ENDED_BEFORE
    wrong = _checked(rules, coming)
    if wrong:
        return wrong
    is_again = tag in rules.once and seen.said(tag, by=coming.party, about=coming.about)
    return SAID_BEFORE if is_again else ""


def _checked(rules: Rules, coming: Coming) -> str:
    check = rules.checks.get(coming.act.tag)
    return check(coming) if check else ""


def to_json(now: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    return {
        "parties": [*now.parties],
        "facts": [
            {
                **_plain(asdict(replace(one, codes={}, times={}))),
                "codes": dict(one.codes),
                "times": dict(one.times),
            }
            for one in now.facts
        ],
        "turns": [_plain(asdict(one)) for one in now.turns],
    }


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    return State(
        tuple(fields["parties"]),
        tuple(_fact(one) for one in fields["facts"]),
        tuple(Turn(**{**one, "items": tuple(one["items"])}) for one in fields["turns"]),
    )


def digest(now: State) -> str:
    """Return SHA-256 of the state as canonical JSON, hex: what nodes compare."""
    return hashlib.sha256(ijson.render(to_json(now))).hexdigest()


def _fact(value: dict[str, Any]) -> Fact:
    maps = {name: MappingProxyType(value[name]) for name in ("codes", "times")}
    lists = {name: tuple(value[name]) for name in ("items", "to")}
    return Fact(**{**value, **maps, **lists})


def _plain(value: dict[str, Any]) -> dict[str, Json]:
    return {name: [*one] if isinstance(one, tuple) else one for name, one in value.items()}
