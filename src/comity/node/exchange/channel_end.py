"""The end of a channel that acts opened: a party says it there, and from then on nobody says more.

    arrangement.channel-ended/1 in the channel, codes {"reason": …}

Whoever has read it says nothing there but receipts; what an author said who had seen it is foreign.
Its logs stay, are read and mirrored, and prove what they proved; heads of them are signed anew no
more.  What was open in it stays as it was.

Source: docs/spec/channel.md 4.4.
Floor: node.
"""

from typing import Final

from comity.acts.causality import Cut
from comity.joint.exchange.acts import AFTER_THE_END
from comity.joint.exchange.fold import Fact
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, trust
from comity.node.base.ports import Tx
from comity.node.base.trust import Trust

ENDED: Final = "exchange.channel.ended"
_FIX: Final = "Go on in another channel: `comity channel list` shows which are open."


def of(tx: Tx, path: str) -> Fact | None:
    """Return an act that ended a channel, by all that is understood here, or None."""
    if channel_records.has_cards(path) or not tx.logs(path):
        return None
    return trust.load(tx, path).end_known()


def may_not_say(tx: Tx, path: str) -> Inadmissible | None:
    """Return the refusal to whoever would say something in a channel that has ended, or None."""
    found = of(tx, path)
    return None if found is None else Inadmissible(ENDED, _words(path, found), _FIX)


def require_open(tx: Tx, path: str) -> None:
    """Return if a channel has not ended.

    Raises:
        Fault: `exchange.channel.ended`.
    """
    found = of(tx, path)
    if found is not None:
        raise fault(path, found)


def require_sayable(channel: Trust, tag: str) -> None:
    """Return if a tag may be said in a channel, by all that is understood.

    Raises:
        Fault: `exchange.channel.ended`.
    """
    end = channel.end_known()
    if end is not None and tag not in AFTER_THE_END:
        raise fault(channel.channel, end)


def is_after(channel: Trust, tag: str, cut: Cut) -> bool:
    """Return whether what an author with this cut said comes after the end that they had seen."""
    return tag not in AFTER_THE_END and channel.end(cut) is not None


def fault(path: str, end: Fact) -> Fault:
    """Return what is told whoever would say something in a channel that has ended."""
    return Fault(code=ENDED, what=_words(path, end), fix=_FIX)


def _words(path: str, found: Fact) -> str:
    return f"{found.party} ended the channel {path}: {found.act.codes.get('reason', '')}."
