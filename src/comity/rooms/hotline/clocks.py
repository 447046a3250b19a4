# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The clocks of a call on this node: by the terms of the hotline that were in force when it came.

Source: docs/spec/hotline.md, 15.
Floor: rooms.
"""

from typing import Final

from comity.joint.hotline import clocks, text
from comity.joint.hotline.state import State
from comity.joint.hotline.text import HotlineText
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.base.rooms import Clocks
from comity.node.base.rows import MatterRow
from comity.node.room.clocks import Channel

TEXT_NONE: Final = "hotline-text-none"
_NONE: Final = Missing(
    TEXT_NONE,
    "",
    words={
        "en": "No terms of the hotline were in force when this call came, so that of its clocks "
        "only promised words are counted.",
        "zh": "收到本次呼叫时没有生效的热线条款，故只对承诺的答复计时。",
    },
)


def binding(at: Channel, now: State, now_ms: int) -> tuple[str, HotlineText | None]:
    """Return the terms that bind a call: those in force when it came; its hash, and what it says.

    Args:
        at: of its channel.
        now: the call.
        now_ms: the instant, for one that has not come yet.
    """
    held_ms = now.turns[now.call.at].received_at_ms if now.call is not None else None
    sha256, found = at.binding(text.NAME, held_ms, now_ms)
    return sha256, found if isinstance(found, HotlineText) else None


def _reckon(at: Channel, row: MatterRow, now: State, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as `Clocks.reckon` is called
    sha256, adopted = binding(at, now, now_ms)
    timed = clocks.timed(now, adopted, at.adopted.periods, now_ms, times=at.times, explain=explain)
    is_open = any(one.is_open for one in timed) or (now.call is not None and adopted is None)
    return Reckoned(
        row,
        now,
        at.cut,
        now_ms,
        asker=now.call.party if now.call is not None else "",
        text_sha256=sha256,
        text=adopted,
        timed=timed,
        dues=clocks.dues(now, timed),
        missing=tuple(_missing(at, now, adopted, now_ms)) if is_open else (),
        parties=tuple(one.party for one in now.tracks),
        changes_ms=tuple(one.received_at_ms for one in now.turns if one.received_at_ms is not None),
        label=clocks.label,
        action=clocks.action,
        marks=lambda track: clocks.heard(now, track),
        heard=lambda track: clocks.heard(now, track),
        type=now.call.ground if now.call is not None else "",
    )


def _missing(at: Channel, now: State, adopted: HotlineText | None, now_ms: int) -> list[Missing]:
    """Return what the clocks of a call lack: terms, or the calendar by which days are counted."""
    if adopted is None:
        return [_NONE]
    return at.lacking_days(adopted.terms.values(), (one.party for one in now.tracks), now_ms)


CLOCKS: Final = Clocks(_reckon)
