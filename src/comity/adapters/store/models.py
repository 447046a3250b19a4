# ruff: noqa: D106, DJ008 -- a Meta says nothing more, and nobody prints a row
"""The tables of a node.

Rows are written and read by the modules beside this one, with the same SQL on SQLite and
PostgreSQL; the models say the shape once, for migrations and for Django's own accounts.

A log has a number (`Origin`), and a place says log and index in one integer, so that the
rows of a log stand together and need no second index:

    place = number << 40 | index            an entry, an act, a receipt
    place = (number << 4 | level) << 40 | index      a node; level 0 are the leaf hashes

JSON is kept as bytes: neither database may respell it.  No foreign keys: origins and
matters are only ever added, and a check per row would cost more than the row.

Floor: adapters.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Self, override

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from comity.adapters.store.arrival_order_tables import Heard, Reached  # noqa: F401 -- Django looks here
from comity.adapters.store.fields import PlaceField, WordField
from comity.domestic.officer import role
from comity.node.base.rows import OVER, Officer

_DJANGOS: Final = frozenset({"password", "last_login"})
"""Columns of an officer's row that Django writes."""


class User(AbstractBaseUser, PermissionsMixin):
    """An officer of this State who works on this node (`node.base.rows.Officer`)."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=63, unique=True)
    email = models.EmailField(blank=True, default="")
    token_sha256 = models.BinaryField(max_length=32)
    agency = models.CharField(max_length=63)
    office = models.CharField(max_length=63, blank=True, default="")
    since_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True, blank=True)
    roles = WordField(default=" ".join(role.DEFAULT))

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @override
    def __str__(self) -> str:
        return self.name

    @property
    @override
    def is_active(self) -> bool:  # type: ignore[override] # Django has a constant here
        """Whether they may sign in: they have not left."""
        return self.ended_ms is None

    @override
    def save(self, *, update_fields: Iterable[str] | None = None, **given: Any) -> None:
        """Write what is Django's own; the rest of the row is the store's, and may have changed."""
        ours = _DJANGOS if update_fields is None else _DJANGOS.intersection(update_fields)
        super().save(update_fields=ours, **given)

    def officer(self) -> Officer:
        """Return the row as use cases take it."""
        return Officer(
            self.name,
            bytes(self.token_sha256),
            self.agency,
            self.office,
            self.since_ms,
            self.ended_ms,
            tuple(self.roles.split()),
        )


class Origin(models.Model):
    """The number of a log, given once and never taken back."""

    number = PlaceField(primary_key=True)
    name = WordField(unique=True)


class Log(models.Model):
    """`node.base.rows.Log`."""

    origin = WordField(primary_key=True)
    channel = WordField()
    party = WordField()
    generation = models.BigIntegerField()
    own = models.BooleanField()
    size = models.BigIntegerField()
    frontier = models.BinaryField()
    signed = models.BigIntegerField()
    understood = models.BigIntegerField()
    state = WordField()

    class Meta:
        """The logs of a channel are found without those of others."""

        indexes = (models.Index(fields=["channel"], name="log_of_channel"),)


class Entry(models.Model):
    """The bytes of an entry as sealed."""

    place = PlaceField(primary_key=True)
    sealed = models.BinaryField()


class Node(models.Model):
    """The hash of a complete subtree of 256^level entries."""

    place = PlaceField(primary_key=True)
    hash = models.BinaryField()


class Head(models.Model):
    """`node.base.rows.Head`; the first of a size and the newest."""

    pk = models.CompositePrimaryKey("log", "size", "newest")
    log = PlaceField()
    size = models.BigIntegerField()
    newest = models.SmallIntegerField()
    root = models.BinaryField()
    note = models.BinaryField()
    time_s = models.BigIntegerField()


class Cosignature(models.Model):
    """`node.base.rows.Cosignature`; the first of a size and party and the newest."""

    pk = models.CompositePrimaryKey("log", "party", "size", "newest")
    log = PlaceField()
    party = WordField()
    size = models.BigIntegerField()
    newest = models.SmallIntegerField()
    head_sha256 = models.BinaryField()
    lines = models.BinaryField()
    time_s = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("head_sha256", "log", "party"), name="cosignature_by_head"),
        )


class Act(models.Model):
    """`node.base.rows.UnderstoodAct`; the act and what it has seen are JSON."""

    place = PlaceField(primary_key=True)
    act_id = WordField()
    channel = WordField()
    kind = WordField()
    matter_id = WordField()
    party = WordField()
    generation = models.BigIntegerField()
    depth = models.BigIntegerField()
    foreign_why = WordField()
    seen = models.BinaryField()
    act = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=("act_id",), name="act_by_id"),
            models.Index(
                fields=("matter_id", "kind", "channel", "foreign_why", "place"),
                name="act_of_matter",
            ),
        )


class Receipt(models.Model):
    """`node.base.rows.UnderstoodReceipt`; the receipt and what was seen after it are JSON.

    `of_key` is the start of the SHA-256 of the origin that it names: a peer may name anything.
    `reach` is the greatest size that counted receipts of that log have named so far, so that
    the first one that covers a size is found without reading the others.
    """

    place = PlaceField(primary_key=True)
    log = PlaceField()
    of_key = models.BinaryField()
    reach = models.BigIntegerField()
    size = models.BigIntegerField()
    party = WordField()
    effective_ms = models.BigIntegerField()
    foreign_why = WordField()
    seen_after = models.BinaryField()
    receipt = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(
                fields=("log", "of_key", "reach", "place"),
                name="receipt_by_reach",
                condition=Q(foreign_why=""),
            ),
            models.Index(fields=("place",), name="receipt_counted", condition=Q(foreign_why="")),
        )


class Matter(models.Model):
    """`node.base.rows.MatterRow`, without whether it was opened."""

    pk = models.CompositePrimaryKey("id", "kind", "channel")
    id = WordField()
    kind = WordField()
    channel = WordField()
    status = WordField()
    holder = WordField()
    urgency = WordField()
    asker = WordField()
    touched = models.BinaryField()
    at_ms = models.BigIntegerField()
    state = models.BinaryField()
    digest = WordField()

    class Meta:
        indexes = (
            models.Index(
                fields=("kind", "id", "channel"),
                name="matter_over",
                condition=Q(status__in=OVER),
            ),
        )


class Opened(models.Model):
    """A matter that an officer of this node has looked at; outlives a refold."""

    pk = models.CompositePrimaryKey("id", "kind", "channel")
    id = WordField()
    kind = WordField()
    channel = WordField()


_IN_ORDER = (
    "reader", "kind", "rank", "late", "id", "channel",
    "status", "urgency", "asker", "type", "holders", "parties",
)  # fmt: skip


class Filed(models.Model):
    """`node.base.reader.Filed`, once for each key that may read it; how it got the key is in `via`.

    A page of a list is read from the one index that has all that lists ask for.
    """

    pk = models.CompositePrimaryKey("id", "kind", "channel", "reader")
    id = WordField()
    kind = WordField()
    channel = WordField()
    reader = WordField()
    via = models.SmallIntegerField()
    rank = models.SmallIntegerField()
    late = models.BigIntegerField()
    status = WordField()
    urgency = WordField()
    asker = WordField()
    type = WordField()
    holders = WordField()
    parties = WordField()

    class Meta:
        indexes = (models.Index(fields=_IN_ORDER, name="filed_in_order"),)


class Tally(models.Model):
    """How many matters that are alike are filed under a key, by all keys that they are filed under.

    What is alike in them is all that lists filter by; `alike` is the start of its SHA-256, since
    no index of PostgreSQL takes a row of more than 2,704 bytes, and keys may be very many.
    """

    pk = models.CompositePrimaryKey("reader", "kind", "alike")
    alike = models.BinaryField()
    reader = WordField()
    kind = WordField()
    channel = WordField()
    status = WordField()
    urgency = WordField()
    asker = WordField()
    type = WordField()
    holders = WordField()
    parties = WordField()
    under = WordField()
    count = models.BigIntegerField()


class Reference(models.Model):
    """A file number by which a matter is found."""

    pk = models.CompositePrimaryKey("id", "kind", "channel", "name")
    id = WordField()
    kind = WordField()
    channel = WordField()
    name = WordField()

    class Meta:
        indexes = (models.Index(fields=("kind", "name", "id"), name="reference_by_name"),)


class Granted(models.Model):
    """`node.base.reader.Grant`; outlives a refold."""

    pk = models.CompositePrimaryKey("id", "kind", "channel", "reader")
    id = WordField()
    kind = WordField()
    channel = WordField()
    reader = WordField()
    since_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)


class About(models.Model):
    """`node.base.reader.About` of a small record."""

    pk = models.CompositePrimaryKey("kind", "key")
    kind = WordField()
    key = WordField()
    channel = WordField()
    matter_kind = WordField()
    matter_id = WordField()
    agency = WordField()


class Numbered(models.Model):
    """The number of a matter in the index of words, given once; outlives a refold."""

    number = PlaceField(primary_key=True)
    id = WordField()
    kind = WordField()
    channel = WordField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("id", "kind", "channel"), name="numbered_once"),
        )


class Worded(models.Model):
    """Where the words of an act stand in the index, `store_words`.

    That table has the number of a document, `number of the matter << 20 | which of its acts`, and
    its words: on SQLite a virtual table, on PostgreSQL a column of lexemes (see `migrations`).
    """

    place = PlaceField(primary_key=True)
    doc = PlaceField(unique=True)


class NamedBody(models.Model):
    """`node.base.rows.NamedBody`."""

    pk = models.CompositePrimaryKey("place", "sha256")
    place = PlaceField()
    sha256 = models.BinaryField()
    body = PlaceField()
    size_bytes = models.BigIntegerField()
    needed = models.BooleanField()
    document = models.BooleanField()
    held = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(fields=("body",), name="named_by_body"),
            models.Index(fields=("place",), name="named_missing", condition=Q(held=False)),
        )


class Body(models.Model):
    """A blob or document that is named or held, and its bytes if they are at most 64 KiB.

    Larger ones are files, some of them rows too.  Hashes fall anywhere: they are sorted here
    alone, and elsewhere a body goes by its number, so that a new one stands at the end.
    """

    number = PlaceField(primary_key=True)
    sha256 = models.BinaryField(unique=True)
    content = models.BinaryField(null=True)


class Record(models.Model):
    """A small record of any other kind, as JSON."""

    pk = models.CompositePrimaryKey("kind", "key")
    kind = WordField()
    key = WordField()
    value = models.BinaryField()


class Cached(models.Model):
    """What Django's cache keeps here: counts of tries to sign in, what came of many lines."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
