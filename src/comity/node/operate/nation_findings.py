"""Whether the law of this State is asked, as `status` and `doctor` say it.

Floor: node.
"""

from comity.kernel.fault import Fault
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import coded, say
from comity.node.room import nation_profile


def finding(tx: Tx) -> Finding:
    """Say whether the law of this State is asked; without a profile nobody is stopped by it."""
    about = say("nation profile")
    try:
        newest = nation_profile.newest_adopted(tx)
    except Fault as fault:
        return Finding(
            about, is_good=False, side=OWN, what=coded(fault.code, fault.what), fix=fault.fix
        )
    if newest is None:
        return Finding(
            about,
            is_good=None,
            side="",
            what=say(
                "None is in force: no counsel is asked before a request is executed or anything "
                "leaves, and nothing is routed by rule."
            ),
            fix=say(
                "Write one from an example, have it checked, and adopt it: `comity nation check` "
                "and `comity nation adopt`."
            ),
        )
    words = say(
        "Version {number} is in force, adopted by {by}.", number=newest.number, by=newest.by
    )
    return Finding(about, is_good=True, side="", what=words)
