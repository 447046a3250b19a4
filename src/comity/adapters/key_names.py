"""What the files of a home's private keys are called (see `keyfiles`).

Floor: adapters.
"""

import hashlib
from typing import Final

from comity.joint.arrangement.card import CARD_CHANNELS
from comity.node.base.rows import LOCAL_CHANNEL

_DIGEST_CHARS: Final = 16


def local(number: int) -> str:
    """Return the file of some keys of the local log."""
    return "local.age" if number <= 1 else f"local-{number:06d}.age"


def card(arrangement: str, number: int) -> str:
    """Return the file of a card's keys."""
    return f"card-{arrangement}-{number:06d}.age"


def tls(certificate: bytes) -> str:
    """Return what both files of a certificate, as DER, begin with."""
    return f"tls-{hashlib.sha256(certificate).hexdigest()[:_DIGEST_CHARS]}"


def of_channel(channel: str, number: int) -> tuple[str, str]:
    """Return the file that holds the keys of a card in a channel, and their name in it.

    A channel that acts opened has a file of its own.
    """
    if channel == LOCAL_CHANNEL:
        return local(number), LOCAL_CHANNEL
    arrangement, _, name = channel.partition("/")
    own_file = "" if name in CARD_CHANNELS else f".{name}"
    return card(arrangement + own_file, number), name
