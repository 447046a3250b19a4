"""Every table of verbs: of the joint rooms, and of the rooms at home.

Floor: tests.
"""

from typing import Final

from comity.acts.verb import Table
from comity.boot.rooms import ROOMS
from comity.domestic.duty import verbs as duty
from comity.domestic.legal import verbs as legal
from comity.domestic.release import verbs as release
from comity.joint.arrangement import verbs as channel
from comity.rooms.request import evidence

JOINT: Final = tuple(one.table for one in ROOMS.values() if one.table is not None)

AT_HOME: Final[tuple[Table, ...]] = (
    duty.TABLE,
    legal.TABLE,
    release.TABLE,
    release.RELEASES,
    evidence.TABLE,
    channel.TABLE,
)

EVERY: Final = (*JOINT, *AT_HOME)
