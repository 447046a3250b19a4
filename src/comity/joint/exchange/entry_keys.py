r"""Keys of single entries as a text, for a party that lost the keys of a card.

    comity/entry-keys/1\n
    <arrangement>/<channel>\n
    <party>\n
    <origin> <index> <file key in 32 hexadecimal digits>\n      each entry
    …

Each list has one spelling, and holds entries of that channel's logs alone.

Source: docs/spec/arrangement.md 3.7.4.
Floor: joint (pure).
"""

import re
from collections.abc import Sequence
from typing import Final

from comity.kernel import ids
from comity.kernel.fault import Fault

HEADER: Final = "comity/entry-keys/1"
_HEAD_LINES: Final = 3
_LINE: Final = re.compile(r"([^ /]+)/([^ ]+)/([1-9][0-9]{0,8}) (0|[1-9][0-9]{0,15}) ([0-9a-f]{32})")

type EntryKey = tuple[str, int, bytes]
"""Origin and index of an entry, and the 16 bytes that open it."""


def render(channel: str, party: str, keys: Sequence[EntryKey]) -> bytes:
    """Return the text of keys that are given to a party."""
    lines = [f"{origin} {index} {key.hex()}" for origin, index, key in keys]
    return "\n".join((HEADER, channel, party, *lines, "")).encode()


def parse(text: bytes, channel: str, party: str) -> list[EntryKey]:
    """Read the keys that are given to a party in a channel.

    Raises:
        Fault: `exchange.entry-keys.malformed`.
    """
    lines = text.decode("ascii", "replace").split("\n")
    found = [_parsed(line, channel) for line in lines[_HEAD_LINES:-1]]
    keys = [one for one in found if one]
    if lines[:_HEAD_LINES] != [HEADER, channel, party] or lines[-1] or len(keys) < len(found):
        raise Fault(
            code="exchange.entry-keys.malformed",
            what=f"This is no file of keys of entries for {party} in {channel}.",
            fix="Let the party make it again with `comity recover give-keys`.",
        )
    return keys


def _parsed(line: str, channel: str) -> EntryKey | None:
    found = _LINE.fullmatch(line)
    if found is None or found[2] != channel:
        return None
    try:
        ids.require_name("party", found[1])
    except Fault:
        return None
    return f"{found[1]}/{channel}/{found[3]}", int(found[4]), bytes.fromhex(found[5])
