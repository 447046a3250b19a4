"""How long write transactions take: no one may hold the only writer for more than 50 ms.

The store measures each; the serving process tells of those that were over and keeps the sum
where `status` and `doctor` see it.

Source: architecture section 6, promise 7.
Floor: node.
"""

from dataclasses import asdict, dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import Sentence, say
from comity.node.base.store import Timing

SERVED: Final = "served"
KEY: Final = "transactions"
"""Key of the record, beside what else the serving process knows."""

SHARE_MAX: Final = 100
"""One in so many over the limit is still no fault of the machine."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a serving process measured since it started, and when it said so."""

    timing: Timing
    at_ms: int


def save(tx: Tx, timing: Timing, now_ms: int) -> None:
    """Let other processes see what the serving one measured."""
    value: dict[str, Json] = {**asdict(timing), "at_ms": now_ms}
    tx.save_record(SERVED, KEY, value)


def load(tx: Tx) -> Told | None:
    """Return what the serving process saved last, or None."""
    value = tx.record(SERVED, KEY)
    if not isinstance(value, dict):
        return None
    numbers = {name: int(str(value[name])) for name in ("count", "over", "longest_us", "entries")}
    return Told(Timing(**numbers, longest=str(value["longest"])), int(str(value["at_ms"])))


def to_json(told: Told | None) -> Json:
    """Return it for `--json`."""
    if told is None:
        return None
    value: dict[str, Json] = {**asdict(told.timing), "at_ms": told.at_ms}
    return value


def words(timing: Timing) -> Sentence:
    """Return what was measured, in one sentence."""
    took = f"{timing.longest_us / 1_000:.1f} ms"
    return say(
        "{count} write transactions since the start, {over} over {limit} ms; the longest took "
        "{longest}.",
        count=timing.count,
        over=timing.over,
        limit=limits.TRANSACTION_MS_MAX,
        longest=f"{took} ({timing.longest})" if timing.longest else took,
    )


def finding(told: Told | None) -> Finding:
    """Return whether writing is as quick as it has to be."""
    about = say("write transactions")
    if told is None:
        what = say("No serving process has measured any.")
        return Finding(about, is_good=None, side="", what=what)
    timing = told.timing
    is_slow = timing.over * SHARE_MAX > timing.count >= SHARE_MAX
    if not is_slow:
        is_good = True if not timing.over else None
        return Finding(about, is_good=is_good, side="", what=words(timing))
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=words(timing),
        fix=say(
            "Look at the load of this machine and of its disk: the hotline waits for each of them."
        ),
    )
