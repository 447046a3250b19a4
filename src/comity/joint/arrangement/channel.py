"""A channel that acts open: its purpose, the matter that it serves, and the keys of its parties.

    {"channel": "exercise-2027", "keys": {"log-ed25519": …, …}}    the document of the act

`live` and `hotline` stand on every card; they have the purpose that their name says.  What a
channel is for is said by its purpose alone: a name is a name.

Source: docs/spec/channel.md 4.1.4, 4.3.
Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Matter
from comity.joint.arrangement import card, fields
from comity.joint.arrangement.card import ChannelKeys
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.tlog import spelling

HOTLINE: Final = "hotline"
LIVE: Final = "live"
EXERCISE: Final = "exercise"
PROTECTION: Final = "protection"

PURPOSES: Final = (HOTLINE, LIVE, EXERCISE, PROTECTION)
"""In the order in which channels are served where work waits; the last two are served alike."""

SETS_MAX: Final = 999
"""Of keys of one party in one channel."""

_RANKS: Final = {HOTLINE: 0, LIVE: 1}
_OTHER_RANK: Final = 2
_RESERVED: Final = frozenset({*card.CARD_CHANNELS, "local"})
_DOCUMENT_KEYS: Final = frozenset({"channel", "keys"})
_CODES: Final = frozenset({"channel", "number", "purpose"})
_MATTER_CODES: Final = frozenset({"matter-id", "matter-kind"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What all parties of a channel must say alike, or it does not open.

    Attributes:
        name: of the channel.
        purpose: one of `PURPOSES`.
        matter: that it serves, or None.
    """

    name: str
    purpose: str
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What one party says of a channel.

    Attributes:
        terms: that all parties agree on.
        number: of this set of keys, from 1.
        keys: public ones of the party.
    """

    terms: Terms
    number: int
    keys: ChannelKeys


def rank(purpose: str) -> int:
    """Return the place of a purpose in the order of serving: the least goes first."""
    return _RANKS.get(purpose, _OTHER_RANK)


def require_terms(terms: Terms) -> Terms:
    """Return the terms if a channel may be opened on them.

    Raises:
        Fault: `kernel.id.malformed`, `arrangement.channel.name`, `arrangement.channel.purpose`.
    """
    require_name("channel", terms.name)
    if terms.name in _RESERVED:
        raise Fault(
            code="arrangement.channel.name",
            what=f"The channel {quoted(terms.name)} exists in every arrangement.",
            fix="Choose another name, such as one for the exercise that it is for.",
        )
    if terms.purpose not in PURPOSES:
        raise Fault(
            code="arrangement.channel.purpose",
            what=f"{quoted(terms.purpose)} is not a purpose of a channel.",
            fix=f"Choose one of {', '.join(PURPOSES)}.",
        )
    if terms.matter is not None:
        require_name("matter kind", terms.matter.kind)
        require_name("matter", terms.matter.id)
    return terms


def codes(opening: Opening) -> Mapping[str, str]:
    """Return the codes of the act that says it."""
    terms = opening.terms
    said = {"channel": terms.name, "number": str(opening.number), "purpose": terms.purpose}
    if terms.matter is not None:
        said |= {"matter-id": terms.matter.id, "matter-kind": terms.matter.kind}
    return said


def render(name: str, keys: ChannelKeys) -> bytes:
    """Return the document that shows a set of keys for a channel."""
    return ijson.render({"channel": name, "keys": card.channel_to_json(keys)})


def parse(said: Mapping[str, str], text: bytes) -> Opening:
    """Read what an act says by its codes and one of its documents.

    Raises:
        Fault: `arrangement.channel.*`, `arrangement.text.malformed`, `kernel.*.malformed`,
            `tlog.key.*`.
    """
    value = ijson.parse_canonical(text)
    if not isinstance(value, dict) or value.keys() != _DOCUMENT_KEYS:
        raise _malformed("its document is not an object of `channel` and `keys`")
    if said.keys() not in (_CODES, _CODES | _MATTER_CODES):
        raise _malformed(f"its codes are {quoted(', '.join(sorted(said)))}")
    if value["channel"] != said["channel"]:
        raise _malformed("its document names another channel")
    number = spelling.parse_decimal(said["number"].encode())
    if number is None or not 1 <= number <= SETS_MAX:
        raise _malformed(f"its number is {quoted(said['number'])}, not 1 to {SETS_MAX}")
    matter = Matter(said["matter-kind"], said["matter-id"]) if "matter-id" in said else None
    terms = require_terms(Terms(said["channel"], said["purpose"], matter))
    keys = card.require_channel_keys(card.channel_from_json(value["keys"]))
    return Opening(terms, number, keys)


def require_fresh(before: Mapping[int, ChannelKeys], opening: Opening) -> Opening:
    """Return an opening if its set of keys may follow these of the same party.

    Raises:
        Fault: `arrangement.channel.number`, `arrangement.channel.key-twice`.
    """
    number = max(before, default=0) + 1
    if opening.number != number:
        raise Fault(
            code="arrangement.channel.number",
            what=f"The set of keys for {quoted(opening.terms.name)} has the number "
            f"{opening.number}, not {number}.",
            fix="Sets are numbered from 1 without a gap.",
        )
    old = {key for held in before.values() for key in card.halves(held)}
    new = card.halves(opening.keys)
    if len({*new}) != len(new) or not old.isdisjoint(new):
        raise Fault(
            code="arrangement.channel.key-twice",
            what=f"A key in set {number} for {quoted(opening.terms.name)} was used before.",
            fix="Each key is made anew and used for one thing.",
        )
    return opening


def terms_to_json(terms: Terms) -> ijson.Json:
    """Return the terms as a JSON value."""
    matter = terms.matter
    return {
        "matter": None if matter is None else {"id": matter.id, "kind": matter.kind},
        "name": terms.name,
        "purpose": terms.purpose,
    }


def terms_from_json(value: ijson.Json) -> Terms:
    """Read back what `terms_to_json` gave.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    raw = fields.object_of(value, "terms", frozenset({"matter", "name", "purpose"}))
    matter = raw["matter"]
    found = None
    if matter is not None:
        named = fields.object_of(matter, "matter", frozenset({"id", "kind"}))
        found = Matter(fields.text_of(named["kind"], "kind"), fields.text_of(named["id"], "id"))
    return Terms(
        fields.text_of(raw["name"], "name"), fields.text_of(raw["purpose"], "purpose"), found
    )


def _malformed(why: str) -> Fault:
    return Fault(
        code="arrangement.channel.malformed",
        what=f"This act opens no channel: {why}.",
        fix="Open the channel again with `comity channel open`.",
    )
