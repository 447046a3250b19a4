"""The trust policy of each log: what an outsider needs to verify a proof offline.

    # log fr/k2…/live/1
    # card 1 of fr: heads of size 0 to 44
    # card 2 of fr: heads of size 45 and more
    log fr/k2…/live/1+c7f1a2b3+AT4u…
    …
    witness sn-1-ed25519 sn/k2…/live/mirror+…
    witness sn-1-ml-dsa-44 sn/k2…/live/mirror+…
    group sn-1 all sn-1-ed25519 sn-1-ml-dsa-44
    group sn any sn-1
    group parties all sn
    quorum parties

Witnesses outside the parties (protocol rule 25) stand as witness lines that no group names: a
reader who wants one puts its name into the quorum.  The local log has no mirrors; its quorum
is `none`, and an auditor who keeps a witness for it names that.

A log line names one key, and a generic reader accepts any of them: which key counts at
which size stands in the comments, and a policy made for one size holds the keys in force
there and no others.

Source: C2SP tlog-policy; protocol rules 4 and 8.
Floor: node.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement import validity
from comity.node.base import local_keys, trust
from comity.node.base.context import Node
from comity.node.base.local_keys import LocalKeys
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log
from comity.node.base.trust import Trust
from comity.node.exchange import witness_memory
from comity.tlog import keys, policy
from comity.tlog.keys import VKey
from comity.tlog.policy import Group, Policy, Witness

_ALL = "parties"


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """The policy of one log.

    Attributes:
        origin: the log.
        comments: which keys count where, one line each.
        policy: as an outsider reads it.
        has_revoked: whether keys stand in it that are revoked and count up to some size: a reader
            of the policy alone takes them at any.
    """

    origin: str
    comments: tuple[str, ...]
    policy: Policy
    has_revoked: bool = False

    def text(self) -> str:
        """Return the policy with its comment lines."""
        comments = "".join(f"# {line}\n" for line in (f"log {self.origin}", *self.comments))
        return comments + policy.render(self.policy).decode()


def policies(
    node: Node, origin: str = "", size: int | None = None, by: Collection[str] = ()
) -> list[LogPolicy]:
    """Return the policy of each log that is signed, by channel and party, the local one last.

    Args:
        node: ours.
        origin: of one log, or "" for all.
        size: of one head: the log keys in force there; None gives the keys of all cards.
        by: parties that must have cosigned; none: every other party. A log of which none of
            them is a mirror is left out.
    """
    with node.store.read() as tx:
        found: list[LogPolicy] = []
        for channel in trust.channels(tx, node.party):
            loaded = trust.load(tx, channel)
            found += [
                _with_witnesses(tx, log, of_log(loaded, log.origin, size, by))
                for log in loaded.logs
                if origin in ("", log.origin) and _mirrors(loaded, log.party, by)
            ]
        found += [
            _with_witnesses(tx, log, of_local(tx, log, size))
            for log in tx.logs(LOCAL_CHANNEL)
            if origin in ("", log.origin) and log.signed and not by
        ]
    return found


def of_local(tx: Tx, log: Log, size: int | None = None) -> LogPolicy:
    """Return the policy of a local log: its own keys, and no mirror.

    Revoked ones are left out of it, but where it is asked for a size that they may cover: a
    reader accepts any key that stands in a policy, at any size.
    """
    every = local_keys.held(tx, log.origin)
    in_force = (
        [one for one in every if one.cap is None]
        if size is None
        else [one for one in [local_keys.at(every, size)] if one.may_cover(size)]
    )
    logs = tuple(policy.Log(keys.parse(text)) for one in in_force for text in one.vkeys)
    comments = ("domestic: no peer mirrors it", *_local_places(every))
    return LogPolicy(log.origin, comments, Policy(logs, (), (), policy.NONE))


def _local_places(every: Sequence[LocalKeys]) -> Iterable[str]:
    if len(every) == 1:
        return
    for one, after in zip_longest(every, every[1:]):
        end = f"to {after.from_size - 1}" if after else "and more"
        yield f"keys {one.number}: heads of size {one.from_size} {end}"
        if one.cap is not None:
            yield f"keys {one.number} are revoked: heads of size {one.from_size} to {one.cap} count"


def _with_witnesses(tx: Tx, log: Log, found: LogPolicy) -> LogPolicy:
    """Add lines of witnesses that are informative, as they are no member of the quorum."""
    held = {one.vkey.public for one in found.policy.witnesses}
    added: list[Witness] = []
    comments: list[str] = []
    for one in witness_memory.witnesses(tx, log):
        fresh = [vkey for vkey in one.vkeys if vkey.public not in held]
        names = [f"{one.party}-{vkey.kind:02x}" for vkey in fresh]
        added += [Witness(name, vkey) for name, vkey in zip(names, fresh, strict=True)]
        held |= {vkey.public for vkey in fresh}
        comments.append(f"witness {one.name} may cosign and need not: {', '.join(names)}")
    whole = replace(found.policy, witnesses=(*found.policy.witnesses, *added))
    return replace(found, comments=(*found.comments, *comments), policy=whole)


def _mirrors(loaded: Trust, party: str, by: Collection[str]) -> tuple[str, ...]:
    """Return who must have cosigned the log of a party, in the order of the arrangement."""
    return tuple(one for one in loaded.arrangement.others(party) if not by or one in by)


def of_log(
    loaded: Trust, origin: str, size: int | None = None, by: Collection[str] = ()
) -> LogPolicy:
    """Return the policy of one log of a channel: that all others cosign it, or those of `by`."""
    party = origin.partition("/")[0]
    numbers = _log_numbers(loaded, origin) if size is None else loaded.log_cards(origin, size)
    logs = [policy.Log(vkey) for number in numbers for vkey in _log_vkeys(loaded, origin, number)]
    others = _mirrors(loaded, party, by)
    witnesses: list[Witness] = []
    groups: list[Group] = []
    for other in others:
        cards = _mirror_cards(loaded, other, origin, size)
        for number in cards:
            witnesses += _witnesses(loaded, other, number)
            groups.append(_group(f"{other}-{number}", witnesses[-2:]))
        groups.append(Group(other, 1, tuple(f"{other}-{number}" for number in cards)))
    groups.append(Group(_ALL, len(others), others))
    absent = [one for one in loaded.arrangement.others(party) if one not in others]
    nothing = (f"says nothing of what {', '.join(absent)} signed for",) if absent else ()
    capped = _capped(loaded, origin, (party, *others)) if size is None else ()
    comments = (*_positions(loaded, origin), *_revoked(loaded, origin), *capped, *nothing)
    whole = Policy(tuple(logs), tuple(witnesses), tuple(groups), _ALL)
    return LogPolicy(origin, comments, whole, bool(capped))


def _log_numbers(loaded: Trust, origin: str) -> Sequence[int]:
    """Return the cards whose keys count at some size of a log.

    A reader takes each key of a policy at any size: one that was revoked before it signed anything
    there, as for a generation that began later, is for a thief alone.
    """
    begins = {
        one.number: 1 if one.index is None else one.index + 2
        for one in validity.in_order(loaded.positions(origin))
    }
    author = origin.partition("/")[0]
    found = [n for n, begin in begins.items() if _counts(loaded, origin, author, n, begin)]
    return found or list(begins)


def _capped(loaded: Trust, origin: str, parties: Sequence[str]) -> tuple[str, ...]:
    """Return the warning of a policy for all sizes in which keys stand that are revoked."""
    author, *mirrors = parties
    held = {author: _log_numbers(loaded, origin)}
    held |= {mirror: _mirror_cards(loaded, mirror, origin, None) for mirror in mirrors}
    named = [
        f"card {number} of {party}"
        for party, numbers in held.items()
        for number in numbers
        if revocations.last_size(loaded.revocations[party], number, origin) is not None
    ]
    if not named:
        return ()
    return (
        f"WARNING: revoked keys stand below, of {', '.join(named)}; who reads no comments takes",
        "them at any size. Check the size of each head, or take a policy made for it (--size).",
    )


def _mirror_cards(loaded: Trust, party: str, origin: str, size: int | None) -> Sequence[int]:
    if size is not None:
        return loaded.unrevoked(party, origin, size)
    every = sorted(loaded.cards[party])
    return [n for n in every if _counts(loaded, origin, party, n, 1)] or every


def _counts(loaded: Trust, origin: str, party: str, number: int, from_size: int) -> bool:
    cap = revocations.last_size(loaded.revocations[party], number, origin)
    return cap is None or cap >= from_size


def _log_vkeys(loaded: Trust, origin: str, number: int) -> Iterable[VKey]:
    held = loaded.keys(origin.partition("/")[0], number)
    yield VKey(origin, keys.ED25519_NOTE, held.log_ed25519)
    yield VKey(origin, keys.ML_DSA_44_COSIGNATURE, held.log_mldsa44)


def _witnesses(loaded: Trust, party: str, number: int) -> list[Witness]:
    held = loaded.keys(party, number)
    name = loaded.arrangement.mirror_name(party, loaded.name)
    label = f"{party}-{number}"
    ed25519 = VKey(name, keys.ED25519_COSIGNATURE, held.mirror_ed25519)
    mldsa44 = VKey(name, keys.ML_DSA_44_COSIGNATURE, held.mirror_mldsa44)
    return [Witness(f"{label}-ed25519", ed25519), Witness(f"{label}-ml-dsa-44", mldsa44)]


def _group(name: str, members: Sequence[Witness]) -> Group:
    return Group(name, len(members), tuple(member.name for member in members))


def _positions(loaded: Trust, origin: str) -> Iterable[str]:
    party = origin.partition("/")[0]
    positions = validity.in_order(loaded.positions(origin))
    for at, position in enumerate(positions):
        begin = 0 if position.index is None else position.index + 2
        later = positions[at + 1].index if at + 1 < len(positions) else None
        end = "and more" if later is None else f"to {later + 1}"
        yield f"card {position.number} of {party}: heads of size {begin} {end}"


def _revoked(loaded: Trust, origin: str) -> Iterable[str]:
    author = origin.partition("/")[0]
    for party in loaded.arrangement.party_ids():
        use = "heads" if party == author else "cosignatures"
        for number in sorted(loaded.cards[party]):
            cap = revocations.last_size(loaded.revocations[party], number, origin)
            if cap is not None:
                yield f"card {number} of {party} is revoked: {use} of size 0 to {cap} count"
