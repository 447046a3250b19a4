"""The chance of this machine.

Floor: adapters.
"""

import secrets


class SystemEntropy:
    """Random bytes of the operating system."""

    def __call__(self, size_bytes: int) -> bytes:
        """Return that many random bytes."""
        return secrets.token_bytes(size_bytes)
