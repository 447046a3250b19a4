"""A value of many parts as plain fields: one for each leaf, so that nobody writes data by hand.

    {"name": "…", "identifiers": [{"kind": "ipv4", "value": "…"}]}
      ->  name, identifiers/0/kind, identifiers/0/value, and an empty identifiers/1/…

What is left empty is left out; a list of words is one field, a word a line.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.joint.guideline.model import Check
from comity.kernel.ijson import Json
from comity.surfaces.web.request import value_words

_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "authority": ("name", "phone", "email", "office_hours", "time_zone"),
    "identifier": ("kind", "value", "from", "to", "time_zone"),
}
_AUTHORITY: Final[dict[str, Json]] = dict.fromkeys(_TEXTS["authority"], "")
_IDENTIFIER: Final[dict[str, Json]] = {**dict.fromkeys(_TEXTS["identifier"], ""), "port": 0}
_MONEY: Final[dict[str, Json]] = {"amount": "", "currency": "", "at": ""}

SKELETONS: Final[Mapping[str, Json]] = MappingProxyType(
    {
        "authority": {**_AUTHORITY},
        "offence": {"provisions": [""], "maximum_penalty_years": 0},
        "person": [{"name": "", "description": ""}],
        "account": {"bank": "", "name": "", "iban": "", "account": "", "bic": ""},
        "reference": {"reference": ""},
        "recall": {"sent": False, "at": ""},
        "period": {"from": "", "to": ""},
        "amount": {"amount": "", "currency": ""},
        "transaction": {**_MONEY},
        "identifiers": {"kinds": [""], "identifiers": [{**_IDENTIFIER}]},
    }
)
"""The parts that a value of each kind of check may have, where none was given yet."""

type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field.

    Attributes:
        path: where its value stands.
        kind: `text`, `words` (a list of texts), `number` or `flag`.
        value: as it is now.
    """

    path: Path
    kind: str
    value: Any

    @property
    def name(self) -> str:
        """How it is called in a form."""
        return "/".join(str(part) for part in self.path)

    @property
    def label(self) -> str:
        """What stands above it."""
        return value_words.path(self.path)


def shape(check: Check | None, value: Json) -> Json:
    """Return a value with every part that its kind may have, and one more row of each list."""
    skeleton = SKELETONS.get(check.kind) if check else None
    return _joined(skeleton, value)


def _joined(skeleton: Json, value: Json) -> Json:
    if value is None:
        return "" if skeleton is None else skeleton
    if isinstance(skeleton, dict) and isinstance(value, dict):
        names = {**value, **skeleton}
        return {name: _joined(skeleton.get(name), value.get(name)) for name in names}
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        row = skeleton[0] if isinstance(skeleton, list) and skeleton else None
        more = [row] if isinstance(row, dict) else []
        return [*(_joined(row, one) for one in value), *more]
    return value


def leaves(value: Json, path: Path = ()) -> Iterator[Leaf]:
    """Give the fields of a value."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        yield Leaf(path, "words", "\n".join(str(one) for one in value))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*path, at))
    elif isinstance(value, bool):
        yield Leaf(path, "flag", value)
    elif isinstance(value, int):
        yield Leaf(path, "number", value or None)
    else:
        yield Leaf(path, "text", "" if value is None else str(value))


def gathered(found: Sequence[tuple[Leaf, Any]]) -> Json:
    """Return the value that filled-in fields make; None where all are empty."""
    if len(found) == 1 and not found[0][0].path:
        return _read(*found[0])
    whole: dict[str | int, Any] = {}
    for leaf, given in found:
        value = _read(leaf, given)
        if value in (None, "", []):
            continue
        at = whole
        for part in leaf.path[:-1]:
            at = at.setdefault(part, {})
        at[leaf.path[-1]] = value
    return _plain(whole)


def _read(leaf: Leaf, given: Any) -> Json:  # noqa: ANN401 -- what a field gives
    if leaf.kind == "words" and isinstance(given, list):
        return [*given]
    if leaf.kind == "words":
        return [line.strip() for line in str(given or "").splitlines() if line.strip()]
    if leaf.kind == "flag":
        return True if given else None
    read: Json = given.strip() if isinstance(given, str) else given
    return read


def _plain(value: Any) -> Json:  # noqa: ANN401 -- what was put together
    if not isinstance(value, dict):
        found_leaf: Json = value
        return found_leaf
    if not value:
        return None
    if all(isinstance(name, int) for name in value):
        rows = [_plain(one) for _, one in sorted(value.items())]
        return [one for one in rows if one is not None]
    found = {str(name): _plain(one) for name, one in value.items()}
    return {name: one for name, one in found.items() if one is not None}
