"""How urgent a matter is: the levels that a treaty's parties use, the most urgent first.

Floor: acts (pure).
"""

from typing import Final

URGENCIES: Final = ("emergency", "urgent", "routine")
