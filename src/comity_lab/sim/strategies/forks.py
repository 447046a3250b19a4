"""Two histories of one log: to one State, to two, by a thief, and old ones again.

Floor: lab.
"""

from comity.node.base.rows import LOG_OPEN, Head
from comity_lab.sim.byzantine import Branch, Liar, other_entries
from comity_lab.sim.faults import BrokenError

REFUSED = 400


def _held(liar: Liar, victim: str, channel: str) -> Head | None:
    """The newest head that a victim holds of the liar's log there, if it still listens."""
    origin = liar.log(channel).origin
    with liar.world.node(victim).store.read() as tx:
        log = tx.log(origin)
        head = tx.newest_head(origin)
    is_there = log is not None and log.state == LOG_OPEN and log.size >= 2  # noqa: PLR2004 -- to cut one
    return head if is_there and head is not None and head.size >= 2 else None  # noqa: PLR2004 -- same


def _others(liar: Liar, count: int) -> list[bytes]:
    """Return entries that stand in no history yet: with others a fork may be the true one."""
    return [liar.chance.randbytes(16) for _ in range(count)]


def _refused(liar: Liar, what: str, status: int) -> None:
    if status < REFUSED:
        raise BrokenError(f"{liar.party}: {what} was taken with {status}")


def fork_equal(liar: Liar) -> None:
    """Sign another head of the size that the victim holds."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None:
        return
    cut = liar.chance.randrange(head.size)
    branch = Branch(liar, channel, cut, _others(liar, head.size - cut))
    liar.note_fork(victim, branch.origin, "fork-equal")
    _refused(liar, "fork-equal", liar.send_head(victim, branch.head(head.size), head.size).status)


def fork_larger(liar: Liar) -> None:
    """Sign a greater head of another history, with the path that is good in that one."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None:
        return
    cut, size = liar.chance.randrange(head.size), head.size + liar.chance.randint(1, 3)
    branch = Branch(liar, channel, cut, _others(liar, size - cut))
    proof = branch.proof(head.size, size)
    # From a power of two the path begins at the victim's own root: it leads nowhere.
    provable = bool(head.size & (head.size - 1))
    liar.note_fork(victim, branch.origin, "fork-larger", provable=provable)
    answer = liar.send_head(victim, branch.head(size), head.size, proof)
    _refused(liar, "fork-larger", answer.status)


def fork_smaller(liar: Liar) -> None:
    """Sign a smaller head of another history than the entries that the victim holds."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None or liar.held_by(victim, head.origin).size < head.size:
        return
    size = liar.chance.randrange(1, head.size)
    branch = Branch(liar, channel, size - 1, _others(liar, 1))
    liar.note_fork(victim, branch.origin, "fork-smaller")
    old_size = liar.chance.choice((0, size, head.size))
    answer = liar.send_head(victim, branch.head(size), old_size)
    _refused(liar, "fork-smaller", answer.status)


def fork_pending(liar: Liar) -> None:
    """Announce one greater head, keep its entries back, then announce another of its size."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None or liar.log(channel).size != head.size:
        return
    size = head.size + 3
    one = Branch(liar, channel, head.size, _others(liar, 3))
    two = Branch(liar, channel, head.size, [*one.entries[-3:-1], b"a third one"])
    if liar.send_head(victim, one.head(size), head.size, one.proof(head.size, size)).status != 200:  # noqa: PLR2004 -- HTTP OK
        return
    liar.note_fork(victim, one.origin, "fork-pending")
    old_size = liar.chance.choice((head.size, size))
    proof = two.proof(old_size, size) if old_size < size else ()
    _refused(liar, "fork-pending", liar.send_head(victim, two.head(size), old_size, proof).status)


def split_view(liar: Liar) -> None:
    """Show each State another history, both whole, both good by themselves."""
    _split(liar, 2, 2)


def split_view_uneven(liar: Liar) -> None:
    """Show each State another history, one longer than the other."""
    _split(liar, 2, liar.chance.randint(3, 5))


def _split(liar: Liar, *sizes: int) -> None:
    """Show a key entry to each, and what it says under it: nobody compares what says nothing."""
    channel = liar.world.channel()
    heads = [_held(liar, party, channel) for party in liar.honest]
    if len(heads) < 2 or None in heads or liar.log(channel).size in (0, None):  # noqa: PLR2004 -- two are split
        return
    end = liar.log(channel).size
    if any(head is None or head.size != end for head in heads):
        return
    liar.is_silent = True  # from now on its own node would take a side
    origin, taken = liar.log(channel).origin, True
    for party, more in zip(liar.honest, sizes, strict=True):
        branch = Branch(liar, channel, end, other_entries(liar, channel, more))
        taken &= branch.deliver(party, end, end + more) == 200  # noqa: PLR2004 -- HTTP OK
    liar.forked.add(origin)
    if taken:  # whoever refused it, for a key that was revoked, was shown no other history
        for party in liar.honest:
            liar.convicting.setdefault((party, origin), "split-view")


def stolen_key(liar: Liar) -> None:
    """A thief with the log key signs what comes next before its owner does."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None or liar.log(channel).size != head.size or liar.is_silent:
        return
    branch = Branch(liar, channel, head.size, other_entries(liar, channel, 1))
    if branch.deliver(victim, head.size, head.size + 1) != 200:  # noqa: PLR2004 -- HTTP OK
        return
    liar.is_stolen = True
    liar.note_fork(victim, branch.origin, "stolen-key")
    liar.say(channel, liar.act())
    liar.push()
    liar.push()


def rollback(liar: Liar) -> None:
    """Send old heads again, with every old size that might be believed."""
    channel, victim = liar.world.channel(), liar.victim
    head = _held(liar, victim, channel)
    if head is None:
        return
    branch = Branch(liar, channel, min(head.size, liar.log(channel).size), ())
    for _ in range(4):
        size = liar.chance.randint(1, branch.size)
        old_size = liar.chance.choice((0, size, branch.size))
        proof = branch.proof(old_size, size) if 0 < old_size < size else ()
        liar.send_head(victim, branch.head(size), old_size, proof)
        liar.send(victim, "/add-entries", branch.entries_body(0, size))


STRATEGIES = {
    "fork-equal": fork_equal,
    "fork-larger": fork_larger,
    "fork-smaller": fork_smaller,
    "fork-pending": fork_pending,
    "split-view": split_view,
    "split-view-uneven": split_view_uneven,
    "stolen-key": stolen_key,
    "rollback": rollback,
}
