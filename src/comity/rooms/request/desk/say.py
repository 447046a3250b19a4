"""The way of every act about a request: find it, decide, seal, release.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import verb as kinds
from comity.acts.record import Office
from comity.acts.verb import Given, Value, Verb, flaws
from comity.joint.request import acts, decide, state
from comity.joint.request.acts import Saying
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.joint.request.verbs import BY_TAG, OWN_REFERENCE
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import need_to_know
from comity.node.room.act_words import Words
from comity.node.room.matter_lookup import find
from comity.node.room.release import submit
from comity.node.room.release.draft_store import Result
from comity.node.room.say import Spoken
from comity.rooms.request import guideline_binding, step_problems

_NOTHING: Final[Given] = MappingProxyType({})
_NO_WORDS: Final = Words()


def found(node: Node, officer: Officer, matter_id: str) -> tuple[MatterRow, State]:
    """Return a request that an officer may read, by an id or a file number.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, matter_id)
    return row, state.from_json(row.state)


def by(node: Node, officer: Officer, own_reference: str) -> By:
    """Return who speaks: an officer for this State, under its file number."""
    act_id = node.act_id()
    office = Office(officer.agency, officer.office)
    return By(Saying(act_id, office, own_reference), node.party)


def do(node: Node, officer: Officer, spoken: Spoken) -> Result:
    """Say a verb of a request that was filled in on some surface; as `say`."""
    tag, given = spoken.verb.tag, spoken.given
    return say(node, officer, spoken.matter_id, tag, given, spoken.words)


def say(  # noqa: PLR0913 -- who says what of which request
    node: Node,
    officer: Officer,
    matter_id: str,
    tag: str,
    given: Given = _NOTHING,
    words: Words = _NO_WORDS,
    *,
    is_typed: bool = True,
) -> Result:
    """Say a verb of a request that is known here.

    Args:
        node: ours.
        officer: who signed in.
        matter_id: of the request or one of its acts; its beginning will do.
        tag: of the verb.
        given: values of its fields.
        words: what is said beside them.
        is_typed: whether an officer filled them in, within the bounds of a form; else they are
            the program's own.

    Raises:
        Unfit: `node.verb.unfit`, with every problem and its field.
        Fault: those of `append` and of the bodies store; `node.matter.*` of another request.
    """
    verb = BY_TAG[tag]
    row, now = found(node, officer, matter_id)
    filled = {OWN_REFERENCE.key: words.written.own_reference, **given}
    wrong = [*flaws(verb, filled)] if is_typed else []
    rules = guideline_binding.rules_of(node, row.channel, now.guideline)
    now_ms = node.clock.now_ms()
    wrong = wrong or [*step_problems.of(now, node.party, verb, filled, rules, now_ms)]
    if wrong:
        raise Unfit("node.verb.unfit", verb.name, wrong)
    meant = {**filled, **_meant(node, officer, verb, filled, now)}
    who = by(node, officer, str(meant[OWN_REFERENCE.key]))
    who = replace(who, rules=rules)
    elements, items = words.element_ids, words.written.item_ids
    act = decide.decided(now, who, tag, meant, elements=elements, items=items, now_ms=now_ms)
    said: Json = [verb.name, _spelled(meant), row.matter.id]
    return submit.out(node, officer, row.channel, act, words, said)


def _meant(node: Node, officer: Officer, verb: Verb, given: Given, now: State) -> dict[str, Value]:
    """Return the whole ids that beginnings and file numbers stand for."""
    meant: dict[str, Value] = {}
    for field in verb.asks:
        name = str(given.get(field.key, ""))
        if field.kind == kinds.MATTER and name:
            meant[field.key] = found(node, officer, name)[0].matter.id
        if field.kind == kinds.ACT and name:
            begun = {turn.act_id for turn in now.turns if turn.act_id.startswith(name)}
            meant[field.key] = begun.pop() if len(begun) == 1 else name
    return meant


def _spelled(given: Given) -> Json:
    """Return values as they are hashed: a command that is repeated says the same."""
    spelled: dict[str, Json] = {}
    for key, value in sorted(given.items()):
        if isinstance(value, Mapping):
            spelled[key] = dict(value)
        else:
            spelled[key] = [*value] if isinstance(value, tuple) else value
    return spelled
