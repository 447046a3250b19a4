"""What is said about the exchange itself: constructors of register acts.

    arrangement.card-entered/1         codes number; document: the card's text
    arrangement.revocation-entered/1   codes number; document: the revocation's text
    arrangement.version-adopted/1      codes version
    exchange.generation-begun/1        codes old-origin, old-size, old-root, reason, card
    exchange.generation-accepted/1     codes origin, entry (leaf hash of entry 0, hex)
    exchange.opening-shown/1           codes origin, index, file-key (hex); or blobs, no file-key

All are of the matter `channel`, whose id is the channel's name.

Floor: joint (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.acts.record import Act, Document, Matter, Office

CHANNEL_KIND: Final = "channel"

CARD_ENTERED: Final = "arrangement.card-entered/1"
REVOCATION_ENTERED: Final = "arrangement.revocation-entered/1"
VERSION_ADOPTED: Final = "arrangement.version-adopted/1"
CHANNEL_OPENED: Final = "arrangement.channel-opened/1"
GENERATION_BEGUN: Final = "exchange.generation-begun/1"
GENERATION_ACCEPTED: Final = "exchange.generation-accepted/1"
OPENING_SHOWN: Final = "exchange.opening-shown/1"

TEXT_ADOPTED: Final = "guideline.adopted/1"
"""Said in the room of guidelines; a fact of the register too, where it counts there."""

NODE_AGENCY: Final = "node"
"""Who speaks where no officer does (architecture, section 5)."""


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


def version_adopted(act_id: str, channel_name: str, version: int) -> Act:
    """Return the act by which a node says which vocabulary its program knows."""
    return register_act(act_id, VERSION_ADOPTED, channel_name, {"version": str(version)})
