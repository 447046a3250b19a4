"""What the node computes for an officer who calls: spoken codes, and both shares of a drawn drill.

    drill/plan         commits to a nonce that nobody else knows
    drill/join         gives a salt
    drill/begin        shows the nonce, once the instant has come that both have drawn
    call, pick-up      commit to a spoken code, which the page shows to be read aloud
    confirm-carriage   opens that commitment

    record kind     key                       value
    hotline-drawn   <commitment>              the 32 bytes, and the spoken code or ""
    hotline-told    <officer>|<key>|<verb>    what a command with a key has drawn: once

Nobody chooses the instant of a drill: the nonce was committed to before the salt was known.

Floor: rooms.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.verb import Both, Value, both
from comity.joint.arrangement import pairing
from comity.joint.hotline import acts, coming, verbs, view
from comity.joint.hotline.state import State
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Wanted
from comity.node.base.rows import MatterRow, Officer
from comity.node.base.section import Section
from comity.node.room import fold_cache, need_to_know
from comity.node.room.matter_lookup import find
from comity.node.room.release.draft_store import Result
from comity.node.room.say import Spoken, computed, said
from comity.rooms.hotline import rung

DRAWN: Final = "hotline-drawn"
TOLD: Final = "hotline-told"
DUE: Final = "hotline.drill-due"
_DUE: Final = "The drawn instant of a drill has come: begin it."
_NONCE_BYTES: Final = 32
_CODE_BYTES: Final = 5
_PAGE: Final = 64

YOUR_CODE: Final = both("Read this code aloud", "请口头读出此口令")
BEGIN: Final = both("The drawn instant has come", "抽定时刻已到")
BEGIN_NOW: Final = "comity hotline drill begin"
MISSED: Final = both(
    "The window of this drill is over, and it was not begun", "演练窗口已过而未开始"
)


def _plan_drill(node: Node, officer: Officer, spoken: Spoken) -> Result:
    commit = _drawn(node, officer, spoken, lambda nonce, _code: hashlib.sha256(nonce).hexdigest())
    return _said(node, officer, spoken, {acts.COMMIT: commit})


def _join_drill(node: Node, officer: Officer, spoken: Spoken) -> Result:
    salt = _drawn(node, officer, spoken, lambda salt, _code: salt.hex())
    return _said(node, officer, spoken, {acts.SALT: salt})


def _begin_drill(node: Node, officer: Officer, spoken: Spoken) -> Result:
    now = _state(node, officer, spoken)
    plan = now.plan
    nonce = "" if plan is None else _nonce(node, plan.commit)
    if plan is not None and not nonce:
        return Inadmissible(
            "hotline.nonce-missing",
            "This node has not planned this drill, so it knows no nonce of it.",
            "Let the State begin it that planned it; or plan another.",
        )
    no = _too_early(now, nonce, node.clock.now_ms()) if plan is not None else None
    return no or _said(node, officer, spoken, {acts.NONCE: nonce, **_voice(node, officer, spoken)})


def _too_early(now: State, nonce: str, now_ms: int) -> Inadmissible | None:
    plan = now.plan
    assert plan is not None
    if not plan.shares:
        return Inadmissible(
            "hotline.drill-not-joined",
            "Nobody has joined this drill, so no instant is drawn.",
            "Wait until the other State joins it.",
        )
    if now_ms < coming.instant_ms(plan, nonce, plan.shares[0].salt):
        return Inadmissible(
            "hotline.drill-early",
            "The instant that both States have drawn has not come.",
            "Wait: an alarm and the page of the drill say when it has.",
        )
    return None


def _call(node: Node, officer: Officer, spoken: Spoken) -> Result:
    return _said(node, officer, spoken, _voice(node, officer, spoken))


def _confirm_carriage(node: Node, officer: Officer, spoken: Spoken) -> Result:
    now = _state(node, officer, spoken)
    track, call = now.track(node.party), now.call
    committed = call.voice if call is not None and call.party == node.party else ""
    nonce = _nonce(node, committed or (track.voice if track is not None else ""))
    return _said(node, officer, spoken, {acts.NONCE: nonce} if nonce else {})


STEPS: Final[Mapping[str, Callable[[Node, Officer, Spoken], Result]]] = MappingProxyType(
    {
        "drill/plan": _plan_drill,
        "drill/join": _join_drill,
        "drill/begin": _begin_drill,
        "call": _call,
        "pick-up": _call,
        "confirm-carriage": _confirm_carriage,
    }
)


def _said(node: Node, officer: Officer, spoken: Spoken, more: Mapping[str, Value]) -> Result:
    return said(verbs.TABLE, node, officer, computed(spoken, {**spoken.given, **more}))


def _voice(node: Node, officer: Officer, spoken: Spoken) -> Mapping[str, Value]:
    committed = _drawn(
        node, officer, spoken, lambda nonce, code: coming.voice_commitment(nonce.hex(), code)
    )
    return {acts.VOICE: committed}


def _drawn(node: Node, officer: Officer, spoken: Spoken, shown: Callable[[bytes, str], str]) -> str:
    """Draw 32 bytes and a code, and keep them by what is shown of them; once for each key."""
    name = f"{officer.name}|{spoken.words.key}|{spoken.verb.name}"
    with node.store.write() as tx:
        before = tx.record(TOLD, name) if spoken.words.key else None
        if isinstance(before, str):
            return before
        nonce = node.entropy(_NONCE_BYTES)
        code = pairing.spelled(node.entropy(_CODE_BYTES))
        found = shown(nonce, code)
        tx.save_record(DRAWN, found, {"nonce": nonce.hex(), "code": code})
        if spoken.words.key:
            tx.save_record(TOLD, name, found)
    return found


def _kept(tx: Tx, committed: str) -> Mapping[str, str]:
    value = tx.record(DRAWN, committed) if committed else None
    return cast("Mapping[str, str]", value) if isinstance(value, dict) else {}


def _nonce(node: Node, committed: str) -> str:
    with node.store.read() as tx:
        return _kept(tx, committed).get("nonce", "")


def _state(node: Node, officer: Officer, spoken: Spoken) -> State:
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, spoken.matter_id)
    return cast("State", node.rooms[acts.KIND].from_json(row.state))


def own(node: Node, tx: Tx, row: MatterRow, now: State) -> Sequence[tuple[Both, str]]:
    """Return what this State alone knows of a call: its code, its drill, and who was rung."""
    return [*_codes(node, tx, now), *_drill(node, tx, now), *rung.lines(tx, row)]


def _codes(node: Node, tx: Tx, now: State) -> Iterator[tuple[Both, str]]:
    track, call = now.track(node.party), now.call
    committed = call.voice if call is not None and call.party == node.party else ""
    code = _kept(tx, committed or (track.voice if track is not None else "")).get("code")
    if code and view.status(now) != view.CLOSED:
        yield YOUR_CODE, code


def _drill(node: Node, tx: Tx, now: State) -> Iterator[tuple[Both, str]]:
    if is_due(node, tx, now):
        yield BEGIN, BEGIN_NOW
    if view.is_missed(now, node.clock.now_ms()):
        yield MISSED, rung.at(now.plan.until_ms if now.plan is not None else 0)


def is_due(node: Node, tx: Tx, now: State) -> bool:
    """Return whether this State planned a drill whose drawn instant has come."""
    plan, now_ms = now.plan, node.clock.now_ms()
    if plan is None or plan.party != node.party or now.call is not None or not plan.shares:
        return False
    nonce = _kept(tx, plan.commit).get("nonce", "")
    is_over = now_ms >= plan.until_ms
    return (
        bool(nonce)
        and not is_over
        and now_ms >= coming.instant_ms(plan, nonce, plan.shares[0].salt)
    )


def alarms(node: Node) -> Sequence[tuple[str, str]]:
    """Return the alarms of drills: one while any of this State is to be begun."""
    wanted = Wanted(kind=acts.KIND, statuses=frozenset({view.PLANNED}), asker=node.party)
    with node.store.read() as tx:
        rows = tx.listed(need_to_know.every(tx), wanted, None, _PAGE)
        found = (cast("Any", fold_cache.of(node.rooms, row)) for _, row in rows)
        return [(DUE, _DUE)] if any(is_due(node, tx, one) for one in found) else []


def _facts(now: State) -> dict[str, str | int]:
    call = now.call
    if call is None:
        return {}
    return {
        "by": call.party,
        "ground": call.ground,
        "drill": call.is_drill,
        "level": coming.level(now),
        "outcome": view.ended_by(now),
        "understood": sum(view.is_understood(now, one) for one in now.said),
        "misunderstandings": view.misunderstandings(now),
        "carriers": len(now.carriages),
    }


SECTION: Final = Section(both("Use of the hotline", "热线使用情况"), _facts)
