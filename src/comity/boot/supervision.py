"""Steps of threads that do not end by an error, and what stands of those that fail.

Floor: boot.
"""

from collections.abc import Callable
from typing import Final

from comity.boot import log
from comity.kernel.fault import Fault
from comity.node.base.ports import Alarms

_OURS: Final = (
    "highwater.",
    "keys.",
    "node.store.damaged",
    "node.store.full",
    "surfaces.listener.",
)
"""How codes begin of what does not pass by itself; a busy database does."""


def with_care[T](
    name: str, act: Callable[[], T], ended: Callable[[Fault | None], None] = lambda _: None
) -> T | None:
    """Do something; tell what went wrong and return None, so that its thread goes on.

    Args:
        name: what is done, for the log.
        act: does it.
        ended: told with which fault, or None where there was none.
    """
    try:
        done = act()
    except Fault as fault:
        log.tell(f"{name}.fault", {"code": fault.code, "what": fault.what})
        ended(fault)
    except Exception as error:  # noqa: BLE001 -- a thread of a node does not end by an error
        log.tell(f"{name}.unforeseen", log.where(error))
    else:
        ended(None)
        return done
    return None


class Troubles:
    """What is wrong with this node, as an alarm for as long as a step of its ticker meets it.

    `doctor` looks at no page of the database and opens no key: the process that serves does.
    """

    def __init__(self, alarms: Alarms) -> None:
        """Start with none."""
        self._alarms = alarms
        self._standing: dict[str, tuple[str, str]] = {}

    def step(self, name: str, act: Callable[[], object]) -> None:
        """Do one step, of one thread; what is wrong stands until that step is done."""
        with_care(name, act, lambda fault: self._stand(name, fault))

    def _stand(self, name: str, fault: Fault | None) -> None:
        is_ours = fault is not None and fault.code.startswith(_OURS)
        now = (fault.code, f"{fault.what} {fault.fix}") if fault and is_ours else None
        before = self._standing.pop(name, None)
        if before and before != now and before not in self._standing.values():
            self._alarms.clear(*before)
        if now:
            self._standing[name] = now
            self._alarms.raise_alarm(*now)
