"""What parties say of a joint text: propose, counter, adopt, decline, withdraw, leave.

    POST /texts/guideline/propose         {"shipped": true}
    POST /texts/calendar.sn/adopt         {"proposal": "3f1c", "sha256": "…"}

Floor: surfaces.
"""

from typing import Final

from ninja import Router

from comity.joint.text.verbs import TABLE
from comity.rooms.guideline import desk
from comity.surfaces.api import verb_call

router: Final = Router(tags=["joint texts"])
verb_call.add(router, TABLE, desk.said)
