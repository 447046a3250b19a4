"""What is said about the exchange itself: constructors of register acts.

    arrangement.card-entered/1         codes number; document: the card's text
    arrangement.revocation-entered/1   codes number; document: the revocation's text
    arrangement.version-adopted/1      codes by room: its version
    arrangement.channel-opened/2       in `live`; codes channel, number, purpose, and matter-kind
                                       with matter-id or neither; document: the keys' text
    arrangement.channel-keys-entered/1 in that channel; codes number; document: the keys' text
    arrangement.channel-ended/1        in that channel; codes reason
    exchange.generation-begun/1        codes old-origin, old-size, old-root, reason, card
    exchange.generation-accepted/1     codes origin, entry (root of its first two entries, hex)

All are of the matter `channel`, whose id is the channel's name.

Floor: joint (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.acts.record import Act, Document, Matter, Office
from comity.kernel.fault import Fault, quoted
from comity.tlog import spelling

CHANNEL_KIND: Final = "channel"

CARD_ENTERED: Final = "arrangement.card-entered/1"
REVOCATION_ENTERED: Final = "arrangement.revocation-entered/1"
VERSION_ADOPTED: Final = "arrangement.version-adopted/1"
CHANNEL_OPENED: Final = "arrangement.channel-opened/2"
KEYS_ENTERED: Final = "arrangement.channel-keys-entered/1"
CHANNEL_ENDED: Final = "arrangement.channel-ended/1"
GENERATION_BEGUN: Final = "exchange.generation-begun/1"
GENERATION_ACCEPTED: Final = "exchange.generation-accepted/1"

BEGUN_INDEX: Final = 1
"""Where the act stands that begins a generation: behind the key entry that it is under."""

SIGNED_BY_OTHERS: Final = ("stolen", "forked")
"""Reasons of a generation for which what stands under the keys of the old one may be another's."""

NODE_AGENCY: Final = "node"
"""Who speaks where no officer does (architecture, section 5)."""

END_REASONS: Final = ("done", "replaced", "keys-lost", "keys-stolen")
"""Why a channel ends."""

AFTER_THE_END: Final = frozenset({GENERATION_BEGUN, GENERATION_ACCEPTED})
"""What is still said in a channel that has ended: by it the logs stay whole and readable."""

NUMBER_MAX: Final = 10**9 - 1
"""Of cards, revocations and versions of rooms."""

COUNT_MAX: Final = 10**15 - 1
"""Of entries."""


def number(codes: Mapping[str, str], name: str, most: int = NUMBER_MAX) -> int:
    """Return a code as a number; 0 if it is not spelled as one, since a peer wrote it.

    There is one spelling (docs/spec/entry.md 6.5.2): every reader must read the same.
    """
    found = spelling.parse_decimal(codes.get(name, "").encode())
    return found if found is not None and found <= most else 0


def register_act(
    act_id: str,
    tag: str,
    channel_name: str,
    codes: Mapping[str, str],
    documents: tuple[Document, ...] = (),
) -> Act:
    """Return a register act, said by the node itself."""
    return Act(
        id=act_id,
        tag=tag,
        matter=Matter(CHANNEL_KIND, channel_name),
        speaker=Office(NODE_AGENCY),
        codes=codes,
        documents=documents,
    )


def is_of(act: Act, channel_name: str) -> bool:
    """Return whether an act is about the channel of that name: in it alone it means something."""
    return act.matter == Matter(CHANNEL_KIND, channel_name)


def version_adopted(act_id: str, channel_name: str, versions: Mapping[str, int]) -> Act:
    """Return the act by which a party adopts versions of rooms: `{room: version}`."""
    codes = {room: str(version) for room, version in versions.items()}
    return register_act(act_id, VERSION_ADOPTED, channel_name, codes)


def channel_ended(act_id: str, channel_name: str, reason: str) -> Act:
    """Return the act that ends a channel.

    Raises:
        Fault: `arrangement.channel.reason`.
    """
    if reason not in END_REASONS:
        raise Fault(
            code="arrangement.channel.reason",
            what=f"{quoted(reason)} is not a reason to end a channel.",
            fix=f"Choose one of {', '.join(END_REASONS)}.",
        )
    return register_act(act_id, CHANNEL_ENDED, channel_name, {"reason": reason})
