"""Acts that the vocabulary allows and no officer writes: drawn from the tables of the rooms.

    hand = Hand(world, "aa", seed)
    hand.say(40)                       lawful in shape, hostile in content, in every room

Which fields a tag has, and what each may hold, is read from the rooms; so a new tag is tried by
itself.  Half of what an act names is there, and the other half is not, or is of another matter.

Floor: tests.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from comity.acts import record
from comity.acts.record import FOLLOWING, NEEDED, Act, Addressee, Blob, Document, Matter, Office
from comity.acts.shape import Shape
from comity.acts.urgencies import URGENCIES
from comity.joint.case import acts as case_acts
from comity.joint.request import acts as request_acts
from comity.joint.request import fields
from comity.joint.review import acts as review_acts
from comity.joint.text import acts as guideline_acts
from comity.kernel import ijson, limits
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.seal import symmetric
from support.hostile_words import CODES, INSTANTS, MARK, WORDS
from support.pair import World

MAY: Final = 0.9
"""How often an act has a code that it may have."""

_JSON: Final = "application/json"


def tags() -> dict[str, Any]:
    """Return every tag of every room with the table of its fields, or None."""
    return {
        **fields.FIELDS,
        **case_acts.SHAPES,
        **review_acts.SHAPES,
        **dict.fromkeys(guideline_acts.TAGS),
    }


@dataclass
class Hand:
    """What a State says whose officers have bad intent.

    Attributes:
        world: of the States.
        party: that speaks.
        chance: of its own.
        said: acts by matter, its own and those that it knows.
        count: how many it said.
    """

    world: World
    party: str
    chance: random.Random
    said: dict[Matter, list[Act]] = field(default_factory=dict)
    count: int = 0

    # -- values ------------------------------------------------------------------------

    def word(self) -> str:
        """Return something in words."""
        return f"{MARK}{self.chance.choice(WORDS)}" if self.chance.random() < 0.5 else self._start()

    def _start(self) -> str:
        return f"{self.chance.choice(WORDS)}{MARK}{self.chance.choice(WORDS)}"

    def value(self, deep: int = 3) -> Json:
        """Return any JSON."""
        pick = self.chance.random()
        if deep and pick < 0.2:
            return [self.value(deep - 1) for _ in range(self.chance.choice((0, 1, 3)))]
        if deep and pick < 0.4:
            return {self.word(): self.value(deep - 1) for _ in range(self.chance.choice((0, 1, 3)))}
        plain: tuple[Json, ...] = (
            None, True, 0, -1, limits.JSON_INTEGER_MAX, -limits.JSON_INTEGER_MAX, "", [], {},
        )  # fmt: skip
        return self.chance.choice(plain) if pick < 0.6 else self.word()

    def fitting(self, pattern: "re.Pattern[str]", known: Sequence[str] = ()) -> str:
        """Return a code of a shape: one that means something, or an extreme one."""
        own = (*known, self.id(), self.chance.randbytes(32).hex(), *CODES)
        found = [one for one in own if pattern.fullmatch(one) and record._CODE.fullmatch(one)]
        return self.chance.choice(found)

    def id(self) -> str:
        """Return a new id."""
        return random_id(self.chance.randbytes(RANDOM_ID_BYTES))

    def name(self) -> str:
        """Return a name, mostly of something there."""
        return self.chance.choice(
            ("one", "two", "whole", "facts", "case-reference", "account", "police", "a" * 63,
             "0" * 63, "a" + ".-" * 31, "x", *(p for p in self.world.states))
        )  # fmt: skip

    def names(self) -> tuple[str, ...]:
        """Return some names, none twice."""
        count = self.chance.choice((0, 0, 1, 1, 2, 3, record.LIST_LENGTH_MAX // 4))
        return tuple(
            {self.name(): None for _ in range(count)} | {f"n{k}": None for k in range(count - 3)}
        )

    # -- bodies ------------------------------------------------------------------------

    def body(self, plain: bytes, role: str, media: str = _JSON) -> tuple[Blob, bytes]:
        """Return a sealed body."""
        key = self.chance.randbytes(symmetric.KEY_BYTES)
        stored = symmetric.seal_blob(plain, key, self.chance.randbytes)
        sha256 = symmetric.blob_address(stored).hex()
        need = self.chance.choice((NEEDED, FOLLOWING))
        mark = self.chance.choice(("TLP:AMBER", "TLP:RED PAP:RED", "TLP:CLEAR", "A" * 255))
        return Blob(sha256, key, len(stored), media, role, need, mark), stored

    def texts(self) -> Json:
        """Return what looks like texts."""
        return [
            {
                "lang": self.chance.choice(("en", "zh", "ar", self.word(), 7)),
                "text": self.word(),
                "by": self.word(),
                "original": self.chance.choice((True, False, "yes")),
            }
            for _ in range(self.chance.choice((1, 2, 64)))
        ]

    def elements(self) -> Json:
        """Return what looks like elements, items and lines of attachments."""
        provenance: Json = {
            name: self.word() for name in ("action", "time", "role", "tool", "authority")
        }
        line: Json = {
            "path": self.word(), "media_type": self.word(), "mark": self.word(),
            "role": self.word(), "exhibit": self.word(), "provenance": provenance,
            "name": self.word(), "sha256": self.word(),
        }  # fmt: skip
        listed: Json = [{"id": "one", "what": self.word()}, self.value()]
        items: tuple[Json, ...] = (listed, {"one": self.value()}, self.value())
        known = ("facts", "case-reference", "offence", "urgency-grounds", "identifiers", "account")
        return {
            "elements": {one: self.value() for one in (*known, self.word())},
            "items": self.chance.choice(items),
            "attachments": [line, self.value()],
        }  # fmt: skip

    def plain(self, role: str) -> bytes:
        """Return what is inside a body."""
        pick = self.chance.random()
        if pick < 0.1:
            return self.chance.choice(
                (b"", b"\xff\xfe", b"[" * 40 + b"]" * 40, b"{", b"1" * 40_000)
            )
        if pick < 0.25:
            return ijson.render(self.value(5))
        value = self.texts() if role == "texts" else self.elements()
        return ijson.render(value)[:60_000] if pick < 0.3 else ijson.render(value)

    def bodies(self) -> dict[Blob, bytes]:
        """Return bodies of all the roles."""
        found: list[tuple[Blob, bytes]] = []
        for role in ("texts", "elements", "figures", "difference", "texts"):
            if self.chance.random() < 0.5:
                plain = self.plain(role)
                if len(plain) < 64_000:
                    found.append(self.body(plain, role))
        for _ in range(self.chance.choice((0, 0, 1, 2, 20))):
            number = self.chance.choice(("", ":1", ":2", ":0", ":" + "9" * 63, ":a"))
            media = self.chance.choice(("text/html", "image/svg+xml", "application/pdf", "a/b"))
            found.append(
                self.body(self.word().encode("utf-8", "replace"), f"attachment{number}", media)
            )
        if self.chance.random() < 0.2:
            found.append((Blob(self.chance.randbytes(32).hex(), bytes(32), limits.BLOB_BYTES_MAX,
                               "a/b", "attachment:3", FOLLOWING, "TLP:RED"), b""))  # fmt: skip
        return dict(found)

    # -- acts --------------------------------------------------------------------------

    def act(self, tag: str, shape: Any) -> Act:  # noqa: ANN401 -- a table of a room
        """Return an act of a tag."""
        kind = tag.partition(".")[0]
        act_id = self.id()
        matter = self._matter(kind, tag, act_id)
        there = self.said.get(matter, [])
        may = (*shape.needs, *shape.may) if shape is not None else ()
        names = [one for one in may if one in shape.needs or self.chance.random() < MAY]
        act = Act(
            id=act_id,
            tag=tag,
            matter=matter,
            speaker=Office(self.name(), self.chance.choice(("", "a" * 63))),
            answers=self._answers(shape, there),
            codes={one: self._code(shape, one, there) for one in names},
            times={one: self.chance.choice(INSTANTS) for one in self._times(shape)},
            release=self.chance.randbytes(32).hex(),
        )
        if isinstance(shape, fields.Fields):
            act = self._as_request(act, shape)
        elif shape is None:
            act = self._as_text(act)
        elif shape.items:
            act = replace(act, items=self.chance.choice((self.names(), self._requests())))
        return replace(act, codes={**act.codes, **self._under(shape, there)})

    def _matter(self, kind: str, tag: str, act_id: str) -> Matter:
        known = [one for one in self.said if one.kind == kind]
        if kind == guideline_acts.KIND:
            return Matter(
                kind, self.chance.choice(("guideline", "calendar.aa", "calendar.bb", "a" * 63))
            )
        opens = tag in (
            request_acts.SUBMITTED,
            request_acts.DRAFT_SHOWN,
            case_acts.OPENED,
            review_acts.SNAPSHOT,
        )
        if opens or not known:
            make = {
                "request": request_acts.matter_id,
                "case": case_acts.matter_id,
                "review": review_acts.matter_id,
            }[kind]
            return Matter(
                kind, make(self.party, act_id) if self.chance.random() < 0.95 else self.id()
            )
        return self.chance.choice(known[-4:])

    def _requests(self) -> tuple[str, ...]:
        return tuple({one.id: None for one in self.said if one.kind == "request"})[
            -record.LIST_LENGTH_MAX :
        ]

    def _answers(self, shape: Any, there: Sequence[Act]) -> str:  # noqa: ANN401 -- as `act`
        if isinstance(shape, fields.Fields) and shape.answers == fields.DRAFT:
            return ""
        if isinstance(shape, Shape) and not shape.answers:
            return ""
        pick = self.chance.random()
        if pick < 0.1 or not there:
            return self.id()
        if pick < 0.2:
            every = [act for acts in self.said.values() for act in acts]
            return self.chance.choice(every).id
        first = there[0].id
        return first if pick < 0.6 else self.chance.choice(there).id

    def _code(self, shape: Any, name: str, there: Sequence[Act]) -> str:  # noqa: ANN401 -- as `act`
        allowed = shape.allowed(name)
        if name == request_acts.TYPE:
            return self.chance.choice(("preservation", "subscriber", "emergency", "a" * 63))
        if isinstance(allowed, re.Pattern):
            every = [act.id for act in there] + [one.id for one in self.said]
            blobs = [blob.sha256 for act in there for blob in act.blobs]
            return self.fitting(allowed, [*every, *blobs, "all/volume/asked", "preservation"])
        return str(self.chance.choice(sorted(allowed)))

    def _times(self, shape: Any) -> list[str]:  # noqa: ANN401 -- as `act`
        if shape is None:
            return []
        names = [one.rstrip("!") for one in shape.times]
        may = [
            f"{one}{self.name()}"[:63] if one.endswith(".") else one
            for one in getattr(shape, "may_times", ())
        ]
        if names == [""]:
            return self.chance.sample(
                ("transaction-at", "a" * 63, "expires-at"), self.chance.randint(0, 3)
            )
        return [*names, *(one for one in may if self.chance.random() < 0.6)]

    def _under(self, shape: Any, there: Sequence[Act]) -> Mapping[str, str]:  # noqa: ANN401 -- as `act`
        found: dict[str, str] = {}
        for prefix, allowed in (shape.under if shape is not None else {}).items():
            for number in range(self.chance.choice((0, 1, 1, 2, 3, 60))):
                ends = ("1", "2", str(number + 1), self.name(), self.name())
                end = self.chance.choice(ends)[: 63 - len(prefix)]
                name = f"{prefix}{end}"
                if fields.NAME.fullmatch(name) and shape.allowed(name):
                    found[name] = self._code(shape, name, there)
            del allowed
        return found

    def _as_request(self, act: Act, shape: fields.Fields) -> Act:
        parties = list(self.world.states)
        others = [one for one in parties if one != self.party]
        to: tuple[Addressee, ...] = ()
        if shape.to:
            chosen = self.chance.choice((others, others, others, parties, ["zz" * 31]))
            to = tuple(
                Addressee(one, self.chance.choice(("", "police", "mps", "a" * 63)))
                for one in chosen
            )
        asks = shape.answers == fields.DRAFT
        joint = (
            {"crime-type": self.chance.choice(CODES[:3])}
            if shape.joint and self.chance.random() < 0.5
            else {}
        )
        bound = [a.sha256 for acts in self.said.values() for one in acts for a in one.documents]
        return replace(
            act,
            to=to,
            urgency=self.chance.choice(URGENCIES) if asks else "",
            guideline=self.chance.choice((*bound[:1], *bound[:1], "x" * 255, "")) if asks else "",
            items=self.names() if shape.items else (),
            elements=self.names() if shape.elements else (),
            codes={**joint, **act.codes},
        )

    def _as_text(self, act: Act) -> Act:
        proposals = [one for one in self.said.get(act.matter, []) if one.documents]
        if act.tag == guideline_acts.PROPOSED:
            size = self.chance.choice((0, 1, limits.BLOB_BYTES_MAX))
            sha256, media = self.chance.randbytes(32).hex(), guideline_acts.MEDIA_TYPE
            return replace(
                act,
                documents=(Document(sha256, size, media, guideline_acts.ROLE_TEXT),),
                codes={"version": self.chance.choice(CODES[:3])},
                times={"in-force-from": self.chance.choice(INSTANTS)},
                answers="",
            )
        reasons = {
            guideline_acts.DECLINED: guideline_acts.DECLINALS,
            guideline_acts.WITHDRAWN: guideline_acts.WITHDRAWALS,
        }
        if act.tag == guideline_acts.ADOPTED:
            sha = proposals[-1].documents[0].sha256 if proposals else "x"
            return replace(act, codes={"sha256": self.chance.choice((sha, "x" * 255))})
        times = (
            {"from": self.chance.choice(INSTANTS)} if act.tag == guideline_acts.WITHDRAWN else {}
        )
        return replace(
            act, codes={"reason": self.chance.choice(sorted(reasons[act.tag]))}, times=times
        )

    def learn(self) -> None:
        """Read what stands in the channel, so that acts name it."""
        with self.world.node(self.party).store.read() as tx:
            for log in tx.logs(self.world.channel):
                for row in tx.acts(log.origin, 0, log.understood):
                    if row.act not in self.said.setdefault(row.act.matter, []):
                        self.said[row.act.matter].append(row.act)

    def say(self, count: int) -> None:
        """Say that many acts."""
        node, table = self.world.node(self.party), tags()
        order = [*table, *([request_acts.SUBMITTED, case_acts.OPENED, review_acts.SNAPSHOT] * 4)]
        for _ in range(count):
            tag = self.chance.choice(order)
            bodies = self.bodies()
            act = replace(self.act(tag, table[tag]), blobs=tuple(bodies))
            rows = {blob.sha256: data for blob, data in bodies.items() if data}
            append.append(node, self.world.channel, [Candidate(act, rows)])
            self.said.setdefault(act.matter, []).append(act)
            self.count += 1
