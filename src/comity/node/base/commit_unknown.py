"""A write of which nobody knows whether it was written: the answer to its commit was lost.

What such a write names, such as a file, has to stay; what nothing names is swept a day later.

Floor: node.
"""

from typing import Final

from comity.kernel.fault import Fault

_CODES: Final = frozenset({"node.store.failed", "node.store.unreachable"})


def is_unsure(error: BaseException) -> bool:
    """Return whether what failed so may have been written all the same; see `Store.write`."""
    return isinstance(error, Fault) and error.code in _CODES
