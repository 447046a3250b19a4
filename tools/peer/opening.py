"""What an act says of a channel that it opens (docs/spec/channel.md 4.3.1 and 4.3.2)."""

from typing import Any

from tools.peer.card import KEYS
from tools.peer.said import DECIMAL
from tools.peer.text import Malformed, read, unb64

PURPOSES = {"hotline", "live", "exercise", "protection"}
SETS_MAX = 999
TAKEN = {"hotline", "live", "local"}
CODES = {"channel", "number", "purpose"}
OF_MATTER = {"matter-id", "matter-kind"}


def check(codes: dict[str, str], document: str) -> dict[str, Any]:
    """The keys of an act that opens a channel, if it says all that it must."""
    if set(codes) not in (CODES, CODES | OF_MATTER):
        raise Malformed("other codes than those of 4.3.1")
    shown: dict[str, Any] = read(document)
    if set(shown) != {"channel", "keys"} or shown["channel"] != codes["channel"]:
        raise Malformed("a document of another shape, or of another channel")
    if codes["channel"] in TAKEN or codes["purpose"] not in PURPOSES:
        raise Malformed("a name that is taken, or no purpose (4.1.4)")
    if not DECIMAL.fullmatch(codes["number"]) or not 1 <= int(codes["number"]) <= SETS_MAX:
        raise Malformed("no number of a set of keys")
    sizes = {**KEYS, "seal": 1216}
    if set(shown["keys"]) != set(sizes):
        raise Malformed("not the keys of a channel (3.3.1)")
    for name, size in sizes.items():
        unb64(shown["keys"][name], size)
    return shown
