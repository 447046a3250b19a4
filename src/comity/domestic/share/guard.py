# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is held back before it is given to other States, and by which rule.

An officer may let a rule go, by its code; what refers to an object that is held back is held back
too, since references disclose addresses.

Floor: domestic (pure).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts import marks
from comity.acts.marks import Mark
from comity.domestic.share.lists import Listing
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json

OWN_NETWORK: Final = "own-network"
PERSONAL: Final = "personal-data"
WARNING: Final = "warning-list"
WIDER: Final = "wider-than-received"
TAKEN_BACK: Final = "taken-back"
DUPLICATE: Final = "duplicate"
REFERS: Final = "refers"

RULES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        OWN_NETWORK: {
            "en": "it is in a network of this State or of a consumer",
            "zh": "位于本国或者用户的网络",
        },
        PERSONAL: {"en": "it tells of a person", "zh": "涉及个人信息"},
        WARNING: {"en": "it is on a warning list", "zh": "列入警示名单"},
        WIDER: {"en": "it was received under a narrower mark", "zh": "接收时的标记更严格"},
        TAKEN_BACK: {
            "en": "it was retracted, or a dispute about it is open",
            "zh": "已被撤回，或者异议尚未解决",
        },
        DUPLICATE: {"en": "it was given before and still counts", "zh": "此前已提供且仍然有效"},
        REFERS: {"en": "it refers to what is held back", "zh": "引用了暂不提供的对象"},
    }
)
"""Why something is held back, in the words of a person."""

LETTABLE: Final = (OWN_NETWORK, PERSONAL, WARNING, TAKEN_BACK, DUPLICATE)
"""Rules that an officer may let go; a mark of others binds, and so does what it refers to."""

_PERSONS: Final = frozenset({"email-addr", "email-message", "user-account"})
_OF_PATTERNS: Final = tuple(f"{one}:" for one in sorted(_PERSONS))


@dataclass(frozen=True, slots=True)
class Held:
    """Why one object is held back.

    Attributes:
        rule: a key of `RULES`.
        detail: the name of a list, a mark, or "".
    """

    rule: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What this State knows, by which it holds objects back.

    Attributes:
        own: its networks, and those of consumers.
        warnings: warning lists.
        received: by key of an object, the mark under which another State gave it.
        bound: keys of what may not go to the States that would read it.
        taken_back: keys of what was retracted or is disputed.
        given: versions of what this State gave to the same States, and still counts.
    """

    own: Listing
    warnings: Sequence[Listing] = ()
    received: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    bound: frozenset[str] = frozenset()
    taken_back: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Going:
    """One object that is to be given.

    Attributes:
        value: of STIX.
        mark: under which it goes.
        values: addresses, names and hashes that it tells, each with its kind.
        refers: ids of what it refers to.
        version: its id with its version.
    """

    value: Mapping[str, Json]
    mark: Mark
    values: tuple[tuple[str, str], ...]
    refers: frozenset[str]
    version: str

    @property
    def keys(self) -> frozenset[str]:
        """By which it is known again, though under another id: see `keys`."""
        return keys(str(self.value.get("id")), self.values)


def keys(id_: str, values: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return by which an object is known again: its id, and each of its values."""
    return frozenset((id_, *(f"{kind} {value}" for kind, value in values)))


def require_rules(lets: Iterable[str]) -> frozenset[str]:
    """Return the rules that an officer lets go.

    Raises:
        Fault: `share.rule.unknown`.
    """
    found = frozenset(lets)
    for one in sorted(found):
        if one not in LETTABLE:
            raise Fault(
                code="share.rule.unknown",
                what=f"{quoted(one)} is no rule that can be let go.",
                fix=f"Use: {', '.join(LETTABLE)}.",
            )
    return found


def held(going: Mapping[int, Going], facts: Facts, lets: Collection[str] = ()) -> dict[int, Held]:
    """Return what is held back, by its place, each with the first rule that holds it."""
    found = {
        at: why
        for at, one in going.items()
        if (why := next((each for each in _rules(one, facts) if each.rule not in lets), None))
    }
    ids = {str(going[at].value.get("id")) for at in found if found[at].rule != DUPLICATE}
    while new := {at for at, one in going.items() if at not in found and one.refers & ids}:
        found |= dict.fromkeys(new, Held(REFERS))
        ids = {str(going[at].value.get("id")) for at in new}
    return dict(sorted(found.items()))


def _rules(one: Going, facts: Facts) -> Iterator[Held]:
    known = one.keys
    received = marks.narrowest_of(facts.received[key] for key in known & facts.received.keys())
    if received and (known & facts.bound or marks.is_wider(one.mark, marks.parse(received))):
        yield Held(WIDER, received)
    if any(facts.own.has(*value) for value in one.values):
        yield Held(OWN_NETWORK)
    if _tells_of_person(one.value):
        yield Held(PERSONAL)
    for each in facts.warnings:
        if any(each.has(*value) for value in one.values):
            yield Held(WARNING, each.name)
    if known & facts.taken_back:
        yield Held(TAKEN_BACK)
    if one.version in facts.given:
        yield Held(DUPLICATE)


def _tells_of_person(value: Mapping[str, Json]) -> bool:
    if value.get("type") in _PERSONS:
        return True
    if value.get("type") == "identity":
        return value.get("identity_class") == "individual"
    pattern = str(value.get("pattern", "")) if value.get("type") == "indicator" else ""
    return any(one in pattern for one in _OF_PATTERNS)
