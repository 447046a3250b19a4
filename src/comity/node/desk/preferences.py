"""What an officer has chosen for themselves: codes, remembered for them on every machine.

    record kind   key                  value
    preference    <officer>|<name>     the code that they chose

Floor: node.
"""

import re
from typing import Final

from comity.node.base.context import Node
from comity.node.base.rows import Officer

PREFERENCE: Final = "preference"
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")


def chosen(node: Node, officer: Officer, name: str, default: str) -> str:
    """Return what an officer chose, or the default."""
    with node.store.read() as tx:
        value = tx.record(PREFERENCE, f"{officer.name}|{name}")
    return value if isinstance(value, str) else default


def choose(node: Node, officer: Officer, name: str, code: str) -> None:
    """Remember what an officer chooses; a code, and no words."""
    assert _CODE.fullmatch(code)
    if chosen(node, officer, name, "") != code:
        with node.store.write() as tx:
            tx.save_record(PREFERENCE, f"{officer.name}|{name}", code)
