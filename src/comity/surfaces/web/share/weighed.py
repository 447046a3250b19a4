"""What would leave, as the page of giving shows it.

Floor: surfaces.
"""

from typing import Final

from comity.domestic.share import guard
from comity.domestic.share.consumer import REACHES
from comity.domestic.share.table import WHY
from comity.rooms.share.weigh import Weighed

_HELD_MAX: Final = 200


def told(weighed: Weighed) -> dict[str, object]:
    """Return what would leave, with each rule in words."""
    held = [
        {"at": at, "id": id_, "rule": guard.RULES[why.rule], "detail": why.detail}
        for at, (id_, why) in [*weighed.held.items()][:_HELD_MAX]
    ]
    left = [
        {"at": one.place, "text": one.text, "why": WHY[one.why]}
        for one in weighed.left_out[:_HELD_MAX]
    ]
    return {
        "one": weighed,
        "count": len(weighed.objects),
        "rules": [(guard.RULES[rule], count) for rule, count in weighed.by_rule.items()],
        "held": held,
        "left": left,
        "audience": [
            (one.party, [REACHES[reach] for reach in one.reaches]) for one in weighed.audience
        ],
    }
