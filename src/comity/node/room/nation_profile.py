"""The nation profile of a node: checked, adopted, in force; every version stands.

    record kind       key        value
    nation-profile    000001     {"by","at_ms","number","sha256","text"}
    nation-in-force   profile    1

Nothing of this crosses.

Floor: node.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, cast

from comity.domestic.nation import agreement, document
from comity.domestic.nation.agreement import Vocabulary
from comity.domestic.nation.model import Nation
from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit
from comity.node.base import profile as profiles
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import Profile
from comity.node.base.rooms import Rooms
from comity.node.base.rows import Officer
from comity.node.room import local_log, officers

_KIND: Final = "nation-profile"
_IN_FORCE: Final = "nation-in-force"
_KEY: Final = "profile"

_DAMAGED: Final = Fault(
    code="nation.profile.damaged",
    what="A nation profile cannot be read as it was adopted; while it is the one in force, no "
    "request is executed and nothing leaves.",
    fix="Let counsel adopt it anew with `comity nation adopt`, from the file it was made of.",
)


def vocabulary(rooms: Rooms) -> Vocabulary:
    """Return the joint codes that a profile may name."""
    laws = [room.law for room in rooms.values() if room.law is not None]
    return Vocabulary(
        grounds=tuple(dict.fromkeys(code for law in laws for code in law.grounds)),
        conditions=tuple(dict.fromkeys(code for law in laws for code in law.conditions)),
    )


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version of the profile that this State adopted.

    Attributes:
        number: 1 for the first.
        by: the officer.
        at_ms: when.
        nation: as read.
    """

    number: int
    by: str
    at_ms: int
    nation: Nation


def problems(
    rooms: Rooms, data: bytes, profile: Profile | None = None, party: str = ""
) -> tuple[Problem, ...]:
    """Return everything that is wrong with a text, by line.

    Args:
        rooms: of this node.
        data: plain YAML.
        profile: what the State's card says; None: that is not compared.
        party: the State whose node this is.

    Raises:
        Fault: `kernel.yaml.malformed`.
    """
    found = list(document.problems(data))
    if found:
        return tuple(found)
    nation = document.parse(data)
    found = list(agreement.codes(nation, vocabulary(rooms)))
    if profile is not None:
        known = {agency.id for agency in profile.agencies}
        found += agreement.card(nation, party, known)
    placed = map(plain_yaml.parse(data).placed, found)
    return tuple(sorted(placed, key=lambda problem: problem.line))


def problems_on_adoption(
    tx: Tx, node: Node, data: bytes, *, extend: bool = False
) -> tuple[tuple[Problem, ...], Profile]:
    """Return what stands against adopting a text, and what the next card would say then.

    Args:
        tx: a view of the store.
        node: ours.
        data: plain YAML.
        extend: the agencies that speak to other States are put on the next card.

    Raises:
        Fault: `kernel.yaml.malformed`, `node.profile.too-large`.
    """
    profile = profiles.load(tx)
    if extend and not document.problems(data):
        profile = profiles.require_valid(_extended(profile, document.parse(data)))
    return problems(node.rooms, data, profile, node.party), profile


def adopt(
    node: Node, officer: Officer, data: bytes, name: str = "nation profile", *, extend: bool = False
) -> Adopted | Inadmissible:
    """Adopt a profile: it is in force from now on, and the earlier ones stand.

    Args:
        node: ours.
        officer: who adopts, counsel.
        data: plain YAML.
        name: of the file.
        extend: put the agencies that speak to other States on the next card.

    Raises:
        Fault: `kernel.yaml.malformed`, `node.profile.too-large`.
        Unfit: `nation.profile.unfit`, with every problem and its line.
    """
    no = officers.lacks_role(officer, role.COUNSEL)
    if no is not None:
        return no
    with node.store.write() as tx:
        return put_in_force(tx, node, officer.name, data, name, extend=extend)


def put_in_force(  # noqa: PLR0913 -- a text with its name, and who is told of it
    tx: Tx, node: Node, by: str, data: bytes, name: str, *, extend: bool, agreed_by: str = ""
) -> Adopted:
    """Put a profile in force in a write that does more; see `adopt`.

    Args:
        tx: the write.
        node: ours.
        by: the officer who adopts, counsel.
        data: plain YAML.
        name: of the file.
        extend: put the agencies that speak to other States on the next card.
        agreed_by: the second person, or "" where nobody else need agree.

    Raises:
        Fault: as `adopt`.
        Unfit: likewise.
    """
    nation, profile = require_fit(tx, node, data, name, extend=extend)
    if (newest := same_as(tx, nation)) is not None:
        return newest
    number = tx.record(_IN_FORCE, _KEY)
    adopted = Adopted(number + 1 if isinstance(number, int) else 1, by, node.clock.now_ms(), nation)
    if extend:
        profiles.save(tx, profile)
    _save(tx, adopted, data)
    facts = {
        "officer": by,
        "number": str(adopted.number),
        "profile": nation.sha256,
        "version": nation.version,
    }
    if agreed_by:
        facts["agreed-by"] = agreed_by
    local_log.note(tx, node, "nation.profile-adopted", facts)
    return adopted


def require_fit(
    tx: Tx, node: Node, data: bytes, name: str, *, extend: bool
) -> tuple[Nation, Profile]:
    """Return a profile that can be put in force, and what the next card would say then.

    Raises:
        Fault: as `adopt`.
        Unfit: likewise.
    """
    found, profile = problems_on_adoption(tx, node, data, extend=extend)
    if found:
        raise Unfit("nation.profile.unfit", name, found)
    return _parse(data), profile


def same_as(tx: Tx, nation: Nation) -> Adopted | None:
    """Return the version in force if it is this one, byte for byte; else None."""
    newest = None if is_damaged(tx) else newest_adopted(tx)
    return newest if newest is not None and newest.nation.sha256 == nation.sha256 else None


def in_force(tx: Tx) -> Nation | None:
    """Return the profile that is in force, or None before one was adopted."""
    newest = newest_adopted(tx)
    return newest.nation if newest else None


def is_damaged(tx: Tx) -> bool:
    """Return whether a profile is in force that cannot be read: then nothing is let out."""
    try:
        newest_adopted(tx)
    except Fault:
        return True
    return False


def newest_adopted(tx: Tx) -> Adopted | None:
    """Return the version that is in force, with who adopted it and when.

    Raises:
        Fault: `nation.profile.damaged`, where it is not held as it was adopted.
    """
    number = tx.record(_IN_FORCE, _KEY)
    if number is None:
        return None
    found = _load(tx.record(_KIND, _key(number))) if isinstance(number, int) else None
    if found is None:
        raise _DAMAGED
    return found


def versions(tx: Tx) -> list[Adopted]:
    """Return every version that was ever adopted, the oldest first."""
    return [one for value in tx.records(_KIND).values() if (one := _load(value))]


def text(tx: Tx, number: int) -> bytes | None:
    """Return a version as its authors wrote it, byte for byte."""
    value = tx.record(_KIND, _key(number))
    return cast("dict[str, Any]", value)["text"].encode() if value else None


def is_agency(tx: Tx, agency: str) -> bool:
    """Return whether the profile in force has an agency of that id."""
    nation = in_force(tx)
    return nation is not None and agency in nation.agencies


def _extended(profile: Profile, nation: Nation) -> Profile:
    known = {agency.id for agency in profile.agencies}
    missing = agreement.missing_on_card(nation, known)
    added = tuple(Agency(one, nation.agencies[one].label) for one in missing)
    return replace(profile, agencies=(*profile.agencies, *added))


def _save(tx: Tx, adopted: Adopted, data: bytes) -> None:
    tx.save_record(
        _KIND,
        _key(adopted.number),
        {
            "by": adopted.by,
            "at_ms": adopted.at_ms,
            "number": adopted.number,
            "sha256": adopted.nation.sha256,
            "text": data.decode(),
        },
    )
    tx.save_record(_IN_FORCE, _KEY, adopted.number)


def _load(value: object) -> Adopted | None:
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    try:
        nation = _parse(fields["text"].encode())
    except Fault as error:
        raise _DAMAGED from error
    if nation.sha256 != fields["sha256"]:
        raise _DAMAGED
    return Adopted(fields["number"], fields["by"], fields["at_ms"], nation)


@lru_cache(maxsize=16)
def _parse(data: bytes) -> Nation:
    return document.parse(data)


def _key(number: int) -> str:
    return f"{number:06d}"
