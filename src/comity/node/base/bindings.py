"""What binds a matter: joint texts, conditions under which something was given, retention.

A room says them of its matters, see `comity.node.base.rooms`.

Floor: node.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from comity.acts.verb import Both
from comity.joint.text.acts import MAIN, MEDIA_TYPE
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.reader import EVERYONE

type State = Any
"""The folded state of a matter: each room has its own."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """How many officers approve an act before it is released.

    Attributes:
        count: how many, the drafter among them.
        roles: of which one of the others has one; empty for any who may release.
        review_hours: in an emergency one officer may release it alone, if another reviews that
            within so many hours; 0: they may not.
        is_named: whether the text names the act, and does not say it of every other act.
    """

    count: int
    roles: tuple[str, ...] = ()
    review_hours: int = 0
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """Which joint text a matter is bound to.

    Attributes:
        name: of the text.
        sha256: of the version that the matter names, or "" where it names none; None where its
            matters name none, and the one in force binds them.
    """

    name: str = MAIN
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What binds who was given something.

    Attributes:
        code: of the condition.
        forbids: ways of using what was given, of `comity.acts.ways.WAYS`.
        text: what it says, in words.
    """

    code: str
    forbids: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the blobs of a kind of matter are kept.

    Nothing is due before a matter is over, with a status that is `rows.OVER`, where that is said.

    Attributes:
        over_ms: state -> since when nothing more is expected of any party, or None.
        rules: (state, the text it is bound to, calendars adopted, instant) -> how long each kind
            of blob is kept: `comity.domestic.custody.retention.Rule`.
        attested: (state, hash) -> parties that have attested that they destroyed that blob.
        is_of_over: whether nothing is due before a matter is over.
    """

    over_ms: Callable[[State], int | None]
    rules: Callable[[State, Any, Any, int], Iterable[Any]]
    attested: Callable[[State, str], Sequence[str]]
    is_of_over: bool = True


def _whichever(
    _tx: Any,  # noqa: ANN401 -- a read or write
    _node: Any,  # noqa: ANN401 -- ours
    _channel: str,
    _name: str,
    _sha256: str,
) -> Inadmissible | None:
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """One joint text, or one for each of several names: what the parties adopt together.

    What it says is asked of the text as `read` gives it.

    Attributes:
        name: of the text; or what its name begins with, which ends with a dot.
        read: (bytes, what it is called where it does not fit) -> the text; or a fault.
        version: what its authors call a version.
        earliest_ms: from when a text wants to be in force at the earliest, or 0.
        media_type: of its bytes.
        audience: keys of those who read what is said of it, and its versions.
        approvals: (text, tag, urgency) -> how many officers approve such an act of a matter that
            is bound to it; None where it does not say.
        languages: in which words are agreed.
        lists: codes that it lists, with their words: `{"crime": {code: words}}`.
        words: what it is called; without, it is the guideline.
        only: (transaction, node, channel, name, hash) -> why that document may not be proposed or
            adopted, where the room makes the documents itself; or None.
        waits: (transaction, node, draft) -> what has to be cleared at home before it is proposed
            or adopted; or None.
        ends: how a file of it ends.
        page: name of its own page for reading, if it has one.
    """

    name: str
    read: Callable[[bytes, str], Any]
    version: Callable[[Any], str]
    earliest_ms: Callable[[Any], int] = lambda _text: 0
    media_type: str = MEDIA_TYPE
    audience: tuple[str, ...] = (EVERYONE,)
    approvals: Callable[[Any, str, str], Approvals | None] = lambda _text, _tag, _urgency: None
    languages: Callable[[Any], tuple[str, ...]] = lambda _text: ()
    lists: Callable[[Any], Mapping[str, Mapping[str, Both]]] = lambda _text: {}
    words: Both = field(default=MappingProxyType({}), hash=False)
    only: Callable[[Any, Any, str, str, str], Inadmissible | None] = _whichever
    waits: Callable[[Any, Any, Any], Inadmissible | None] = lambda _tx, _node, _draft: None
    ends: str = "yaml"
    page: str = ""

    def is_called(self, name: str) -> bool:
        """Return whether a name is that of this text."""
        return name.startswith(self.name) if self.name.endswith(".") else name == self.name
