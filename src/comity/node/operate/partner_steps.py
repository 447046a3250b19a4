"""What an officer does about a partner or a log: freeze, excuse, end, accept, give up, pair.

Each is a step of the local log, in the transaction that does it.

Whoever reads for an audit changes nothing; pairing is the operator's, who holds the files.

Floor: node.
"""

from collections.abc import Callable, Sequence
from typing import Final

from comity.acts.record import Matter
from comity.domestic.officer import role
from comity.joint.arrangement.channel import Terms
from comity.joint.arrangement.pairing import Pairing
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log, Officer
from comity.node.exchange import (
    abandoned_party,
    adopt,
    channel_keys,
    channel_list,
    entry_keys_file,
    excuse,
    generation,
    pairing,
    pump,
)
from comity.node.exchange import channel as channels
from comity.node.exchange import freeze as freezing
from comity.node.exchange import retry as tries
from comity.node.exchange.abandoned_party import GivenUp
from comity.node.exchange.adopt import RoomLine
from comity.node.exchange.entry_keys_file import Given, Taken
from comity.node.operate import operator_steps
from comity.node.room import local_log, officers
from comity.node.room.step import Step, fit

REASON_CHARS_MAX: Final = 2_000
_ACTING: Final = (
    role.OPERATOR, role.CONTACT_POINT, role.RELEASING, role.COUNSEL, role.CASE_OFFICER,
)  # fmt: skip


def may_act(officer: Officer) -> Inadmissible | None:
    """Return the refusal by rule to an officer who only reads."""
    return officers.lacks_role(officer, *_ACTING)


def may_pair(officer: Officer) -> Inadmissible | None:
    """Return the refusal by rule to an officer who does not run the node."""
    return officers.lacks_role(officer, role.OPERATOR)


def _step(node: Node, officer: Officer, step: str, **facts: str) -> Callable[[Tx], None]:
    """Return what notes a step, and whose it is, in the transaction that takes it."""
    return lambda tx: local_log.note(tx, node, step, {"officer": officer.name, **facts})


def retry(node: Node, officer: Officer, party: str) -> bool | Inadmissible:
    """Let the next round not wait for a party that was out of reach.

    Returns:
        Whether anything waited.
    """
    no = may_act(officer)
    if no is not None:
        return no
    has_waited = tries.try_now(node, {party})
    _wake(node, party)
    return has_waited


def _wake(node: Node, party: str) -> None:
    with node.store.read() as tx:
        paths = {pair.channel for pair in pump.pairs(tx, node.party) if pair.party == party}
    for path in sorted(paths):
        node.wake(path)


def freeze(node: Node, officer: Officer, origin: str, reason: str) -> Log | Inadmissible:
    """Stop signing, or mirroring, one log, with a reason that stays here.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, "log.frozen", log=origin, reason=reason)
    return freezing.freeze(node, origin, officer.name, reason, note=note)


def thaw(node: Node, officer: Officer, origin: str) -> Log | Inadmissible:
    """Let a log that an officer froze go on.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`, `exchange.log.convicted`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, "log.thawed", log=origin)
    return freezing.thaw(node, origin, officer.name, note=note)


def decide_clock(node: Node, officer: Officer, party: str) -> Inadmissible | None:
    """Let signing go on although a party's clock is far from ours.

    Raises:
        Fault: `node.peer.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, "party.clock-decided", party=party)
    freezing.decide_clock(node, party, officer.name, note=note)
    return None


def excuse_party(node: Node, officer: Officer, origin: str, party: str) -> int | Inadmissible:
    """Let an own log be signed without what a party out of reach holds; return how many say so.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.not-own`, `node.peer.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, "party.excused", party=party, log=origin)
    return excuse.excuse(node, origin, party, officer.name, note=note)


def give_keys(node: Node, officer: Officer, channel: str, party: str) -> Given | Inadmissible:
    """Return what a party's lost card had opened, sealed to its newest one.

    Raises:
        Fault: as `entry_keys_file.give`.
    """
    no = may_act(officer)
    if no is not None:
        return no

    def note(tx: Tx, given: Given) -> None:
        of = {"channel": channel, "card": str(given.card), "count": str(given.keys)}
        _step(node, officer, "log.keys-given", party=party, **of)(tx)

    return entry_keys_file.give(node, channel, party, note=note)


def take_keys(node: Node, officer: Officer, data: bytes) -> Taken | Inadmissible:
    """Keep what another party gave, for entries that a lost card had opened.

    Raises:
        Fault: as `entry_keys_file.take`.
    """
    no = may_act(officer)
    if no is not None:
        return no

    def note(tx: Tx, channel: str) -> None:
        _step(node, officer, "log.keys-taken", channel=channel)(tx)

    return entry_keys_file.take(node, data, note=note)


def begin_log(
    node: Node, officer: Officer, channel: str, reason: str, *, leaves_missing: bool = False
) -> tuple[str, str] | Inadmissible:
    """End the own log of a channel for good and begin the next: two steps, each where it is done.

    With `leaves_missing` what is left of an earlier one and is not here is left out.

    Returns:
        The new origin, and the hash of its first two entries in hex.

    Raises:
        Fault: as `generation.begin`.
    """
    no = may_act(officer)
    if no is not None:
        return no

    def note(tx: Tx, log: Log) -> None:
        step = "log.ended" if log.state == LOG_ENDED else "log.begun"
        _step(node, officer, step, log=log.origin, reason=reason)(tx)

    return generation.begin(node, channel, reason, leaves_missing=leaves_missing, note=note)


def accept_log(node: Node, officer: Officer, origin: str, entry: str) -> str | Inadmissible:
    """Accept a peer's new generation that was compared by voice; return the id of the act.

    Raises:
        Fault: as `generation.accept`.
    """
    no = may_act(officer)
    if no is not None:
        return no

    def note(tx: Tx, log: Log) -> None:
        _step(node, officer, "log.accepted", log=log.origin, hash=entry)(tx)

    return generation.accept(node, origin, entry, note=note)


def open_channel(
    node: Node, officer: Officer, maker: KeyMaker, name: str, step: Step
) -> list[str] | Inadmissible:
    """Show this node's keys for a channel; return the parties that have not shown theirs.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `channel.open_channel`.
    """
    given = fit(step)
    no = may_act(officer)
    if no is not None:
        return no
    kind, _slash, matter_id = given.get("matter", "").partition("/")
    terms = Terms(name, given["purpose"], Matter(kind, matter_id) if matter_id else None)

    def note(tx: Tx, path: str) -> None:
        _step(node, officer, step.verb.tag, channel=path)(tx)

    return channels.open_channel(node, maker, given.get("arrangement", ""), terms, note=note)


def end_channel(node: Node, officer: Officer, name: str, step: Step) -> str | Inadmissible:
    """End a channel for all its parties; return its path.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `channel_list.named` and `channel.end_channel`.
    """
    path, reason = _channel(node, name, step), step.given["reason"]
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, step.verb.tag, channel=path, reason=str(reason))
    channels.end_channel(node, path, str(reason), note=note)
    return path


def _channel(node: Node, name: str, step: Step) -> str:
    with node.store.read() as tx:
        return channel_list.named(tx, name, fit(step).get("arrangement", ""))


def rotate_channel(
    node: Node, officer: Officer, maker: KeyMaker, name: str, step: Step
) -> tuple[str, int] | Inadmissible:
    """Replace this node's keys for a channel; return its path and the number of the new set.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `channel_list.named` and `channel_keys.rotate`.
    """
    path = _channel(node, name, step)
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, step.verb.tag, channel=path)
    return path, channel_keys.rotate(node, maker, path, note=note)


def adopt_room(
    node: Node, officer: Officer, arrangement_id: str, room: str
) -> RoomLine | Inadmissible:
    """Adopt a room in an arrangement; return where it stands after that.

    Raises:
        Fault: as `adopt.adopt_room`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    note = _step(node, officer, "room.adopted", room=room, arrangement=arrangement_id)
    return adopt.adopt_room(node, arrangement_id, room, note)


def give_up(
    node: Node, officer: Officer, party: str, reason: str, arrangement_id: str = ""
) -> GivenUp | Inadmissible:
    """Let nothing here wait for a party any more; see `exchange.given_up`.

    Raises:
        Fault: `node.peer.unknown`, `node.arrangement.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    with node.store.write() as tx:
        arrangement = abandoned_party.require_arrangement(tx, node.party, party, arrangement_id)
        before = abandoned_party.of(tx, arrangement, party)
        found = abandoned_party.note(tx, node, arrangement, party, (officer.name, reason))
        if before is None:
            facts = {"arrangement": arrangement, "reason": reason, "place": found.place}
            _step(node, officer, "party.given-up", party=party, **facts)(tx)
    _wake(node, party)
    return found


def take_back(
    node: Node, officer: Officer, party: str, arrangement_id: str = ""
) -> bool | Inadmissible:
    """Let a party be waited for again; return whether it was given up.

    Raises:
        Fault: `node.peer.unknown`, `node.arrangement.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    with node.store.write() as tx:
        arrangement = abandoned_party.require_arrangement(tx, node.party, party, arrangement_id)
        was_given_up = abandoned_party.drop(tx, arrangement, party)
        if was_given_up:
            facts = {"party": party, "arrangement": arrangement}
            _step(node, officer, "party.taken-back", **facts)(tx)
    _wake(node, party)
    return was_given_up


def open_offer(node: Node, officer: Officer, accepts: Sequence[bytes]) -> bytes | Inadmissible:
    """Return the text that opens our offer to those who accepted it.

    Raises:
        Fault: as `pairing.confirm`.
    """
    return may_pair(officer) or pairing.confirm(node, accepts)


def preview(node: Node, officer: Officer, confirmed: bytes) -> Pairing | Inadmissible:
    """Return what a confirmation says and the code to compare; nothing is kept.

    Raises:
        Fault: as `pairing.preview`.
    """
    return may_pair(officer) or pairing.preview(node, confirmed)


def keep(node: Node, officer: Officer, confirmed: bytes, spoken: str) -> Pairing | Inadmissible:
    """Keep a pairing whose code was read over the telephone and is the same here.

    Raises:
        Fault: as `pairing.save`.
    """
    return may_pair(officer) or operator_steps.pair(node, confirmed, spoken, officer.name)
