# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The clocks of a share on this node, and the text on network protection that binds it.

Source: docs/spec/share.md, 15.
Floor: rooms.
"""

from typing import Final

from comity.acts import marks
from comity.acts.record import Act
from comity.joint.share import acts, clocks, text
from comity.joint.share.state import State
from comity.joint.share.text import ProtectionText
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.base.rooms import Clocks
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import joint_texts
from comity.node.room.clocks import Channel
from comity.node.room.release.draft_store import Draft

_NONE: Final = Missing(
    "protection-text-none",
    "",
    words={
        "en": "No text on network protection was in force when this was given: no clock counts.",
        "zh": "提供时没有生效的网络保护文本，故不计时。",
    },
)


def in_force(node: Node, tx: Tx, channel: str, now_ms: int) -> ProtectionText | None:
    """Return the text that is in force in a channel at an instant, or None."""
    found = joint_texts.in_force(node, tx, channel, now_ms, text.NAME)
    return found if isinstance(found, ProtectionText) else None


def binding(at: Channel, now: State, now_ms: int) -> tuple[str, ProtectionText | None]:
    """Return the text that binds a share: that in force when it was given; its hash too."""
    given_ms = now.turns[now.giving.at].received_at_ms if now.giving is not None else None
    sha256, found = at.binding(text.NAME, given_ms, now_ms)
    return sha256, found if isinstance(found, ProtectionText) else None


def _reckon(at: Channel, row: MatterRow, now: State, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as `Clocks.reckon` is called
    sha256, adopted = binding(at, now, now_ms)
    timed = clocks.timed(now, adopted, at.adopted.periods, now_ms, explain=explain)
    is_open = any(one.is_open for one in timed) or (now.giving is not None and adopted is None)
    return Reckoned(
        row,
        now,
        at.cut,
        now_ms,
        asker=now.giving.party if now.giving is not None else "",
        text_sha256=sha256,
        text=adopted,
        timed=timed,
        dues=clocks.dues(timed),
        missing=tuple(_missing(at, now, adopted, now_ms)) if is_open else (),
        parties=now.parties if now.giving is not None else (),
        changes_ms=tuple(one.received_at_ms for one in now.turns if one.received_at_ms is not None),
        label=clocks.label,
        action=clocks.action,
        marks=lambda track: clocks.heard(now, track),
        heard=lambda track: clocks.heard(now, track),
        type=now.giving.category if now.giving is not None else "",
    )


def _missing(at: Channel, now: State, adopted: ProtectionText | None, now_ms: int) -> list[Missing]:
    """Return what the clocks of a share lack: a text, or a calendar by which days are counted."""
    if adopted is None:
        return [_NONE]
    return at.lacking_days(adopted.terms.values(), now.parties, now_ms)


CLOCKS: Final = Clocks(_reckon, named_by=("giving",))


def needs(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether a giving has what the text in force asks of its category."""
    del officer
    act = draft.act
    if act.tag not in {acts.GIVEN, acts.ADDED, acts.MARKED}:
        return None
    found = in_force(node, tx, draft.channel, node.clock.now_ms())
    if found is None:
        return None
    category = act.codes.get(acts.CATEGORY) or _category(tx, node, draft)
    return _beyond(found, act, category)


def _category(tx: Tx, node: Node, draft: Draft) -> str:
    """Return the category of the share that is added to, or marked."""
    row = tx.matter(draft.channel, draft.act.matter)
    giving = node.rooms[acts.KIND].from_json(row.state).giving if row is not None else None
    return giving.category if giving is not None else ""


def _beyond(found: ProtectionText, act: Act, category: str) -> Inadmissible | None:
    """Return how an act goes beyond what the text says of its category, or None."""
    asked = found.needs.get(category, ()) if act.tag == acts.GIVEN else ()
    lacking = [one for one in asked if one not in act.codes and one not in act.times]
    if lacking:
        return Inadmissible(
            "share.needs-missing",
            f"The text in force asks of this category: {', '.join(lacking)}.",
            "Give it, or agree on another text.",
        )
    widest, mark = found.marks.get(category), act.codes.get(acts.MARK)
    if widest and mark and marks.is_wider(marks.parse(mark), marks.parse(widest)):
        return Inadmissible(
            "share.mark-too-wide",
            f"The text in force lets this category be marked {widest} at the widest.",
            "Narrow the mark, or agree on another text.",
        )
    most, count = found.objects.get(category), acts.count(act, acts.OBJECTS)
    if most is not None and count > most:
        return Inadmissible(
            "share.bundle-too-long",
            f"The text in force lets a bundle of this category have {most:,} objects; "
            f"this one has {count:,}.",
            "Give it in parts, as a series.",
        )
    return None
