"""What a guest's link to a seat opens; it stands alone, so that a node can name it at once.

Floor: rooms.
"""

from typing import Final

from comity.node.base.scope import Scope

ADDRESS: Final = "/seat/"
SCOPE: Final = Scope(
    "exercise-seat",
    "EXERCISE: take and answer what is delivered to your seat",
    "演练 — 接收并答复投放给您席位的事件",
    ADDRESS,
)
