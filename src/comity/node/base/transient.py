"""What stands in the way and passes by itself: whoever asks is told when to ask again.

Floor: node.
"""

from typing import Final

PASSES: Final = frozenset({"node.matter.anew", "node.store.busy"})
"""Codes of faults."""

AGAIN_S: Final = 5
"""When to ask again (RFC 9110 section 10.2.3)."""
