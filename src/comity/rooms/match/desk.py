"""What an officer does in a private match: ask, evaluate, count the hits, and see whose they are.

    record kind   key             value
    match-run     <root, hex>     of the asker: seed of the run, and the identifiers in their order
    match-seed    <month>         of the answerer: from which the keys of a month are derived
    match-table   <matter id>     of the answerer: whose each tag is
    match-hits    <matter id>     of the asker: place of each hit and number of its tag
    match-key     <channel|party|kind|month>   of the asker: the key that the answerer has used

None of them crosses.  The seed of a run is kept before anything is blinded by it, and each question
has a new one.  Seeds of months that are over are dropped: their tags can be made no more.

Floor: rooms.
"""

import datetime as dt
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.facts import Fact, State
from comity.acts.verb import Value
from comity.joint.match import acts, budget, canon, run, verbs
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import facts as fact_matters
from comity.node.room.act_blobs import Plain
from comity.node.room.release.draft_store import Result
from comity.node.room.request_file import MARK_DEFAULT
from comity.node.room.say import Spoken, computed, said
from comity.seal import voprf

RUN: Final = "match-run"
SEED: Final = "match-seed"
TABLE_OF: Final = "match-table"
HITS: Final = "match-hits"
KEY: Final = "match-key"

_BYTES: Final = "application/octet-stream"
_PROBLEMS_MAX: Final = 20


def spelled(kind: str, lines: Iterable[str]) -> list[bytes]:
    """Return identifiers in their one spelling, each once, in their order; empty lines are none.

    Raises:
        Unfit: `match.set.unfit`, with each line that cannot be read.
        Fault: `match.kind.unknown`, `match.set.empty`.
    """
    found: dict[bytes, None] = {}
    wrong: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.setdefault(canon.spell(kind, line))
        except Fault as fault:
            if kind not in canon.KINDS:
                raise
            wrong.append(
                Problem(
                    pointer_of((number,)),
                    line.strip()[:80],
                    fault.what,
                    fault.fix,
                    number,
                    1,
                    rule=fault.code,
                )
            )
            if len(wrong) == _PROBLEMS_MAX:
                break
    if wrong:
        raise Unfit("match.set.unfit", "the set", wrong)
    if not found:
        raise Fault(
            code="match.set.empty",
            what="The set has no identifier.",
            fix="Give a file with one identifier a line.",
        )
    return list(found)


def ask(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Ask which identifiers another State has too.

    Raises:
        Unfit: `match.set.unfit`.
        Fault: those of `said` and `spelled`; `match.set.too-large`.
    """
    kind = str(spoken.given[acts.SORT])
    spellings = spelled(kind, str(spoken.given["set"]).splitlines())
    slots = run.slots_of(len(spellings))
    seed = node.entropy(voprf.SEED_BYTES)
    root = run.set_root(seed, spellings)
    kept: Json = {
        "seed": seed.hex(),
        "kind": kind,
        "identifiers": [one.decode() for one in spellings],
    }
    with node.store.write() as tx:
        tx.save_record(RUN, root, kept)
    given: dict[str, Value] = {
        acts.SORT: kind,
        acts.SLOTS: slots,
        acts.EPOCH: epoch_of(node.clock.now_ms()),
        acts.SUITE: acts.SUITE_NAME,
        acts.CANON: canon.VERSION,
        acts.ROOT: root,
    }
    asked = run.ask(seed, spellings)
    body = Plain(acts.BLINDED, _BYTES, MARK_DEFAULT, b"".join(asked.blinded))
    return said(verbs.TABLE, node, officer, computed(spoken, given, (body,)))


def evaluate(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Answer a question with the tags of a set.

    Raises:
        Unfit: `match.set.unfit`.
        Fault: those of `said`, `spelled` and `run.elements_of`; `match.body.missing`.
    """
    with node.store.read() as tx:
        row, now = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        opening = _opening(now)
        kind, epoch = opening.code(acts.SORT), opening.code(acts.EPOCH)
        data = _body(node, tx, opening, acts.BLINDED)
    if not _is_alive(epoch, node.clock.now_ms()):
        return Inadmissible(
            "match.epoch-over",
            f"The question is of {epoch}, and the keys of that month are gone.",
            "Decline it: the other side asks again in this month.",
        )
    blinded = run.elements_of(data, opening.number(acts.SLOTS))
    own = spelled(kind, str(spoken.given["set"]).splitlines())
    seed, info = _seed_of(node, epoch), run.key_info(row.channel, kind, epoch)
    key = voprf.KeyPair.derive(seed, info)
    tags, whose = run.table(key, own, seed + info)
    made = run.evaluate(key, blinded, tags, node.entropy(voprf.UNIFORM_BYTES))
    kept: Json = [own[at].decode() if at >= 0 else "" for at in whose]
    with node.store.write() as tx:
        tx.save_record(TABLE_OF, row.matter.id, kept)
    given: dict[str, Value] = {
        acts.KEY: key.public.hex(),
        acts.TAGS: len(tags),
        acts.ROOT: made.root,
    }
    body = Plain(acts.EVALUATION, _BYTES, MARK_DEFAULT, made.render())
    return said(verbs.TABLE, node, officer, computed(spoken, given, (body,)))


def count(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Count the hits of an evaluation, once its proof holds.

    Raises:
        Fault: those of `said`; `match.body.missing`, `match.body.malformed`, `match.run.missing`,
            `match.table.another-root`, `match.key.another`, `seal.voprf.proof`,
            `seal.voprf.element`.
    """
    with node.store.read() as tx:
        row, now = fact_matters.matter(tx, officer, acts.KIND, spoken.matter_id)
        opening, answer = _opening(now), _evaluation(now)
        kept = _run(tx, opening.code(acts.ROOT))
        sent = _body(node, tx, opening, acts.BLINDED)
        data = _body(node, tx, answer, acts.EVALUATION)
        _require_one_key(tx, row, opening, answer)
    made = run.evaluated_of(data, opening.number(acts.SLOTS), answer.number(acts.TAGS))
    if made.root != answer.code(acts.ROOT):
        raise Fault(
            code="match.table.another-root",
            what="The tags are not those whose root is in the entry.",
            fix=_REJECT.format("table"),
        )
    seed, spellings = bytes.fromhex(kept["seed"]), [one.encode() for one in kept["identifiers"]]
    blinded = run.elements_of(sent, opening.number(acts.SLOTS))
    found = run.hits(seed, spellings, blinded, bytes.fromhex(answer.code(acts.KEY)), made)
    pairs: Json = [[one.place, one.tag] for one in found]
    with node.store.write() as tx:
        tx.save_record(HITS, row.matter.id, pairs)
        tx.save_record(KEY, _key_place(row, opening, answer), answer.code(acts.KEY))
    return said(verbs.TABLE, node, officer, computed(spoken, {acts.HITS: len(found)}))


STEPS: Final = MappingProxyType({"ask": ask, "evaluate": evaluate, "open": count})
"""By the verb whose act it computes."""


_REJECT: Final = "Reject it: `comity match reject ID --reason {}`."


def epoch_of(now_ms: int) -> str:
    """Return the month of an instant, UTC."""
    at = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    return f"{at.year:04d}-{at.month:02d}"


def _is_alive(epoch: str, now_ms: int) -> bool:
    """Return whether keys of a month are there: of this one, and of the one before."""
    return 0 <= budget.month(epoch_of(now_ms)) - budget.month(epoch) <= 1


def _seed_of(node: Node, epoch: str) -> bytes:
    """Return the seed of a month, and drop those that are over."""
    with node.store.write() as tx:
        for old in [one for one in tx.records(SEED) if not _is_alive(one, node.clock.now_ms())]:
            tx.drop_record(SEED, old)
        kept = tx.record(SEED, epoch)
        if kept is None:
            kept = node.entropy(voprf.SEED_BYTES).hex()
            tx.save_record(SEED, epoch, kept)
    return bytes.fromhex(str(kept))


def _key_place(row: MatterRow, opening: Fact, answer: Fact) -> str:
    parts = (row.channel, answer.party, opening.code(acts.SORT), opening.code(acts.EPOCH))
    return "|".join(parts)


def _require_one_key(tx: Tx, row: MatterRow, opening: Fact, answer: Fact) -> None:
    """Return if the answerer has used no other key in this month: tags of one would be marked."""
    before = tx.record(KEY, _key_place(row, opening, answer))
    if before is not None and before != answer.code(acts.KEY):
        raise Fault(
            code="match.key.another",
            what="The key is not the one that this State used before in this month.",
            fix=_REJECT.format("key"),
        )


def _run(tx: Tx, root: str) -> dict[str, Any]:
    value = tx.record(RUN, root)
    if value is None:
        raise Fault(
            code="match.run.missing",
            what="What was asked is not kept on this node, so its answer cannot be opened.",
            fix="Close the match and ask again.",
        )
    return cast("dict[str, Any]", value)


def _opening(now: State) -> Fact:
    assert now.opening is not None, "a match that is found was asked"
    return now.opening


def _evaluation(now: State) -> Fact:
    found = now.said(acts.EVALUATED)
    if not found:
        raise Fault(
            code="match.body.missing",
            what="The question was not evaluated yet.",
            fix="Wait for the other side: `comity match show`.",
        )
    return found[-1]


def _body(node: Node, tx: Tx, fact: Fact, role: str) -> bytes:
    found = fact_matters.body(node, tx, fact, role)
    if found is None:
        raise Fault(
            code="match.body.missing",
            what="The values of the match are not here, or do not open.",
            fix="Wait until they have arrived: `comity status`.",
        )
    return found
