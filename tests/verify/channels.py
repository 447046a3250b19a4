"""Three parties that write the logs of a channel at random: several requests, and much besides.

    channel(chance, guideline) -> Channel(logs={"aa/…/1": [Written(None), Written(act), ..]})

What an author has seen is what the receipts in their log say.  Requests go to one State or to two,
and extend earlier ones.  A party may end its log and go on in the next generation, of which
entry 1 says how little is left of the one before; what is disowned is said again under its id, or
not.  Some entries are foreign: of an id that was used, of a tag that not everybody has adopted, of
another log inside, a receipt of what is not so.  Some are void, and each log begins with a key.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from joint.request.histories import ITEMS, PARTIES, REQUEST_ID, addressee_acts, asker_acts
from verify.talks import HOUR_MS, NOW_MS, next_act

from comity.acts.record import ACT_KIND, KEY_KIND, RECEIPT_KIND, Act, Addressee, Office, Receipt
from comity.acts.vocabulary import OURS, Vocabulary
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import random_id
from comity.tlog import tree

NAME = "hotline"
"""Of the channel, in the names of its logs."""
LATER = OURS.newest[acts.KIND] + 1
_LATE = (acts.ASSESSED, acts.ASSESSMENT_DISPUTED, acts.CLARIFIED, acts.POSTPONED)
"""Tags that some party has to adopt first in these histories."""
VOCABULARY = Vocabulary(
    {
        **OURS.added,
        acts.KIND: {
            **{
                version: tuple(tag for tag in tags if tag not in _LATE)
                for version, tags in OURS.added[acts.KIND].items()
            },
            LATER: _LATE,
        },
    }
)
UNHEARD_OF = "request.unheard-of/1"
TYPES = (("preservation", "urgent"), ("preservation", "routine"), ("subscriber", "routine"))
EXTENSIONS = (("preservation-extension", "urgent"), ("preservation-extension", "routine"))


@dataclass(frozen=True, slots=True)
class Written:
    """An entry: the log that it names inside, and what it says, unless it is a key or void."""

    origin: str
    said: Act | Receipt | None
    raw: bytes

    @property
    def is_key(self) -> bool:
        """Whether it gives the keys of those after it."""
        return self.raw[:1] == bytes((KEY_KIND,))

    @property
    def leaf(self) -> bytes:
        """Its leaf hash."""
        return tree.leaf_hash(self.raw)


@dataclass(slots=True)
class Request:
    """What a party knows of a request that it may speak of: its submission, and by whom."""

    asker: str
    act: Act

    def of_mine(self, act: Act) -> Act:
        """Return an act about any request as one about this."""
        others = [party for party in PARTIES if party != self.asker]
        named = dict(zip(PARTIES, (self.asker, *others), strict=True))
        return replace(
            act,
            matter=self.act.matter,
            answers=self.act.id if act.answers == REQUEST_ID else act.answers,
            to=tuple(Addressee(named[to.party]) for to in act.to),
        )


@dataclass(slots=True)
class Channel:
    """The logs of a channel as they were written.

    Attributes:
        arrangement: its id.
        logs: entries by origin.
        order: origins, one for each entry, in the order of writing.
        left: `{origin: how many entries count}` of logs that ended.
        requests: in the order of asking.
    """

    arrangement: str
    logs: dict[str, list[Written]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def exported(self) -> dict[str, Any]:
        """Return the channel as the oracle reads it."""
        return {
            "parties": [*PARTIES],
            "paired": dict(OURS.newest),
            "tags": {tag: VOCABULARY.version_of(tag) for tag in VOCABULARY.tags()},
            "logs": [
                {
                    "origin": origin,
                    "party": origin.partition("/")[0],
                    "generation": int(origin.rpartition("/")[2]),
                    "entries": [_exported(one) for one in entries],
                }
                for origin, entries in self.logs.items()
            ],
        }


def _exported(one: Written) -> dict[str, Any]:
    found: dict[str, Any] = {"leaf": one.leaf.hex(), "origin": one.origin}
    if one.said is None:
        return found
    if isinstance(one.said, Receipt):
        told = one.said
        of = {"of": told.of, "size": told.size, "root": told.root.hex(), "time": told.time_ms}
        return {**found, "receipt": of}
    return {**found, "act": exported_act(one.said)}


def exported_act(act: Act) -> dict[str, Any]:
    """Return an act as the oracle reads it, but for where it stands."""
    return {
        "id": act.id,
        "kind": act.matter.kind,
        "matter": act.matter.id,
        "tag": act.tag,
        "answers": act.answers,
        "codes": {**act.codes},
        "items": [*act.items],
        "to": [[to.party, to.agency] for to in act.to],
        "urgency": act.urgency,
        "guideline": act.guideline,
        "agency": act.speaker.agency,
    }


class _Writing:
    """The parties as they write."""

    def __init__(self, chance: Random, arrangement: str, guidelines: list[str]) -> None:
        self.chance = chance
        self.guidelines = guidelines
        self.at_ms = NOW_MS - chance.randrange(200, 900) * HOUR_MS
        self.found = Channel(arrangement)
        self.own: dict[str, str] = {}
        for party in PARTIES:
            self.begin(party, 1)

    def begin(self, party: str, generation: int) -> None:
        """Begin a log."""
        self.own[party] = f"{party}/{self.found.arrangement}/{NAME}/{generation}"
        self.found.logs[self.own[party]] = []
        self.write(party, None, kind=KEY_KIND)

    def new_id(self) -> str:
        """Return an id that nobody has used, by chance of any place among the others."""
        return random_id(self.chance.randbytes(16))

    def write(
        self, party: str, said: Act | Receipt | None, inside: str = "", kind: int = ACT_KIND
    ) -> None:
        """Write an entry; one that says nothing is void, unless its kind is that of a key."""
        origin = self.own[party]
        entries = self.found.logs[origin]
        byte = RECEIPT_KIND if isinstance(said, Receipt) else kind
        raw = bytes((byte,)) + f"{origin}|{len(entries)}".encode()
        entries.append(Written(inside or origin, said, raw))
        self.found.order.append(origin)

    def root(self, origin: str, size: int) -> bytes:
        """Return the root of a log at a size that it has."""
        return tree.root([one.leaf for one in self.found.logs[origin][:size]])

    def pass_on(self, patience: float) -> None:
        """Let time pass, and some parties sign for what the others have written."""
        self.at_ms += self.chance.randrange(30 * HOUR_MS)
        for party in PARTIES:
            if self.chance.random() < patience:
                self.receive(party)

    def receive(self, party: str) -> None:
        """Let a party sign for what the others have written."""
        for origin, entries in [*self.found.logs.items()]:
            if origin.startswith(party) or self.held(party, origin) >= len(entries):
                continue
            size = len(entries) if self.chance.random() < 0.8 else len(entries) - 1
            if size > self.held(party, origin):
                self.write(party, self.receipt(origin, size))

    def receipt(self, origin: str, size: int) -> Receipt:
        """Return a receipt; its author's clock is now and then wrong."""
        wrong_ms = self.chance.choice((0, 0, 0, 0, 1_000, 400_000, -400_000))
        return Receipt(origin, size, self.root(origin, size), self.at_ms - wrong_ms)

    def held(self, party: str, origin: str) -> int:
        """Return how much of a log a party's log in use has signed for."""
        said = (one.said for one in self.found.logs[self.own[party]])
        sizes = [one.size for one in said if isinstance(one, Receipt) and one.of == origin]
        return max(sizes, default=0)

    def heard(self, party: str, request: Request) -> list[tuple[str, Act]]:
        """Return the acts of a request that a party knows, each with its author."""
        known = []
        for origin, entries in self.found.logs.items():
            by = origin.partition("/")[0]
            size = len(entries) if by == party else self.held(party, origin)
            said = (one.said for one in entries[:size])
            known += [
                (by, one)
                for one in said
                if isinstance(one, Act) and one.matter == request.act.matter
            ]
        return known

    def ask(self) -> None:
        """Ask, often to extend what was asked before."""
        chance, before = self.chance, self.found.requests
        asker = chance.choice(("aa", "aa", "aa", "bb"))
        others = [party for party in PARTIES if party != asker]
        to = chance.choice((others[:1], others[:1], others[1:], others, others[::-1]))
        extends, kind = "", chance.choice(TYPES)
        if before and chance.random() < 0.8:
            earlier = chance.choice(before)
            extends, kind = earlier.act.matter.id, chance.choice((*EXTENSIONS, *TYPES))
            if chance.random() < 0.8:
                asker, to = earlier.asker, [one.party for one in earlier.act.to]
        crime = {"crime-type": chance.choice(("fraud", "hacking"))} if chance.random() < 0.5 else {}
        asked = Asked(
            *kind,
            ITEMS,
            ("facts",),
            guideline=chance.choice(self.guidelines),
            extends=extends,
            is_oral=chance.random() < 0.2,
        )
        saying = Saying(self.new_id(), Office("police"), "REF-1")
        addressed = tuple(Addressee(one, chance.choice(("", "customs"))) for one in to)
        act = acts.submitted(saying, asker, addressed, asked)
        act = replace(act, codes={**act.codes, **crime})
        before.append(Request(asker, act))
        self.write(asker, act)

    def speak(self) -> None:
        """Let somebody say anything of some request."""
        chance = self.chance
        request = chance.choice(self.found.requests)
        asked = [one.party for one in request.act.to]
        party = chance.choice((request.asker, *asked, *asked, chance.choice(PARTIES)))
        by_asker = party == request.asker
        menu = asker_acts("that-act") if by_asker else addressee_acts("that-act")
        if chance.random() < 0.03:
            menu = asker_acts("that-act") + addressee_acts("that-act")
        known = self.heard(party, request)
        if not known and chance.random() < 0.9:
            return
        every = known or [(request.asker, request.act)]
        offered = [request.of_mine(one) for one in menu]
        act = next_act(chance, party, offered, every)
        self.write(party, replace(act, id=self.new_id()))

    def spoil(self) -> None:
        """Let somebody write what is foreign, or void."""
        chance = self.chance
        party = chance.choice(PARTIES)
        choose = chance.randrange(5)
        if choose == 0:
            self.write(party, self.bad_receipt(party))
            return
        if choose == 4:
            self.write(party, None)
            return
        own = [
            one.said
            for origin, entries in self.found.logs.items()
            if origin.startswith(party)
            for one in entries
            if isinstance(one.said, Act) and one.said.matter.kind == acts.KIND
        ]
        if not own:
            return
        before = chance.choice(own)
        if choose == 1:  # the id of another act of theirs
            self.write(party, replace(chance.choice(own), id=before.id))
        elif choose == 2:  # a tag that nobody knows, and its id once more
            new = self.new_id()
            self.write(party, replace(before, id=new, tag=UNHEARD_OF))
            if chance.random() < 0.5:
                self.write(party, replace(before, id=new))
        else:  # taken from another log
            other = chance.choice([one for one in self.found.logs if one != self.own[party]])
            self.write(party, replace(before, id=self.new_id()), other)

    def bad_receipt(self, party: str) -> Receipt:
        """Return a receipt of what is not so."""
        chance = self.chance
        others = [one for one in self.found.logs if not one.startswith(party)]
        origin = chance.choice(others)
        size = len(self.found.logs[origin])
        held = self.held(party, origin)
        kind = chance.randrange(4)
        if kind == 0:
            return replace(self.receipt(origin, size), root=bytes(32))
        if kind == 1:
            return replace(self.receipt(origin, size), size=size + 400)
        if kind == 2 and held > 1 and origin not in self.found.left:
            return self.receipt(origin, chance.randrange(1, held))
        return replace(self.receipt(origin, size), of=self.own[party])

    def adopt(self, party: str) -> None:
        """Let a party adopt the version that adds the later tags."""
        self.write(party, exchange_acts.version_adopted(self.new_id(), NAME, {acts.KIND: LATER}))

    def is_foretold(self, origin: str) -> bool:
        """Return whether somebody has signed for more of a log than is written."""
        said = (one.said for entries in self.found.logs.values() for one in entries)
        size = len(self.found.logs[origin])
        return any(isinstance(o, Receipt) and o.of == origin and o.size > size for o in said)

    def succeed(self, party: str) -> None:
        """Let a party end its log and go on in the next generation."""
        old = self.own[party]
        entries = self.found.logs[old]
        if len(entries) < 2 or self.is_foretold(old):
            return
        lost = min(len(entries) - 2, self.chance.randrange(6))  # it leaves how it began
        left = self.found.left[old] = len(entries) - lost
        self.begin(party, int(old.rpartition("/")[2]) + 1)
        codes = {
            "old-origin": old,
            "old-size": str(len(entries)),
            "old-root": self.root(old, len(entries)).hex(),
            "lost": str(lost),
            "reason": "lost",
            "card": "1",
        }
        begun = exchange_acts.register_act(
            self.new_id(), exchange_acts.GENERATION_BEGUN, NAME, codes
        )
        self.write(party, begun)
        for one in entries[left:]:
            if isinstance(one.said, Act) and self.chance.random() < 0.7:
                self.write(party, one.said)


def channel(chance: Random, arrangement: str, guidelines: list[str]) -> Channel:
    """Return the logs of a channel.

    Args:
        chance: all of it.
        arrangement: its id.
        guidelines: hashes of those that requests may name.
    """
    writing = _Writing(chance, arrangement, guidelines)
    adopting = [*PARTIES] if chance.random() < 0.9 else [*PARTIES[:2]]
    while adopting and len(adopting) > chance.choice((0, 1, 3)):
        writing.adopt(adopting.pop())
    writing.ask()
    ending = {chance.randrange(30): chance.choice(PARTIES) for _ in range(chance.randrange(3))}
    patience = chance.choice((0.1, 0.3, 0.5, 0.8))
    for number in range(chance.randrange(6, 40)):
        writing.pass_on(patience)
        if number in ending:
            writing.succeed(ending[number])
        if adopting and chance.random() < 0.15:
            writing.adopt(adopting.pop())
        choices = (writing.ask, writing.spoil, writing.speak)
        chance.choices(choices, (0.12, 0.18, 0.7))[0]()
    for _ in range(2):
        writing.pass_on(0.9)
    return writing.found
