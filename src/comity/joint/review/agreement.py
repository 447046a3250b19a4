# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Who of the parties agrees with a snapshot, who found other figures, and who has said nothing.

    standing(state) -> Standing(same=("aa", "bb"), other=(), silent=("cc",))

A snapshot is agreed when every party found the same.  Where one is silent for good it never is:
then what the others agreed on stands between them, and is told as that, with who is missing.

Source: docs/spec/snapshot.md 9.
Floor: joint (pure).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from comity.joint.review.state import State

type Words = Mapping[str, str]
type Name = Callable[[str], Words]
"""The name of a party, by language."""

_AND = {"en": " and ", "zh": "、"}
_COMMA = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The parties of a channel, each in one place, in the arrangement's order.

    Attributes:
        same: who found the figures of the snapshot, its author among them.
        other: who found other figures last.
        silent: who has not said what it finds.
    """

    same: tuple[str, ...]
    other: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def is_in_part(self) -> bool:
        """Whether several agree and not all do."""
        return len(self.same) > 1 and bool(self.other or self.silent)


def standing(now: State) -> Standing:
    """Return who agrees with a snapshot that was named."""
    last = {party: now.position(party) for party in now.others}
    same = {now.author, *(p for p, one in last.items() if one and one.digest == now.digest)}
    silent = {party for party, one in last.items() if one is None}
    return Standing(
        tuple(party for party in now.parties if party in same),
        tuple(party for party in now.others if party not in same | silent),
        tuple(party for party in now.others if party in silent),
    )


def in_part(of: Standing, snapshot_id: str, name: Name, *, is_same: bool) -> Words:
    """Return who agreed and who did not, to stand beside figures of the period.

    Args:
        of: who agrees.
        snapshot_id: which snapshot.
        name: of a party.
        is_same: whether these are its figures.
    """
    same = _listed(of.same, name)
    en = "these figures" if is_same else "other figures of this period"
    zh = "这些数字" if is_same else "本期间的另一组数字"
    rest = _rest(of, name)
    return {
        "en": f"{same['en']} agreed on {en}, in the snapshot {snapshot_id}; {rest['en']}.",
        "zh": f"{same['zh']}已就{zh}达成一致，所据快照为 {snapshot_id}；{rest['zh']}。",
    }


def waits(of: Standing, name: Name, own: str, given_up: Mapping[str, int]) -> Words | None:
    """Return for whom a snapshot waits that is not agreed, and what stands meanwhile; or None.

    Args:
        of: who agrees.
        name: of a party.
        own: the party that reads it.
        given_up: `{party: when}` of those that its node has given up.
    """
    said: list[Words] = []
    if own in of.silent:
        said.append({"en": "It waits for the answer of this State.", "zh": "等待本国答复。"})
    awaited = [party for party in of.silent if party != own and party not in given_up]
    if awaited:
        who = _listed(awaited, name)
        en = f"It waits for the answer of {who['en']}: call, if it does not come."
        said.append({"en": en, "zh": f"等待{who['zh']}答复；如迟迟未复，请与其联系。"})
    said += [_gone(name(one), given_up[one]) for one in of.silent if one in given_up]
    if of.is_in_part:
        same = _listed(of.same, name)
        en = f"What {same['en']} agreed on stands between them."
        said.append({"en": en, "zh": f"{same['zh']}的一致结果在其之间有效。"})
    if not said:
        return None
    return {"en": " ".join(one["en"] for one in said), "zh": "".join(one["zh"] for one in said)}


def _gone(name: Words, at_ms: int) -> Words:
    day = datetime.fromtimestamp(at_ms / 1_000, UTC).date().isoformat()
    return {
        "en": f"{name['en']} was given up here on {day}: nothing here waits for its answer, and "
        "without it the snapshot is not agreed by all.",
        "zh": f"本节点已于 {day} 放弃等待{name['zh']}：不再等待其答复，而缺少其答复，该快照"
        "即未经各方一致确认。",
    }


def _rest(of: Standing, name: Name) -> Words:
    en: list[str] = []
    zh: list[str] = []
    if of.other:
        who = _listed(of.other, name)
        en.append(f"{who['en']} found other figures")
        zh.append(f"{who['zh']}核算结果不一致")
    if of.silent:
        who = _listed(of.silent, name)
        en.append(f"{who['en']} {'has' if len(of.silent) == 1 else 'have'} not answered")
        zh.append(f"{who['zh']}尚未答复")
    return {"en": "; ".join(en), "zh": "；".join(zh)}


def _listed(parties: Sequence[str], name: Name) -> Words:
    """Return names as they are listed in a sentence: `A, B and C`."""
    found: dict[str, str] = {}
    for language in ("en", "zh"):
        names = [name(party)[language] for party in parties]
        before = _COMMA[language].join(names[:-1])
        found[language] = _AND[language].join([one for one in (before, names[-1]) if one])
    return found
