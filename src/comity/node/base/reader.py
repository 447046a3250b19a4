"""Who reads: an officer as the store's queries see them, and how matters are filed for readers.

    Reader      an officer: their agency, their name, whether they are at the contact point
    Filed       one matter as lists filter and order it, with those whom its acts route it to
    Grant       a matter that was shared with an agency or an officer
    Wanted      which matters a list is asked for
    Group       how many matters are alike in all that lists filter by
    About       the matter that a small record is about, and the agency that wrote it
    Worded      the words of one act, for search

A matter is filed under keys, and a reader has keys; they read what has one of theirs.

    police      an agency of this State        ""         the contact point
    police/cyber  an office of an agency       "*"        every officer
    @amina      one officer                    "*counsel" every officer with a role
    <channel>>police    any of these, of an exercise: who works in it has keys of it alone
                                               "*review"  who reviews, and who lets it leave

Floor: node.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from comity.acts.record import Matter

CONTACT: Final = ""
"""The key of what is addressed to no agency that this State has."""

EVERYONE: Final = "*"
"""The key of joint texts: they bind every officer."""

REVIEWERS: Final = "*review"
"""The key of snapshots of a review: for the secretariat, auditors, and who lets them leave."""

type Place = tuple[int, int, str, str]
"""Where a line stands in a list: rank, minus its time, id, channel."""


def officer_key(name: str) -> str:
    """Return the key of one officer; no agency's id has an `@`."""
    return f"@{name}"


def office_key(agency: str, office: str) -> str:
    """Return the key of one office of an agency; no agency's id has a `/`."""
    return f"{agency}/{office}"


def role_key(role: str) -> str:
    """Return the key of every officer with a role; no agency's id has a `*`."""
    return f"*{role}"


_OF: Final = ">"
"""Between the channel of an exercise and a key in it; no path and no id has one."""


def within(compartment: str, key: str) -> str:
    """Return a key of a compartment: of the channel of an exercise, or of real work, ""."""
    return f"{compartment}{_OF}{key}" if compartment else key


def bare(key: str) -> str:
    """Return a key without its compartment."""
    return key.rpartition(_OF)[2]


def is_agency(key: str) -> bool:
    """Return whether a key is that of an agency of this State."""
    key = bare(key)
    return key != CONTACT and not key.startswith(("@", "*")) and "/" not in key


@dataclass(frozen=True, slots=True)
class Reader:
    """An officer who reads.

    Made by `comity.node.room.need_to_know` and nowhere else: there is the policy.

    Attributes:
        name: of the officer.
        keys: under which they find what they may read; none for who reads no content.
    """

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A matter as it is listed and found; dropped and made anew with its folded state.

    Attributes:
        matter: kind and id.
        channel: where it lives.
        readers: keys that its acts route it to.
        rank: the lesser comes first in lists.
        at_ms: of its row; within a rank the newer comes first.
        status: of its row; of a request with this State among the addressees, of its track.
        urgency: of its row.
        asker: of its row.
        type: what is asked for, or "".
        holders: parties that hold the ball.
        references: file numbers of both sides, as `folded_reference` writes them.
        parties: who asked, and who is asked.
    """

    matter: Matter
    channel: str
    readers: tuple[str, ...]
    rank: int
    at_ms: int
    status: str
    urgency: str = ""
    asker: str = ""
    type: str = ""
    holders: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Kind of matter."""
        return self.matter.kind

    @property
    def place(self) -> Place:
        """Where it stands in a list."""
        return (self.rank, -self.at_ms, self.matter.id, self.channel)


def folded_reference(text: str) -> str:
    """Return a file number as it is compared: without case, its blanks as one."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Grant:
    """That a matter is shared with a key; outlives a rebuild.

    Attributes:
        matter: kind and id.
        channel: where it lives.
        reader: an agency, or an officer's key.
        since_ms: when it was shared.
        ended_ms: when that ended, or None.
    """

    matter: Matter
    channel: str
    reader: str
    since_ms: int
    ended_ms: int | None = None


class Alike(Protocol):
    """What lists filter by."""

    @property
    def kind(self) -> str:
        """Kind of matter."""
        ...

    @property
    def status(self) -> str:
        """Of the table."""
        ...

    @property
    def urgency(self) -> str:
        """A code, or ""."""
        ...

    @property
    def asker(self) -> str:
        """Party that asked."""
        ...

    @property
    def type(self) -> str:
        """Of request, or ""."""
        ...

    @property
    def holders(self) -> tuple[str, ...]:
        """Parties that hold the ball."""
        ...

    @property
    def parties(self) -> tuple[str, ...]:
        """Who asked, and who is asked."""
        ...

    @property
    def readers(self) -> tuple[str, ...]:
        """Keys under which it is read."""
        ...


@dataclass(frozen=True, slots=True)
class Group:
    """Matters that are alike in all that lists filter by, and how many there are.

    Attributes:
        kind: of matter.
        status: as `Filed`, like all that follows.
        urgency: a code, or "".
        asker: party that asked.
        type: of request, or "".
        holders: parties that hold the ball.
        parties: who asked, and who is asked.
        readers: keys under which they are read, by acts and by grants, sorted.
        count: how many.
    """

    kind: str
    status: str
    urgency: str
    asker: str
    type: str
    holders: tuple[str, ...]
    parties: tuple[str, ...]
    readers: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters.

    Attributes:
        statuses: of the table; none for every one.
        urgency: or "".
        asker: party that asked, or "".
        holder: party that holds the ball, or "".
        type: of request, or "".
        kind: of matter.
        not_asker: party that did not ask, or "".
        asked: party that is asked, and did not ask itself, or "".
        party: that asked or is asked, or "".
        agency: of this State that reads it, or "".
        is_unopened: only those that no officer of this node has looked at.  Lists tell it;
            `is_met` and what is counted by groups do not know it.
    """

    statuses: frozenset[str] = frozenset()
    urgency: str = ""
    asker: str = ""
    holder: str = ""
    type: str = ""
    kind: str = "request"
    not_asker: str = ""
    asked: str = ""
    party: str = ""
    agency: str = ""
    is_unopened: bool = False

    def is_met(self, filed: Alike, keys: Collection[str] | None = None) -> bool:
        """Return whether a matter is wanted.

        Args:
            filed: a matter, or many that are alike.
            keys: under which it is read, where grants are not among `filed.readers`.
        """
        pairs = (
            (self.kind, filed.kind),
            (self.urgency, filed.urgency),
            (self.asker, filed.asker),
            (self.type, filed.type),
        )
        among = (
            (self.holder, filed.holders),
            (self.party, filed.parties),
            (self.asked, filed.parties),
            (self.agency, filed.readers if keys is None else keys),
        )
        return (
            (not self.statuses or filed.status in self.statuses)
            and filed.asker not in {one for one in (self.not_asker, self.asked) if one}
            and all(wanted in ("", found) for wanted, found in pairs)
            and all(not wanted or wanted in found for wanted, found in among)
        )


@dataclass(frozen=True, slots=True)
class About:
    """What a small record is about: who reads the matter reads it, and so does the agency.

    Attributes:
        channel: of the matter, which may not stand in any log yet.
        matter: kind and id.
        agency: that wrote the record.
    """

    channel: str
    matter: Matter
    agency: str


@dataclass(frozen=True, slots=True)
class Worded:
    """The words that one act has said, for search.

    Attributes:
        origin: its log.
        index: in that log.
        channel: of its matter.
        matter: kind and id.
        words: each once, of letters, digits and `·` alone, small; see
            `comity.node.room.search_terms`.
    """

    origin: str
    index: int
    channel: str
    matter: Matter
    words: frozenset[str]
