# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What figures leave out because a party has not signed for it yet, and how that is told.

    unsigned(12, 20, {"bb": 20, "cc": 9})  ->  ("cc", 12, 20): entries 12 to 19 wait for cc

A cut has of an own log what every party has signed for, or what others had seen as they spoke.
So one that is silent holds the rest back for all, and whoever reads the figures must know it.

Source: docs/spec/review.md 1.2 and 4.10.
Floor: figures (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

type Words = Mapping[str, str]

FROZEN: Final = "frozen"
CONVICTED: Final = "convicted"

_STANDS: Final[Mapping[str, Words]] = {
    FROZEN: {
        "en": "; an officer froze this log here, and nothing of it is sent",
        "zh": "；该日志已在本节点被冻结，不再发送",
    },
    CONVICTED: {
        "en": "; this log signed two histories, and nothing of it is sent any more",
        "zh": "；该日志签署了两种不同的历史，不再发送",
    },
}


@dataclass(frozen=True, slots=True)
class Awaited:
    """Entries of one log that one party has not signed for.

    Attributes:
        log: its origin.
        party: who is waited for.
        names: of the party, by language.
        count: how many entries.
        since_ms: when the first of them was signed here.
        is_late: whether that is so long ago that somebody should see to it.
        state: `FROZEN` or `CONVICTED` where the log stands still here, and nobody is to be called;
            else "".
    """

    log: str
    party: str
    names: Words
    count: int
    since_ms: int
    is_late: bool
    state: str = ""

    @property
    def words(self) -> Words:
        """What is left out, and for whom it waits."""
        since = f"{datetime.fromtimestamp(self.since_ms / 1_000, UTC):%Y-%m-%d %H:%M} UTC"
        one = f"1 entry of {self.log} is not in these figures: it waits"
        many = f"{self.count} entries of {self.log} are not in these figures: they wait"
        why = _STANDS.get(self.state, {"en": "", "zh": ""})
        return {
            "en": f"{one if self.count == 1 else many} for the signature of {self.names['en']} "
            f"since {since}{why['en']}.",
            "zh": f"{self.log} 中有 {self.count} 个条目未计入这些数字：自 {since} 起等待"
            f"{self.names['zh']}签收{why['zh']}。",
        }

    @property
    def step(self) -> Words | None:
        """What to do next; None while it is a matter of minutes."""
        if self.state == FROZEN:
            command = f"`comity thaw {self.log}`"
            return {
                "en": f"When the reason is gone, an officer lets it go on: {command}.",
                "zh": f"原因消除后，由一名官员解冻该日志：{command}。",
            }
        if self.state == CONVICTED:
            return {
                "en": "An officer ends it and begins the next one: `comity recover begin`.",
                "zh": "由一名官员终止该日志并开始新一代：`comity recover begin`。",
            }
        if not self.is_late:
            return None
        command = f"`comity channel give-up {self.party}`"
        return {
            "en": f"Call {self.names['en']}. If it is gone for good, an operator gives it up: "
            f"{command}; then nothing here waits for it.",
            "zh": f"请联系{self.names['zh']}。如其已永久消失，由运维人员放弃等待：{command}，"
            "此后本节点不再等待该方。",
        }


def unsigned(cut: int, size: int, signed: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Give for each party which entries of a log are in no figures and wait for it: from, to.

    Args:
        cut: how many entries of the log the figures rest on.
        size: how many there are.
        signed: for how many each party that is waited for has signed.
    """
    for party, count in signed.items():
        start = max(cut, count)
        if start < size:
            yield party, start, size
