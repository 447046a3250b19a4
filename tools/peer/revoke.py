"""Revocations: which keys cover no more than some size of a log (arrangement 3.6)."""

import re
from collections.abc import Mapping
from typing import Any

from tools.peer import note
from tools.peer.card import root_name
from tools.peer.text import INTEGER_MAX, Json, Malformed, headed, read_headed

HEADER = "comity/revocation/1"
FIELDS = {"arrangement", "number", "party", "revoked"}
REVOKED_MAX = 256
NAME = "[a-z0-9][a-z0-9.-]{0,62}"
ORIGIN = re.compile(rf"({NAME})/([a-z2-7]{{25}}[aeimquy4])/({NAME})/([1-9][0-9]{{0,8}})")

type Sizes = dict[str, int]


def _number(value: Json, least: int) -> int:
    if type(value) is not int or not least <= value <= INTEGER_MAX:
        raise Malformed("no number where one should be (3.6.1)")
    return value


def _sizes(value: Json, arrangement: str) -> Sizes:
    if not isinstance(value, dict):
        raise Malformed("sizes are no object (3.6.1)")
    for origin in value:
        named = ORIGIN.fullmatch(origin)
        if named is None or named[2] != arrangement:
            raise Malformed("no log of this arrangement (3.6.1, 4.2.2)")
    return {origin: _number(size, 0) for origin, size in value.items()}


def read(
    text: str, party: str, arrangement: str, root: note.Public
) -> tuple[int, dict[int, Sizes]]:
    """The number of a revocation that this root signed, and of each card what it may cover."""
    body = note.check_text(text, root_name(party, arrangement), root)
    told = read_headed(body, HEADER, FIELDS)
    if (told["party"], told["arrangement"]) != (party, arrangement):
        raise Malformed("the revocation is of another party or arrangement")
    if not isinstance(told["revoked"], list) or not 0 < len(told["revoked"]) <= REVOKED_MAX:
        raise Malformed("a revocation names 1 to 256 cards (3.6.1)")
    found: dict[int, Sizes] = {}
    for one in told["revoked"]:
        if not isinstance(one, dict) or set(one) != {"card", "sizes"}:
            raise Malformed("not exactly card and sizes (3.6.1)")
        number = _number(one["card"], max(found, default=0) + 1)
        found[number] = _sizes(one["sizes"], arrangement)
    return _number(told["number"], 1), found


def make(root: note.Pair, about: dict[str, Any], revoked: Mapping[int, Sizes]) -> str:
    """A revocation of these cards, signed; `about` has its arrangement, number and party."""
    listed = [{"card": number, "sizes": revoked[number]} for number in sorted(revoked)]
    name = root_name(about["party"], about["arrangement"])
    return note.sign_text(root, name, headed(HEADER, {**about, "revoked": listed}))
