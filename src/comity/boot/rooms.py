"""The rooms that this program has: the one tuple that boot gives to a node.

Floor: boot.
"""

from typing import Final

from comity.node.base.rooms import by_kind
from comity.rooms.case.room import CASE
from comity.rooms.guideline.room import GUIDELINE
from comity.rooms.request.room import REQUEST
from comity.rooms.review.room import REVIEW

ROOMS: Final = by_kind((REQUEST, GUIDELINE, REVIEW, CASE))
