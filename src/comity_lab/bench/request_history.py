"""Requests of twelve acts made quickly: a FIXTURE, which no officers ever exchanged.

    sealed     so many requests as entries of both logs, with receipts between: what a rebuild reads
    copied     the rows of one of them under other ids, so many times: what lists and search read

Heads are not signed, rows only say so.  Copies have rows, names and words of their own, and no
entries: their bodies are those of the first.

Floor: lab.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.acts.order import Placed
from comity.acts.record import NEEDED, Act, Addressee, Blob, Matter, Office, Receipt, Record
from comity.joint.request import acts, codes, decide, fold, reasons
from comity.joint.request.acts import Asked, Saying
from comity.joint.request.decide import By
from comity.joint.request.state import EMPTY, State
from comity.kernel import ijson
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.filing import THEIRS
from comity.node.base.ports import Tx
from comity.node.base.reader import CONTACT, Filed, Worded
from comity.node.base.rows import MatterRow, UnderstoodAct
from comity.node.exchange import logs
from comity.node.room import search_terms
from comity.seal.symmetric import seal_blob
from comity_lab.bench.history import History, sealed

ACTS: Final = 12
GROUP: Final = 64
"""Requests that are said together, phase by phase; each phase begins with a receipt."""
COPIES: Final = 256
"""Copies of one transaction."""

_ENGLISH: Final = [
    "account",
    "records",
    "server",
    "login",
    "traffic",
    "ransom",
    "invoice",
    "wallet",
    "hosting",
    "domain",
    "mailbox",
    "transfer",
    "bank",
    "victim",
    "malware",
    "address",
    "subscriber",
    "session",
    "backup",
    "preserve",
    "urgently",
    "disclose",
    "evidence",
]
_CHINESE: Final = (
    "保全记录账户服务器登录流量勒索发票钱包域名邮箱转账银行受害恶意地址用户会话备份紧急披露证据案件"
)
_TEXTED: Final = frozenset({0, 3, 7, 10})
_STATUSES: Final = ("submitted", "acknowledged", "accepted", "answered", "closed", "refused")
_REFERENCE: Final = "ref-0"
"""What stands for the asker's file number in a story."""

_DEFICIENCY: Final = min(reasons.DEFICIENCIES)
_STAGE: Final = min(codes.STAGES)

type _Say = Callable[[State, By], Any]

_COURSE: Final[tuple[tuple[tuple[int, _Say], ...], ...]] = (
    ((0, lambda _now, by: _submitted(by)),),
    (
        (1, decide.saying(acts.ACKNOWLEDGED)),
        (1, decide.saying(acts.FOUND_DEFICIENT, {"findings": {"facts": _DEFICIENCY}})),
    ),
    ((0, decide.saying(acts.CLARIFIED, elements=("facts",))),),
    ((1, decide.saying(acts.ACCEPTED)),),
    ((0, decide.saying(acts.STATUS_ASKED)),),
    (
        (1, decide.saying(acts.STATUS_REPORTED, {"stage": _STAGE})),
        (1, decide.saying(acts.ANSWERED, items=("one",))),
    ),
    ((0, decide.saying(acts.STATUS_ASKED)),),
    (
        (1, decide.saying(acts.STATUS_REPORTED, {"stage": _STAGE})),
        (1, decide.saying(acts.ANSWERED, items=("two",))),
    ),
)
"""What is said, phase by phase: by the asker (0) and by the addressee (1)."""

ENDINGS: Final[tuple[tuple[int, _Say], ...]] = (
    (0, decide.saying(acts.CLOSED, {"reason": min(codes.CLOSINGS)})),
    (1, decide.saying(acts.USE_ASKED)),
    (0, decide.saying(acts.REOPENED, {"reason": min(codes.REOPENINGS)})),
)
"""What is said last: the request is closed, answered, or reopened."""


def _submitted(by: By) -> Act:
    asked = Asked("preservation", "urgent", ("one", "two"), ("facts",))
    return acts.submitted(by.saying, by.party, (Addressee("other"),), asked)


@dataclass(frozen=True, slots=True)
class Story:
    """The twelve acts of one request, to be said again under other ids.

    Attributes:
        phases: acts by phase, each with who says it.
        state: where the request stands after them.
    """

    phases: tuple[tuple[tuple[int, Act], ...], ...]
    state: State


def story(parties: tuple[str, str], agency: str, ending: int = 0) -> Story:
    """Return one request as the rules admit it, with one of `ENDINGS`."""
    entries: list[tuple[Placed, bool, str, int | None]] = []
    phases: list[tuple[tuple[int, Act], ...]] = []
    counts = [0, 0]
    now = EMPTY
    for phase in (*_COURSE, (ENDINGS[ending],)):
        said: list[tuple[int, Act]] = []
        for who, say in phase:
            act_id = random_id(len(entries).to_bytes(RANDOM_ID_BYTES, "big"))
            by = By(Saying(act_id, Office(agency), f"ref-{who}"), parties[who])
            act = say(now, by)
            assert isinstance(act, Act), act
            if not entries:
                act = replace(act, to=(Addressee(parties[1]),))
            seen = {parties[1 - who]: counts[1 - who]}
            depth = len(entries) + 1
            placed = Placed(act, parties[who], who, 1, counts[who], seen, depth)
            entries.append((placed, False, parties[who], depth))
            counts[who] += 1
            now = fold.fold_all(entries)
            said.append((who, act))
        phases.append(tuple(said))
    assert len(now.turns) == ACTS
    return Story(tuple(phases), now)


def texts(chance: random.Random) -> list[dict[str, Json]]:
    """Return what one act says, in both languages."""
    english = " ".join(chance.choices(_ENGLISH, k=30))
    at = [chance.randrange(len(_CHINESE) - 4) for _ in range(12)]
    chinese = "。".join(_CHINESE[one : one + 4] for one in at)
    number = f"case {chance.randrange(10**6):06d}"
    return [
        {"lang": "en", "text": f"{number}: {english}", "by": "police", "original": True},
        {"lang": "zh", "text": chinese, "by": "police", "original": False},
    ]


class Writer:
    """Writes sealed requests into the logs of one node, nothing of them understood yet."""

    def __init__(self, node: Node, history: History) -> None:
        self._node = node
        self._history = history
        self._origins = (history.acting, history.answering)
        self._stories = [
            story(history.parties, history.agency, ending) for ending in range(len(ENDINGS))
        ]

    def write(self, count: int, advance: Callable[[int], None]) -> None:
        """Write so many requests."""
        done = 0
        while done < count:
            size = min(GROUP, count - done)
            self._group(done, size)
            done += size
            advance(size)

    def _group(self, start: int, size: int) -> None:
        chances = [
            random.Random(f"{self._history.seed}/{start + n}")  # noqa: S311 -- a fixture
            for n in range(size)
        ]
        ids = [{_REFERENCE: f"pol {start + n:06d}"} for n in range(size)]
        story = self._stories[start // GROUP % len(ENDINGS)]
        with self._node.store.write() as tx:
            bodies: dict[str, bytes] = {}
            for phase in story.phases:
                said = [
                    self._said(act, chance, known, bodies)
                    for chance, known in zip(chances, ids, strict=True)
                    for _, act in phase
                ]
                self._append(tx, phase[0][0], said)
            tx.save_bodies(bodies)

    def _said(
        self, act: Act, chance: random.Random, known: dict[str, str], bodies: dict[str, bytes]
    ) -> Act:
        place = len(known) - 2 if act.matter.id in known else 0  # beside file number and matter
        fresh = random_id(chance.randbytes(RANDOM_ID_BYTES))
        if not place:
            known[act.matter.id] = acts.matter_id(self._history.parties[0], fresh)
        known[act.id] = fresh
        made = renamed(act, known)
        if place not in _TEXTED:
            return made
        key = chance.randbytes(32)
        body = seal_blob(ijson.render([*texts(chance)]), key, chance.randbytes)
        sha256 = hashlib.sha256(body).hexdigest()
        bodies[sha256] = body
        media = "application/json"
        blob = Blob(sha256, key, len(body), media, acts.ROLE_TEXTS, NEEDED, "TLP:AMBER")
        return replace(made, blobs=(blob,))

    def _append(self, tx: Tx, who: int, said: list[Act]) -> None:
        chance = random.Random(f"{self._history.seed}/{who}/{said[0].id}")  # noqa: S311 -- as above
        log, other = (logs.require_log(tx, self._origins[at]) for at in (who, 1 - who))
        records: list[Record] = []
        if other.size:
            root = logs.root_at(tx, other.origin, other.size)
            receipt = Receipt(other.origin, other.size, root, self._history.at_ms, (), ())
            records.append(receipt)
        made = sealed(self._node, tx, log, [*records, *said], chance)
        grown = logs.append_entries(tx, log, made.entries)
        tx.save_log(replace(grown, signed=grown.size))


def renamed(act: Act, known: Mapping[str, str]) -> Act:
    """Return an act with every id that is known replaced."""
    return replace(
        act,
        id=known[act.id],
        matter=Matter(act.matter.kind, known[act.matter.id]),
        answers=known.get(act.answers, act.answers),
        codes={name: known.get(value, value) for name, value in act.codes.items()},
    )


def copy(
    node: Node, row: MatterRow, rows: list[UnderstoodAct], count: int, seed: int
) -> Iterator[int]:
    """Copy the rows of one request so many times; give how many were done, step by step."""
    text = ijson.render(row.state).decode()
    for start in range(0, count, COPIES):
        size = min(COPIES, count - start)
        with node.store.write() as tx:
            for n in range(start, start + size):
                chance = random.Random(f"{seed}/copy/{n}")  # noqa: S311 -- a fixture
                _copy(tx, row, rows, text, n, chance)
        yield size


def _copy(
    tx: Tx, row: MatterRow, rows: list[UnderstoodAct], text: str, n: int, chance: random.Random
) -> None:
    old = [row.matter.id, *(one.act.id for one in rows)]
    known = {one: random_id(chance.randbytes(RANDOM_ID_BYTES)) for one in old}
    for before, after in known.items():
        text = text.replace(before, after)
    matter = Matter(row.matter.kind, known[row.matter.id])
    status, at_ms = _STATUSES[n % len(_STATUSES)], row.at_ms - n * 1_000
    made = replace(row, matter=matter, status=status, at_ms=at_ms, state=ijson.parse(text.encode()))
    said = [
        replace(one, index=one.index + (n + 1) * (1 << 22), act=renamed(one.act, known))
        for one in rows
    ]
    tx.save_acts(said)
    tx.save_matters([made])
    tx.file(
        [
            Filed(
                matter,
                row.channel,
                ("police", CONTACT) if n % 2 else (CONTACT,),
                THEIRS + n % 3,
                at_ms,
                status,
                row.urgency,
                row.asker,
                "preservation",
                (row.holder,) if row.holder else (),
                (f"pol {n:06d}", f"cb {n:06d}"),
            )
        ]
    )
    tx.save_words(
        [
            Worded(
                one.origin,
                one.index,
                row.channel,
                matter,
                search_terms.words_of(str(part["text"]) for part in texts(chance)),
            )
            for one in said
            if one.act.blobs
        ]
    )
