"""What changed from one text to another, read as data.

    changes(old, new) -> (Change("/types/preservation/elements/deadline", "changed", …), …)

A change has a place, by names and not by numbers, so that a part which only moved is no
change; what stood there before and what stands there now, as data.  What was added or taken
out whole is one change.  `changes(a, a)` is empty; `apply` of the changes to the old text
gives the new one.

Floor: kernel.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.kernel.ijson import Json
from comity.kernel.problem import pointer_of

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
MOVED: Final = "moved"
"""Of a list whose parts are the same in another order: a text is read in its order."""

_NAMES: Final = ("id", "code", "blob", "date")
"""What tells parts of a list apart; a list of parts without one is compared as a whole."""

type Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        path: names from the top of the text to the part; an element of a list by its id,
            its code, or the act and urgencies of an approval.
        kind: `added`, `removed`, `changed` or `moved`.
        before: what stood there, or None.
        after: what stands there now, or None.
    """

    path: Path
    kind: str
    before: Json = None
    after: Json = None

    @property
    def pointer(self) -> str:
        """The path as one text."""
        return pointer_of(self.path)


def changes(before: Json, after: Json) -> tuple[Change, ...]:
    """Return what changed from one text to another, in the order of the texts.

    Args:
        before: of a text, read as plain YAML.
        after: of another.
    """
    return tuple(_compare((), before, after))


def apply(before: Json, made: Iterable[Change]) -> Json:
    """Return a text with changes made to it: the inverse of `changes`."""
    result = before
    for one in made:
        result = _with(result, one.path, one)
    return result


def _compare(path: Path, before: Json, after: Json) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_objects(path, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        old, new = _named(before), _named(after)
        if old is None or new is None:
            if not _is_same(before, after):
                yield Change(path, CHANGED, before, after)
            return
        yield from _compare_objects(path, old, new)
        if [*_kept(old, new)] != [*new]:
            yield Change(path, MOVED, [*_kept(old, new)], [*new])
    elif not _is_same(before, after):
        yield Change(path, CHANGED, before, after)


def _compare_objects(
    path: Path, before: Mapping[str, Json], after: Mapping[str, Json]
) -> Iterator[Change]:
    for name in (*before, *(new for new in after if new not in before)):
        at = (*path, name)
        if name not in after:
            yield Change(at, REMOVED, before=before[name])
        elif name not in before:
            yield Change(at, ADDED, after=after[name])
        else:
            yield from _compare(at, before[name], after[name])


def _kept(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    """Give the names of a list after its parts were added and taken out, in that order."""
    yield from (name for name in old if name in new)
    yield from (name for name in new if name not in old)


def _is_same(one: Json, other: Json) -> bool:
    """Return whether two values are the same; True is not 1."""
    return type(one) is type(other) and one == other


def _named(parts: Sequence[Json]) -> dict[str, Json] | None:
    """Return the parts of a list by name, or None where they have none of their own."""
    found: dict[str, Json] = {}
    for part in parts:
        name = _name(part)
        if not name or name in found:
            return None
        found[name] = part
    return found


def _name(part: Json) -> str:
    if not isinstance(part, dict):
        return ""
    for key in _NAMES:
        if isinstance(part.get(key), str):
            return str(part[key])
    if isinstance(part.get("act"), str):
        urgencies = part.get("urgencies")
        more = [str(one) for one in urgencies] if isinstance(urgencies, list) else []
        return " ".join([str(part["act"]), *more])
    return ""


def _with(value: Json, path: Path, change: Change) -> Json:
    if not path:
        return _reordered(value, change) if change.kind == MOVED else change.after
    if isinstance(value, list):
        named = _named(value)
        assert named is not None
        return [*cast("dict[str, Json]", _with_named(named, path, change)).values()]
    assert isinstance(value, dict)
    return _with_named(value, path, change)


def _with_named(value: dict[str, Json], path: Path, change: Change) -> Json:
    name, *rest = path
    result: dict[str, Any] = dict(value)
    if not rest and change.kind == REMOVED:
        del result[name]
    elif not rest and change.kind == ADDED:
        result[name] = change.after
    else:
        result[name] = _with(result[name], tuple(rest), change)
    return result


def _reordered(value: Json, change: Change) -> Json:
    assert isinstance(value, list)
    named = _named(value)
    assert named is not None
    assert isinstance(change.after, list)
    return [named[str(name)] for name in change.after]
