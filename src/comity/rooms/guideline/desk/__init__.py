"""What an officer does with a joint text: the guideline, or a calendar of working days.

    said        propose, counter, adopt, decline, withdraw, leave
    reading     which texts there are, where each stands, the bytes of one
    fit         whether a text can be read here: nobody proposes or adopts another

Acts give `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or `Inadmissible`
(a refusal by rule).

Floor: rooms.
"""

from comity.node.room.text_fit import read
from comity.rooms.guideline.desk.say import adopt, decline, leave, propose, said, withdraw
from comity.rooms.guideline.desk.texts import (
    Shown,
    Stand,
    data_of,
    find,
    listing,
    meant,
    plain,
    shipped,
)

__all__ = [
    "Shown",
    "Stand",
    "adopt",
    "data_of",
    "decline",
    "find",
    "leave",
    "listing",
    "meant",
    "plain",
    "propose",
    "read",
    "said",
    "shipped",
    "withdraw",
]
