"""What a room does when the node calls it: forms of its functions, and those of a room without.

They are called with a node and a transaction, which are of floors above.

Floor: node.
"""

from collections.abc import Callable, Sequence
from typing import Any

from comity.acts.record import Act
from comity.acts.verb import Both
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import MatterRow

type Gate = Callable[[Any, Any, Any, Any], Inadmissible | None]
"""(transaction, node, officer, draft) -> why it may not leave now: `comity.node.room.release`."""

type Keeps = Callable[[Any, Any, Any, Any], Inadmissible | None]
"""(transaction, node, officer, attachment) -> why it is not given out: `node.room.custody`."""

type Step = Callable[[Any, Any, Any], Any]
"""(node, officer, what was filled in, as `comity.node.room.say.Spoken`) -> what became of it."""

type Own = Callable[[Any, Any, MatterRow, Any], Sequence[tuple[Both, str]]]
"""(node, transaction, matter, state) -> what this State alone knows of it, each with what it is."""


def knows_nothing(
    _node: Any,  # noqa: ANN401 -- see `Own`
    _tx: Any,  # noqa: ANN401 -- the same
    _row: MatterRow,
    _now: Any,  # noqa: ANN401 -- the same
) -> Sequence[tuple[Both, str]]:
    """Know no more than both States do."""
    return ()


type Sent = Callable[[Any, Any, MatterRow, Act, str], None]
"""(transaction, node, matter as it then is, act, name of the officer who drafted it)."""


def keeps_nothing(
    _tx: Any,  # noqa: ANN401 -- see `Keeps`
    _node: Any,  # noqa: ANN401 -- the same
    _officer: Any,  # noqa: ANN401 -- the same
    _item: Any,  # noqa: ANN401 -- the same
) -> Inadmissible | None:
    """Give out whatever is asked for."""
    return None


def nothing_follows(
    _tx: Any,  # noqa: ANN401 -- see `Sent`
    _node: Any,  # noqa: ANN401 -- the same
    _row: MatterRow,
    _act: Act,
    _author: str,
) -> None:
    """Change nothing at home."""
