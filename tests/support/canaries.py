"""Canaries: words that nobody writes by chance, planted in what must not leave, and looked for.

    cage = Cage()
    name = cage.mint("officer.name")          # fits wherever a name, a code or a text does
    cage.seen_in(data)                        # how, if any of them is there; however it is spelled

Each has 130 random bits after a common prefix, so that one search finds them all: as it is, in
upper case, in hexadecimal, base64 at each of three offsets, UTF-16, and inside gzip.

`DOMESTIC` and `JOINT` name every kind of record that a store keeps.  A kind that is in neither
fails tests/node/test_canaries.py until somebody has said which it is, and planted canaries.

Floor: tests.
"""

import base64
import contextlib
import secrets
import zlib
from collections import Counter
from dataclasses import dataclass, field

PREFIX = "kqzxv7canary"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_RANDOM_CHARS = 26
_GZIP = b"\x1f\x8b\x08"
_DEEP = 3


def _in_base64(word: bytes, offset: int) -> bytes:
    """Return what of a word's base64 is the same whatever stands around it."""
    encoded = base64.b64encode(b"\0" * offset + word)
    return encoded[-(-offset * 4 // 3) : len(word) * 4 // 3 - 2]


def _spellings(word: str) -> dict[str, bytes]:
    raw = word.encode()
    return {
        "as it is": raw,
        "in upper case": raw.upper(),
        "in hexadecimal": raw.hex().encode(),
        "in upper hexadecimal": raw.hex().upper().encode(),
        "in UTF-16": word.encode("utf-16-le"),
        **{f"in base64 after {n} bytes": _in_base64(raw, n) for n in range(3)},
    }


SPELLINGS = _spellings(PREFIX)


@dataclass
class Cage:
    """The canaries of one test.

    Attributes:
        planted: `{canary: the field it was planted in}`.
    """

    planted: dict[str, str] = field(default_factory=dict)

    def mint(self, where: str) -> str:
        """Return a new canary for a field."""
        canary = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARS))
        self.planted[canary] = where
        return canary

    def fields(self) -> Counter[str]:
        """Return how many canaries were planted in each field."""
        return Counter(self.planted.values())

    def told_by(self, data: bytes) -> set[str]:
        """Return the fields whose canaries stand in some bytes as they are."""
        return {where for canary, where in self.planted.items() if canary.encode() in data}


def seen_in(data: bytes, deep: int = _DEEP) -> list[str]:
    """Return in which spellings a canary stands in some bytes; none is as it should be."""
    found = [how for how, spelled in SPELLINGS.items() if spelled in data]
    at = data.find(_GZIP) if deep else -1
    while at >= 0:
        with contextlib.suppress(zlib.error):
            inside = zlib.decompressobj(wbits=31).decompress(data[at:])
            found += [f"{how}, in gzip" for how in seen_in(inside, deep - 1)]
        at = data.find(_GZIP, at + 1)
    return found


PLANTED = "its fields hold canaries after the story of test_canaries.py"
CODES = "codes, counts, times and ids; nobody writes a word into it"
RAW = "planted as it is, since no use case of the story writes it"

DOMESTIC: dict[str, str] = {
    "api-token": PLANTED,
    "list-filter": PLANTED,
    "account-alone": CODES,
    "account-change": RAW,
    "profile-asked": RAW,
    "factor-shown": CODES,
    "officer-link": PLANTED,
    "officer-told": PLANTED,
    "brief": RAW,
    "came-from": RAW,
    "clock-calendar": CODES,
    "clock-cursor": CODES,
    "clock-decided": RAW,
    "clock-due-of": CODES,
    "clock-next-of": CODES,
    "clock-open-of": CODES,
    "review-seen": CODES,
    "review-rows": CODES,
    "review-tallies": CODES,
    "clock-sweep": CODES,
    "computed": CODES,
    "cursor-key": CODES,
    "custody": PLANTED,
    "destroyed-blob": CODES,
    "destroyed-last": CODES,
    "destroying": RAW,
    "draft": PLANTED,
    "draft-comment": PLANTED,
    "draft-earlier": PLANTED,
    "duty-agency": RAW,
    "duty-cursor": CODES,
    "duty-device": RAW,
    "duty-due": RAW,
    "duty-file": RAW,
    "duty-inbox": RAW,
    "duty-ladder": RAW,
    "duty-officer": RAW,
    "duty-plan": RAW,
    "duty-ring": RAW,
    "duty-ringing": CODES,
    "duty-ringing-last": CODES,
    "duty-rung-for": CODES,
    "duty-shift": RAW,
    "hotline-drawn": RAW,
    "hotline-told": CODES,
    "duty-step": PLANTED,
    "duty-turn": RAW,
    "exercise-destroyed": CODES,
    "exercise-seat": CODES,
    "excuse": RAW,
    "frozen": RAW,
    "given-up": RAW,
    "legal-decision": PLANTED,
    "local-fact": PLANTED,
    "local-keys": CODES,
    "lost-card": CODES,
    "match-hits": CODES,
    "match-key": CODES,
    "match-run": RAW,
    "match-seed": CODES,
    "match-table": RAW,
    "nation": CODES,
    "nation-in-force": CODES,
    "nation-profile": PLANTED,
    "preference": CODES,
    "release": PLANTED,
    "release-review": PLANTED,
    "roll-loaded": CODES,
    "sent": PLANTED,
    "served": CODES,
    "backup-made": CODES,
    "ready": CODES,
    "stray-body": CODES,
    "thawed": PLANTED,
    "unswept-blob": CODES,
    "unsaid-act": RAW,
    "untidy": CODES,
    "upload": RAW,
    "unworded": CODES,
    "webhook": RAW,
    "compartment-opening": CODES,
    "outside-certificate": CODES,
    "outside-key": CODES,
    "outside-session": CODES,
    "participant": CODES,
    "participant-task": RAW,
    "roll-feedback": CODES,
    "roll-fetched": CODES,
    "roll-given": CODES,
    "share-added": CODES,
    "share-asked": CODES,
    "share-confirmed": CODES,
    "share-consumer": CODES,
    "share-fetched": CODES,
    "share-inbox": CODES,
    "share-inbox-at": CODES,
    "share-inbox-came": CODES,
    "share-key": CODES,
    "share-listed": CODES,
    "share-place": CODES,
    "share-read": CODES,
    "share-secret": CODES,
    "share-sighted": CODES,
    "share-source": CODES,
    "share-source-list": CODES,
    "share-source-object": CODES,
    "share-source-state": CODES,
    "share-stop-link": CODES,
    "share-version": CODES,
    "webhook-cursor": CODES,
    "webhook-log": RAW,
    "webhook-out": RAW,
    "webhook-quiet": CODES,
    "worded": CODES,
    "worksheet": PLANTED,
}
"""Kinds of records that never cross, and how canaries get into each."""

JOINT = frozenset(
    {
        "arrangement",
        "card",
        "card-other",
        "channel-forgotten",
        "channel-keys",
        "conviction",
        "contradicted",
        "conviction-cosigner",
        "cosigned-before",
        "channel-terms",
        "delivery",
        "disputed-claims",
        "doubted",
        "entry-key",
        "generation-accepted",
        "given-body",
        "large-body",
        "late-head",
        "left-out",
        "left-unasked",
        "log-left",
        "pairing",
        "profile",
        "reappend",
        "request-extends",
        "restored",
        "revocation",
        "void-entry",
        "void-newest",
        "taken-back",
        "trust-version",
        "understand-anew",
        "unfolded",
        "unnamed",
        "unnamed-bytes",
        "witness",
        "witness-ahead",
        "witness-tries",
    }
)
"""Kinds of records made of what crossed, of public keys, or of how the exchange goes."""

BY_NAME: dict[str, frozenset[str]] = {
    "comity.node.room.clock_index": frozenset({"clock-due-of", "clock-next-of"}),
    "comity.node.room.clock_watch": frozenset({"clock-sweep", "clock-calendar"}),
    "comity.node.base.numbered_records": frozenset(
        {"brief", "custody", "draft-comment", "legal-decision"}
    ),
    "comity.node.desk.duty.file_store": frozenset(
        {"duty-inbox", "duty-agency", "duty-officer", "duty-due"}
    ),
}
"""Kinds that a module saves under a variable, where its source does not name them."""
