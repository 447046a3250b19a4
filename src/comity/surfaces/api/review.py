"""Snapshots of a review: what is said of them.

    POST /reviews/{snapshot}/comment     {"cell": "all/timeliness/respond/median", "texts": {…}}
    POST /reviews/{snapshot}/withdraw    {"reason": "error"}

What is computed, a snapshot and whether its figures are the same, is in `figures`.

Floor: surfaces.
"""

from typing import Final

from ninja import Router

from comity.joint.review import verbs
from comity.rooms.review import say
from comity.surfaces.api import verb_call

router: Final = Router(tags=["reviews"])
verb_call.add(router, verbs.TABLE, say.typed)
