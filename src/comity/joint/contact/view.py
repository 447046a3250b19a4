"""Questions that a screen asks of contact points: which stand, who has proved them and when.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.contact import acts, fold, state
from comity.joint.contact.state import Publication, State, Trial

NONE: Final = "none"
PUBLISHED: Final = "published"
WITHDRAWN: Final = "withdrawn"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "none published", "zh": "未公布"},
        PUBLISHED: {"en": "published", "zh": "已公布"},
        WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
    }
)

DAY_MS: Final = 86_400_000
STALE_MS: Final = 92 * DAY_MS
"""After three months a proof has to be given anew."""
BESIDE_MS: Final = DAY_MS
"""How long the last proved number stands beside a new one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One contact point.

    Attributes:
        name: of the entry.
        sha256: of the entry.
        proved: the newest proof of it, or None.
        failed: the newest failure of it since then, or None.
        failures: how often it failed since it was proved.
        is_withdrawn: whether its party took it back.
    """

    name: str
    sha256: str
    proved: Trial | None
    failed: Trial | None
    failures: int
    is_withdrawn: bool

    def is_proved(self, now_ms: int, within_ms: int = STALE_MS) -> bool:
        """Return whether somebody proved it lately, and nobody failed since."""
        is_lately = self.proved is not None and self.proved.reached_at_ms >= now_ms - within_ms
        return is_lately and self.failed is None and not self.is_withdrawn


def newest(now: State) -> Publication | None:
    """Return what was published last, or None."""
    return now.publications[-1] if now.publications else None


def standing(now: State) -> tuple[Standing, ...]:
    """Return every contact point that was published last, in the order of their names."""
    found = newest(now)
    if found is None:
        return ()
    left = fold.left(now, found.entries)
    return tuple(
        _standing(now, name, sha256, is_withdrawn=name not in left)
        for name, sha256 in found.entries.items()
    )


def _standing(now: State, name: str, sha256: str, *, is_withdrawn: bool) -> Standing:
    tried = [one for one in now.trials if one.entries.get(name) == sha256]
    proofs = [one for one in tried if one.says == state.PROVED]
    proved = max(proofs, key=_when, default=None)
    since = (-1, "", "") if proved is None else _when(proved)
    failures = [one for one in tried if one.says == state.FAILED and _when(one) > since]
    failed = max(failures, key=_when, default=None)
    return Standing(name, sha256, proved, failed, len(failures), is_withdrawn)


def _when(one: Trial) -> tuple[int, str, str]:
    """Return the order of what was tried, which is the same in whatever order it is folded."""
    return one.reached_at_ms, one.party, one.id


def beside(now: State, now_ms: int) -> Mapping[str, Publication]:
    """Return where the last proved version of an entry stands, if a new one is not yet proved.

    A day long: who changes a number by stealth does not at once take the calls of the other.
    """
    found = newest(now)
    if found is None or now_ms - (found.received_at_ms or now_ms) >= BESIDE_MS:
        return {}
    unproved = {one.name for one in standing(now) if one.proved is None}
    return {
        name: before
        for before in now.publications[:-1]
        for name, sha256 in before.entries.items()
        if name in unproved
        and any(
            one.says == state.PROVED and one.entries.get(name) == sha256 for one in now.trials
        )
    }  # fmt: skip


def status(now: State) -> str:
    """Return where they stand: a key of `STATUS_WORDS`."""
    every = standing(now)
    if not every:
        return NONE
    return WITHDRAWN if all(one.is_withdrawn for one in every) else PUBLISHED


def newest_id(now: State, _party: str = "") -> str:
    """Return the id of the act that published them last, or ""."""
    found = newest(now)
    return found.id if found is not None else ""


TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.PUBLISHED: {"en": "published contact points", "zh": "公布联络点"},
        acts.PROVED: {"en": "proved contact points", "zh": "核实联络点"},
        acts.FAILED: {"en": "did not reach contact points", "zh": "未能联系到联络点"},
        acts.WITHDRAWN: {"en": "withdrew contact points", "zh": "撤回联络点"},
    }
)
