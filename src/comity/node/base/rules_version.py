"""By which rules what a node keeps of its logs was computed: acts, matters, figures, clocks, words.

    less than RULES   an older program computed it: `serve` does so anew before it shows it
    RULES             it is shown
    more than RULES   a newer program computed it: this one neither shows nor changes it

Both sides show the same states because both compute them alike: states that an older program
left would stand beside new ones, and nobody would see which is which.

    record kind   key     value
    computed      now     the number of the rules by which all that is kept was computed
    computed      begun   of those by which it is computed anew, until that is done

Source: architecture section 5.
Floor: node.
"""

from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import say

RULES: Final = 11
"""The number of the rules of this program.

Raise it by one with every change after which the same logs are understood otherwise, fold to
other states or figures, are filed otherwise, or are kept in another form: `vectors/computed`
says when that is so.  Every node then computes all it keeps anew, once.
"""

OLDER: Final = "node.computed.older"
NEWER: Final = "node.computed.newer"

_KIND: Final = "computed"
_NOW: Final = "now"
_BEGUN: Final = "begun"


def number(tx: Tx) -> int:
    """Return by which rules what is kept was computed; 0 where that was before they had one."""
    return _read(tx, _NOW)


def is_begun(tx: Tx) -> bool:
    """Return whether all was dropped for these rules already, and is being computed."""
    return _read(tx, _BEGUN) == RULES


def is_older(tx: Tx) -> bool:
    """Return whether something is to be computed anew before it is shown."""
    return number(tx) < RULES or is_begun(tx)


def is_newer(tx: Tx) -> bool:
    """Return whether a newer program computed what is kept, or began to."""
    return max(number(tx), _read(tx, _BEGUN)) > RULES


def note_begun(tx: Tx) -> None:
    """Note that all that was computed is dropped: whoever is stopped now goes on from there."""
    tx.save_record(_KIND, _BEGUN, RULES)


def note_done(tx: Tx) -> None:
    """Note that the rules of this program computed all that is kept."""
    tx.save_record(_KIND, _NOW, RULES)
    tx.drop_record(_KIND, _BEGUN)


def require_not_newer(tx: Tx) -> None:
    """Return if no newer program computed what is kept.

    Raises:
        Fault: `node.computed.newer`.
    """
    if is_newer(tx):
        raise Fault(
            code=NEWER,
            what="A newer version of this program computed what this home shows.",
            fix="Start that version; to go back to this one for good, run its `comity rebuild`.",
        )


def require(tx: Tx) -> None:
    """Return if the rules of this program computed what is kept, and all of it.

    Raises:
        Fault: `node.computed.older`, `node.computed.newer`.
    """
    require_not_newer(tx)
    if is_older(tx):
        raise Fault(
            code=OLDER,
            what="What this home shows was computed by an older version of this program, or is "
            "being computed anew.",
            fix="Stop an older `comity serve`; start this version's, whose `/health` says how far "
            "it is, or run `comity rebuild` before that.",
        )


def findings(tx: Tx) -> list[Finding]:
    """Return what is wrong with what is kept, by the rules that computed it."""
    if is_newer(tx):
        what = say("A newer version of this program computed it.")
        fix = say("Start that version, or run `comity rebuild` to go back to this one for good.")
    elif is_older(tx):
        what = say("An older version of this program computed it, or it is being computed anew.")
        fix = say("Start `comity serve` of this version, or run `comity rebuild`.")
    else:
        return []
    return [Finding(say("what is shown"), is_good=False, side=OWN, what=what, fix=fix)]


def _read(tx: Tx, key: str) -> int:
    value = tx.record(_KIND, key)
    return value if isinstance(value, int) else 0
