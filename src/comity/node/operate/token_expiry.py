"""Tokens of programs that end soon or have ended: nobody is at the screen of a program that stops.

What a token is for is its officer's own word: whoever runs the machine is told its id.

Floor: node.
"""

from collections.abc import Iterator
from typing import Final

from comity.node.base.finding import Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import say
from comity.node.room import api_tokens

_FIX: Final = say(
    "Its officer makes another with the same label, by `comity token add` or on their page of "
    "tokens, and gives it to the program; or they end this one."
)


def findings(tx: Tx, now_ms: int) -> Iterator[Finding]:
    """Give each token that ends by itself within 14 days, or has, and was not made anew."""
    for one in api_tokens.ending(tx, now_ms):
        about = say("token {id} of {officer}", id=one.id, officer=one.officer)
        day = one.until_day
        if one.is_open(now_ms):
            what = say("It opens nothing from {day} on.", day=day)
        else:
            what = say("It has opened nothing since {day}.", day=day)
        yield Finding(about, is_good=None, side="", what=what, fix=_FIX)
