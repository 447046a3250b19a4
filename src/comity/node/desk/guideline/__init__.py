"""What an officer does with a joint text: the guideline, or a calendar of working days.

    acting      propose, counter, adopt, decline, withdraw, leave
    reading     which texts there are, where each stands, the bytes of one
    fit         whether a text can be read here: nobody proposes or adopts another

Acts give `Sent` (it stands in the own log), `Waiting` (it lacks approvals) or `Inadmissible`
(a refusal by rule).

Floor: node.
"""

from comity.node.desk.guideline.fit import read
from comity.node.desk.guideline.say import adopt, decline, leave, propose, withdraw
from comity.node.desk.guideline.texts import Shown, Stand, data_of, find, listing

__all__ = [
    "Shown",
    "Stand",
    "adopt",
    "data_of",
    "decline",
    "find",
    "leave",
    "listing",
    "propose",
    "read",
    "withdraw",
]
