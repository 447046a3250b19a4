"""The rooms whose matters are folded, each by its page of docs/spec."""

from collections.abc import Sequence

from tools.peer.agreed import Agreed
from tools.peer.case import Case
from tools.peer.history import Entry
from tools.peer.review import Snapshot
from tools.peer.state import Request, Saw
from tools.peer.text import Malformed

type Folded = Request | Agreed | Snapshot | Case


def folded(
    matter: tuple[str, str], acts: Sequence[Entry], saw: Saw, parties: Sequence[str]
) -> Folded:
    """The state of a matter, named by kind and id, from its acts in their order."""
    match matter:
        case "request", matter_id:
            return Request(acts, saw, matter_id)
        case "guideline", _:
            return Agreed(acts, saw, parties)
        case "review", _:
            return Snapshot(acts, saw, parties)
        case "case", _:
            return Case(acts, saw, parties)
        case _:
            raise Malformed(f"no room folds {matter}")
