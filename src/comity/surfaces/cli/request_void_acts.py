"""What `comity request show` prints of acts that were said and do not count.

They stand behind the time line and in a list of their own, so that nobody takes one for a fact of
the matter.

Floor: surfaces.
"""

from collections.abc import Iterator

from comity.joint.exchange.fold import FOREIGN_MANY
from comity.joint.request import view
from comity.kernel.ijson import Json
from comity.kernel.limits import MATTER_ACTS_MAX
from comity.node.room.matter_read import Disowned, Shown
from comity.surfaces.cli.request_text import at, carried_json, carried_lines, delivery_json


def to_json(shown: Shown) -> Json:
    """Return the acts of a request that do not count."""
    return [_json(one) for one in shown.disowned]


def lines(shown: Shown, *, raw: bool = False) -> Iterator[str]:
    """Give them in words; addresses lead nowhere, unless they are asked for `raw`."""
    full = shown.fullness
    if full.is_near:
        yield from ("", f"NEARLY FULL: this State has said {full.said} acts here and may say")
        yield f"  {full.left} more, and {full.last} of what decides, corrects or ends it"
    for one in shown.disowned:
        yield from ("", *_lines(one, raw=raw))


def _json(one: Disowned) -> Json:
    return {
        **one.facts(),
        "bodies": [carried_json(body) for body in one.said.bodies],
        "deliveries": [delivery_json(each) for each in one.said.deliveries],
    }


def _lines(one: Disowned, *, raw: bool) -> Iterator[str]:
    row = one.said.row
    words = view.TAG_WORDS.get(row.act.tag, {"en": row.act.tag})["en"]
    mark, why = "COUNTS NO MORE", "said it and began its log anew: the new log does not have it"
    if row.foreign == FOREIGN_MANY:
        mark, why = "DOES NOT COUNT", f"had said {MATTER_ACTS_MAX} acts in this request before"
    yield f"{mark}: {row.party} {words}: {' '.join(row.act.items)}".rstrip(": ")
    yield f"  why       {row.party} {why}"
    yield f"  act       {row.act.id}"
    yield f"  log       {row.origin}, entry {row.index}"
    yield f"  signed    {at(one.signed_at_ms)}"
    for each in one.said.deliveries:
        yield f"  received  {at(each.received_at_ms)} by {each.party}"
    yield from carried_lines(one.said.bodies, raw=raw)
