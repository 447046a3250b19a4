"""What a check of the store finds: what is wrong, where, and what to do next.

Floor: node.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

PROBLEMS_MAX: Final = 1_000
"""Listed; what is over is counted."""

AGAIN: Final = (
    "Stop `comity serve` and keep this disk as it is. Make a home of the newest backup with "
    "`comity restore`: once it serves it fetches from the peers what was signed since; then run "
    "this on it. Without a backup `comity recover begin` ends an own log and begins its successor."
)
"""Of entries and their tree: a peer sends what a log ends before, never what stands within it."""

REBUILD: Final = "Run `comity rebuild`: the logs are right and what was computed from them is not."
RESTORE: Final = "Restore the newest backup beside this home and compare; keep this disk as it is."
BODY: Final = (
    "Put it back from a backup; or take what is left of it out of `bodies/kept` (or of S3) and run "
    "`comity rebuild`: what is not here is fetched from the other party."
)
REPORT: Final = "Keep the bytes: they are evidence. Speak to the other party."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: which check found it, `node.fsck.leaf` and so on; listed in docs/errors.md.
        where: log and index or size, body, matter.
        what: one sentence.
        fix: the next step.
    """

    code: str
    where: str
    what: str
    fix: str


@dataclass(slots=True)
class Found:
    """What one part of the check looked at and found.

    Attributes:
        counts: `entries`, `opened`, `unread`, `heads`, `cosignatures`, `bodies`, `missing`,
            `matters`, `leaves`, `cards`, `strays`, `destroyed`, `heard`, `records`.
        problems: at most `PROBLEMS_MAX`.
        more: how many problems are not listed.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, code: str, where: str, what: str, fix: str) -> None:
        """Note a problem."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(code, where, what, fix))
        else:
            self.more += 1

    def join(self, others: "Iterable[Found]") -> "Found":
        """Take in what other parts found."""
        for other in others:
            self.counts += other.counts
            room = PROBLEMS_MAX - len(self.problems)
            self.problems += other.problems[:room]
            self.more += other.more + max(0, len(other.problems) - room)
        return self

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
