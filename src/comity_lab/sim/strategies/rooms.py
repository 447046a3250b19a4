"""Acts of any room that no decision admits: out of turn, of another's matter, with other fields.

Floor: lab.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from comity.acts import codec
from comity.acts.record import Act, Addressee, Document, Matter
from comity.kernel.fault import Fault
from comity.kernel.limits import JSON_INTEGER_MAX
from comity_lab.sim import speech
from comity_lab.sim.byzantine import Liar

_LOOKED_AT: Final = 64
"""Matters that it may speak of."""

STRANGER: Final = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
"""An id of nothing."""


def _lies(kind: str, liar: Liar) -> None:
    """Say each tag of a room at least once, of a matter that is there or of none."""
    channel = liar.chance.choice((liar.world.channel(), liar.world.channel("hotline")))
    tags = [*speech.FORMS[kind]]
    liar.chance.shuffle(tags)
    said = [_lie(liar, channel, kind, tag) for tag in tags]
    liar.say(channel, *said)
    liar.lied |= {one.tag for one in said}


def _lie(liar: Liar, channel: str, kind: str, tag: str) -> Act:
    with liar.node.store.read() as tx:
        rows = [row for row in tx.matters(kind, "", _LOOKED_AT) if row.channel == channel]
        row = liar.chance.choice(rows) if rows else None
        acts = [one.act.id for one in tx.acts_of(channel, row.matter)] if row else []
    parties, now_ms = liar.world.parties, liar.world.instant.at_ms
    others = [one.matter.id for one in rows] + [STRANGER]
    about = speech.About(
        kind, row.matter.id if row else STRANGER, row.state if row else None, acts,
        liar.party, parties, others, now_ms,
    )  # fmt: skip
    act = speech.Drawn(liar.chance, about, liar.id).act(tag)
    changed = liar.chance.choice(_CHANGES)(liar, act)
    with suppress(Fault):
        codec.render(liar.log(channel).origin, changed)
        return changed
    return act  # what no entry can hold is no act: others lie about that


def _matter(liar: Liar, act: Act) -> Act:
    kind = liar.chance.choice((*speech.FORMS, "channel", "nothing", act.matter.kind))
    return replace(act, matter=Matter(kind, liar.chance.choice((STRANGER, "guideline", act.id))))


def _answers(liar: Liar, act: Act) -> Act:
    return replace(act, answers=liar.chance.choice(("", STRANGER, act.id)))


def _codes(liar: Liar, act: Act) -> Act:
    """Leave codes out, add some, or give them other values."""
    codes = {name: code for name, code in act.codes.items() if liar.chance.random() < 0.7}  # noqa: PLR2004 -- most
    codes |= dict.fromkeys([*codes][:1], "none of the list")
    more = liar.chance.choice(("reason", "next.zz", "on.facts", "log.2", "size.9", "blob.0", "x"))
    return replace(act, codes=MappingProxyType({**codes, more: "9" * liar.chance.choice((1, 64))}))


def _times(liar: Liar, act: Act) -> Act:
    far = liar.chance.choice((0, 1, JSON_INTEGER_MAX))
    times = {**dict.fromkeys(act.times, far), liar.chance.choice(("from", "due.zz", "never")): far}
    return replace(act, times=MappingProxyType(times))


def _items(liar: Liar, act: Act) -> Act:
    items = liar.chance.choice((("one", "one"), (STRANGER,) * 3, tuple(map(str, range(200)))))
    return replace(act, items=items, elements=items[:1])


def _to(liar: Liar, act: Act) -> Act:
    to = [*liar.world.parties, "zz"]
    liar.chance.shuffle(to)
    named = tuple(Addressee(party, "nobody") for party in to[: liar.chance.randint(0, 4)])
    return replace(act, to=named, urgency=liar.chance.choice(("", "emergency", "never")))


def _documents(_liar: Liar, act: Act) -> Act:
    return replace(act, documents=(Document("0" * 64, 7, "text/plain", "text"),) * 2)


def _out_of_turn(_liar: Liar, act: Act) -> Act:
    return act


_CHANGES: Final[tuple[Callable[[Liar, Act], Act], ...]] = (
    _matter, _answers, _codes, _times, _items, _to, _documents, _out_of_turn, _out_of_turn,
)  # fmt: skip

STRATEGIES: Final[dict[str, Callable[[Liar], None]]] = {
    f"{kind}-acts": partial(_lies, kind) for kind in speech.FORMS
}
