"""Sharing a matter with another agency or officer of this State, and ending that.

Whoever reads a matter may share it: they could say it by word of mouth, and this way it is noted.
A condition under which something was given can forbid it.

Floor: node.
"""

from dataclasses import dataclass

from comity.acts import ways
from comity.acts.record import Matter
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import bare
from comity.node.base.rooms import kinds_with
from comity.node.base.rows import Officer
from comity.node.room import conditions, need_to_know, officers
from comity.node.room import nation_profile as nations
from comity.node.room.matter_lookup import PREFIX_CHARS_MIN, find_of
from comity.node.room.release import draft_store


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a matter.

    Attributes:
        matter_id: of the matter.
        keys: agencies, officers as `@name`, "" for the contact point; sorted.
        is_changed: whether what was asked for changed something.
    """

    matter_id: str
    keys: tuple[str, ...]
    is_changed: bool = False


def readers(node: Node, officer: Officer, matter_id: str) -> Readers:
    """Return who reads a matter, or a draft that stands in no log yet.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        return _readers(tx, _meant(node, tx, officer, matter_id))


def share(node: Node, officer: Officer, matter_id: str, to: str) -> Readers | Inadmissible:
    """Let an agency, or an officer as `@name`, read a matter or draft from now on.

    Args:
        node: ours.
        officer: who shares what they read.
        matter_id: of the matter, one of its acts, or a draft; its beginning will do.
        to: an agency of this State, or `@name`.

    Raises:
        Fault: those of `matter_lookup.find`, `node.agency.unknown`, `officer.name.unknown`.
    """
    with node.store.write() as tx:
        meant = _meant(node, tx, officer, matter_id)
        key = _key(tx, to)
        no = officers.may_not_say(tx, node.rooms, officer, meant.channel, meant.matter.kind)
        no = no or _forbidden(node, tx, meant, key)
        if no is not None:
            return no
        return _readers(tx, meant, is_changed=need_to_know.share(tx, node, *meant.place, key))


def unshare(node: Node, officer: Officer, matter_id: str, to: str) -> Readers:
    """End what `share` began; whoever its acts route it to reads it all the same.

    Raises:
        Fault: those of `share`.
    """
    with node.store.write() as tx:
        meant = _meant(node, tx, officer, matter_id)
        officers.require_say(tx, node.rooms, officer, meant.channel, meant.matter.kind)
        is_changed = need_to_know.unshare(tx, node, *meant.place, _key(tx, to))
        return _readers(tx, meant, is_changed=is_changed)


@dataclass(frozen=True, slots=True)
class _Meant:
    """A matter, and the agency that drafts about it, or ""."""

    channel: str
    matter: Matter
    agency: str = ""

    @property
    def place(self) -> tuple[str, Matter]:
        """Where it is read."""
        return self.channel, self.matter


def _meant(node: Node, tx: Tx, officer: Officer, text: str) -> _Meant:
    """Return what an officer means: a matter, or a draft that nobody but this State has."""
    reader = need_to_know.reader(tx, officer)
    wanted = text.strip().lower()
    drafted = [one for one in draft_store.read_by(tx, reader) if one.act.id.startswith(wanted)]
    if len(drafted) == 1 and len(wanted) >= PREFIX_CHARS_MIN:
        act = drafted[0].act
        return _Meant(drafted[0].channel, act.matter, act.speaker.agency)
    row = find_of(tx, reader, kinds_with(node.rooms, lambda room: not room.is_text), text)
    return _Meant(row.channel, row.matter)


def _readers(tx: Tx, meant: _Meant, *, is_changed: bool = False) -> Readers:
    grants = tx.grants(*meant.place)
    keys = {
        *map(bare, tx.filed_for(*meant.place)),
        *(bare(one.reader) for one in grants if one.ended_ms is None),
        *filter(None, [meant.agency]),
    }
    return Readers(meant.matter.id, tuple(sorted(keys)), is_changed)


def _key(tx: Tx, to: str) -> str:
    """Return the key of an agency of the card or of the profile, or of an officer."""
    return to if nations.is_agency(tx, to) else need_to_know.require_key(tx, to)


def _forbidden(node: Node, tx: Tx, meant: _Meant, key: str) -> Inadmissible | None:
    """Return which condition forbids that another reads it, or None; who reads it is no other."""
    who = tx.officer(key[1:]) if key.startswith("@") else None
    if {key, who.agency if who else key} & {*_readers(tx, meant).keys}:
        return None
    return conditions.may(node, tx, *meant.place, ways.SHARE, f"letting {key} read it")
