"""`Inadmissible`, under the name that the node imports it by; it lives in the kernel.

Floor: joint (pure).
"""

from comity.kernel.inadmissible import Inadmissible

__all__ = ["Inadmissible"]
