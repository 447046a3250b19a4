"""What must hold beside a liar: forks are convicted, nobody else is, and nothing else stops.

Floor: lab.
"""

from comity.acts.record import Matter
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.exchange import evidence
from comity.kernel import limits
from comity.node.base import register_records
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_FROZEN, LOG_OPEN, Log
from comity.node.exchange import convict, disputes, refold, status
from comity.node.exchange.disputes import Dispute
from comity.node.operate import findings
from comity.tlog.note import Verifier
from comity_lab.sim import rest
from comity_lab.sim.byzantine import Liar
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import CHANNELS, World


def check(liar: Liar) -> int:
    """Hold everything that must hold at rest; return how many convictions there are.

    Raises:
        BrokenError: it does not.
    """
    count = 0
    for party in liar.honest:
        machine = liar.world.machines[party]
        count += _require_convictions(liar, machine)
        _require_own_open(liar, machine)
        _require_shown(liar, machine)
        _require_fallen_proven(machine)
        _require_sane_times(liar, machine)
        rest._require_rebuilt(machine)  # noqa: SLF001 -- the same law
    _require_owner_knows(liar)
    _require_honest_agree(liar)
    return count


def _is_lost(liar: Liar, origin: str) -> bool:
    """Whether a second head came to no victim, or an honest party lost it with its database.

    An owner whose key was stolen may find that first: they freeze their log, with the proof.
    """
    if liar.is_stolen:
        with liar.node.store.read() as tx:
            if convict.is_known(tx, origin):
                return True
    for party in liar.honest:
        with liar.world.machines[party].up().store.read() as tx:
            if tx.record(convict.CONTRADICTED, origin) is not None:
                return True
    return False


def _require_convictions(liar: Liar, machine: Machine) -> int:
    """Exactly the logs that forked are convicted, each where it can be, and provably."""
    with machine.up().store.read() as tx:
        held = tx.records(convict.CONVICTION)
        marked = tx.records(convict.CONTRADICTED)
        states = {log.origin: log for log in tx.logs()}
    for origin in held:
        if origin not in liar.forked:
            raise BrokenError(f"{machine.party} convicts {origin}, which never forked")
        found = evidence.from_json(held[origin])
        if evidence.verify_evidence(found, public_verifiers(machine, origin)) != origin:
            raise BrokenError(f"{machine.party}: the proof against {origin} names another log")
        if states[origin].state not in {LOG_FROZEN, LOG_ENDED}:  # its officers accepted another
            raise BrokenError(f"{machine.party}: {origin} is convicted and not frozen")
    if not liar.forked.issuperset(marked):
        raise BrokenError(f"{machine.party} freezes {[*marked]}, which never forked")
    for (victim, origin), strategy in liar.convicting.items():
        if victim == machine.party and origin not in held and not _is_lost(liar, origin):
            raise BrokenError(f"{victim} does not convict {origin} after {strategy}")
    return len(held)


def public_verifiers(machine: Machine, origin: str) -> list[tuple[Verifier, ...]]:
    """Return the verifiers of a log as anybody makes them of its author's cards."""
    party, arrangement, channel, _ = origin.split("/")
    suite = machine.keys.algorithms.suite
    with machine.up().store.read() as tx:
        held = register_records.cards(tx, arrangement, party)
    keys = [card.channels[channel] for card in held.values()]
    return [suite.log_verifiers(origin, one.log_ed25519, one.log_mldsa44) for one in keys]


def _require_own_open(liar: Liar, machine: Machine) -> None:
    """Own logs, and those of other honest States, are open, whole and understood."""
    with machine.up().store.read() as tx:
        for log in tx.logs():
            if log.channel == LOCAL_CHANNEL or log.party == liar.party:
                continue
            if log.own and log.state == LOG_ENDED and _is_succeeded(liar.world, log):
                continue  # its officer did that, and the generation after it is looked at
            if log.state != LOG_OPEN:
                raise BrokenError(f"{machine.party}: {log.origin} is {log.state} by a lie")
            if log.own:
                _require_sent(liar, tx, log)
            elif log.understood != log.signed or log.signed != log.size:
                raise BrokenError(f"{machine.party}: {log.origin} waits: {log}")


def _is_succeeded(world: World, log: Log) -> bool:
    """Whether an officer began a later generation of a log."""
    begun = [parse_origin(origin) for origin in world.generations]
    return any(
        (one.party, f"{one.arrangement}/{one.channel}") == (log.party, log.channel)
        and one.generation > log.generation
        for one in begun
    )


def _require_sent(liar: Liar, tx: Tx, log: Log) -> None:
    if log.signed != log.size and len(liar.honest) > 1:  # else there is nobody to send it to
        raise BrokenError(f"{log.party}: {log.origin} is not signed: {log.signed} of {log.size}")
    for other in liar.honest:
        if other == log.party:
            continue
        given = tx.newest_cosignature(log.origin, other)
        if given is None or given.size != log.size:
            raise BrokenError(f"{log.party}: {log.origin} waits for {other}")


def _require_shown(liar: Liar, machine: Machine) -> None:
    """An operator sees how it stands and what is disputed, whatever was sent."""
    node = machine.up()
    rows = status.report(node)
    findings.findings(node, rows)
    for name in CHANNELS:
        for one in disputes.disputes(node, liar.world.channel(name)):  # honest clocks are alike
            by = one.by_origin.partition("/")[0]
            if liar.party not in (one.party, by) and not liar.forked:
                raise BrokenError(f"{machine.party} disputes an honest claim: {one}")
            _require_said(machine, one)


def _require_said(machine: Machine, one: Dispute) -> None:
    """What is held against a claim is what another receipt says itself, not what moved its time."""
    if one.kind not in (disputes.BACK_DATED, disputes.AHEAD):
        return
    with machine.up().store.read() as tx:
        rows = [
            tx.receipts(origin, index, index + 1)[0]
            for origin, index in ((one.origin, one.index), (one.by_origin, one.by_index))
        ]
    if [row.receipt.time_ms for row in rows] != [one.claim_ms, one.by_ms]:
        raise BrokenError(f"{machine.party} disputes what nobody claimed: {one}")


def _require_fallen_proven(machine: Machine) -> None:
    """What convicts a cosigner can be checked with the public keys of its cards."""
    node = machine.up()
    with node.store.read() as tx:
        held = tx.records(convict.COSIGNER)
    for key, value in held.items():
        origin, _, party = key.rpartition("|")
        _, arrangement, channel, _ = origin.split("/")
        with node.store.read() as tx:
            cards = register_records.cards(tx, arrangement, party)
            name = register_records.arrangement(tx, arrangement).mirror_name(party, channel)
        keys = [card.channels[channel] for card in cards.values()]
        candidates = [
            node.suite.mirror_verifiers(name, one.mirror_ed25519, one.mirror_mldsa44)
            for one in keys
        ]
        evidence.verify_fallen(evidence.fallen_from_json(value), candidates)


def _require_sane_times(liar: Liar, machine: Machine) -> None:
    """No claim of the liar moves the time of what honest States say to each other."""
    now_ms = liar.world.instant.at_ms
    with machine.up().store.read() as tx:
        late = [
            row
            for row in tx.matters(count_max=10_000)
            if row.at_ms > now_ms + limits.SKEW_MS_MAX
            and not _has_word(liar, tx, row.channel, row.matter)
        ]
    if late:
        raise BrokenError(f"{machine.party}: {late[0].matter} was received at {late[0].at_ms}")


def _require_owner_knows(liar: Liar) -> None:
    """Whose key was stolen is told by their own node."""
    if not liar.is_stolen:
        return
    told = liar.world.machines[liar.party].alarms_told
    with liar.node.store.read() as tx:
        is_frozen = liar.world.origin(liar.party) in tx.records(convict.CONVICTION)
    if not is_frozen and not told & {"exchange.delivery.failing", "exchange.log.forked"}:
        raise BrokenError(f"{liar.party} does not learn that its key was stolen: {told}")


def _require_honest_agree(liar: Liar) -> None:
    """Two honest States show the same, as far as the liar has no word in it."""
    if len(liar.honest) < 2:  # noqa: PLR2004 -- two can differ
        return
    one, two = (liar.world.machines[party] for party in liar.honest)
    logs_one, logs_two = (_logs(liar.world, m, liar) for m in (one, two))
    if logs_one != logs_two:
        raise BrokenError(f"{one.party} and {two.party} hold other logs: {logs_one} {logs_two}")
    # What the liar keeps from one of them nobody else can know of.
    told_one, told_two = (_told(m, liar) for m in (one, two))
    is_split = bool(liar.forked) or told_one != told_two
    shown_one, shown_two = (_matters(liar, m, is_split=is_split) for m in (one, two))
    if shown_one != shown_two:
        differ = sorted(set(shown_one.items()) ^ set(shown_two.items()))[:4]
        raise BrokenError(f"{one.party} and {two.party} show other matters: {differ}")


def _logs(world: World, machine: Machine, liar: Liar) -> dict[str, tuple[int, object]]:
    with machine.up().store.read() as tx:
        return {
            log.origin: (log.size, log.frontier)
            for log in tx.logs()
            if log.party in world.parties and log.party != liar.party and "/" in log.channel
        }


def _told(machine: Machine, liar: Liar) -> dict[str, int]:
    """How much of the liar's logs is understood here."""
    with machine.up().store.read() as tx:
        return {log.origin: log.understood for log in tx.logs() if log.party == liar.party}


def _matters(liar: Liar, machine: Machine, *, is_split: bool) -> dict[str, str]:
    """Digests of matters; where a log forked, of those without a word of its author."""
    with machine.up().store.read() as tx:
        found: dict[str, str] = {}
        after = ""
        while page := tx.matters(after=after):
            for row in page:
                if not is_split or not _has_word(liar, tx, row.channel, row.matter):
                    found |= refold.digests([row])
            after = page[-1].matter.id
    return found


def _has_word(liar: Liar, tx: Tx, channel: str, matter: Matter) -> bool:
    """Whether the liar speaks in a matter or is spoken to, as all are where nobody is named.

    When it received what was said then is part of the state, and it may tell that to one alone.
    """
    rows = tx.acts_of(channel, matter)
    spoken = {a.party for row in rows for a in row.act.to}
    return any(row.party == liar.party for row in rows) or not spoken or liar.party in spoken
