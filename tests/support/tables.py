"""Every table of verbs: of the joint rooms, and of the rooms at home.

Floor: tests.
"""

from typing import Final

from comity.acts.verb import Table
from comity.boot.rooms import TABLES as PRINTED
from comity.domestic.duty import verbs as duty
from comity.domestic.legal import verbs as legal
from comity.domestic.release import verbs as release
from comity.joint.arrangement import verbs as channel
from comity.joint.case import verbs as case
from comity.joint.contact import verbs as contact
from comity.joint.request import verbs as request
from comity.joint.review import verbs as review
from comity.joint.text import verbs as guideline
from comity.rooms.request import evidence

JOINT: Final[tuple[Table, ...]] = (
    request.TABLE,
    case.TABLE,
    guideline.TABLE,
    review.TABLE,
    contact.TABLE,
    *PRINTED,
)

AT_HOME: Final[tuple[Table, ...]] = (
    duty.TABLE,
    legal.TABLE,
    release.TABLE,
    release.RELEASES,
    evidence.TABLE,
    channel.TABLE,
)

EVERY: Final = (*JOINT, *AT_HOME)
