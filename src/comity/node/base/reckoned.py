"""The clocks of one matter at one cut and one instant: what a room answers when it is asked.

Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from comity.acts.causality import Cut
from comity.clocks.due import Due, Timed
from comity.clocks.mark import Mark
from comity.node.base.rows import MatterRow

type Words = Mapping[str, str]
"""A text in each language."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a clock lacks.

    Attributes:
        code: a code of the room, or one of `calendars`.
        about: the hash of the text, the type, or the party whose calendar it is.
        sha256: of a calendar that was adopted and cannot be counted by, or "".
        words: what is missing, in each language; {about} and {sha256} stand in it.
        may_come: whether it may still come, and is to be looked for.
    """

    code: str
    about: str
    sha256: str = ""
    words: Words = field(default_factory=dict, compare=False)
    may_come: bool = field(default=False, compare=False)


def _as_named(name: str) -> Words:
    return {"en": name, "zh": name}


def _none(_track: str) -> tuple[Mark, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The clocks of one matter.

    Attributes:
        row: the matter.
        state: of it, as its room has it.
        cut: what of each log of the channel is understood here.
        now_ms: the instant.
        asker: the party that opened it.
        text_sha256: hash of the adopted text that it names, or "".
        text: that text as its room reads it, or None where it is not known here.
        timed: every clock of every track, in the order of the matter and its text.
        dues: what is next and by when, what is due first before the rest.
        missing: what could not be counted by, so that it is never silent.
        elsewhere: `{track: {clock: id of the earlier matter on which it runs}}`.
        parties: by whose calendars its clocks count.
        changes_ms: instants at which something happens that is said already.
        label: what a clock is called, in each language.
        action: what a party does next, in each language.
        marks: the acts that a track heard, as its clocks read them.
        heard: the same with the joint times that the clocks read.
        type: what the matter is about, by which lists filter, or "".
    """

    row: MatterRow
    state: Any
    cut: Cut
    now_ms: int
    asker: str = ""
    text_sha256: str = ""
    text: Any = None
    timed: tuple[Timed, ...] = ()
    dues: tuple[Due, ...] = ()
    missing: tuple[Missing, ...] = ()
    elsewhere: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    parties: tuple[str, ...] = ()
    changes_ms: tuple[int, ...] = ()
    label: Callable[[str], Words] = field(default=_as_named, compare=False)
    action: Callable[[str], Words] = field(default=_as_named, compare=False)
    marks: Callable[[str], tuple[Mark, ...]] = field(default=_none, compare=False)
    heard: Callable[[str], tuple[Mark, ...]] = field(default=_none, compare=False)
    type: str = field(default="", compare=False)

    def only(self, name: str) -> "Reckoned":
        """Return the same with the clocks of one name alone."""
        return replace(self, timed=tuple(one for one in self.timed if one.rule.name == name))
