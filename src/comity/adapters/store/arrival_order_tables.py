# ruff: noqa: D106, DJ008 -- a Meta says nothing more, and nobody prints a row
"""The tables of what this node came to know, in that order (see `arrival_order` and `models`).

Floor: adapters.
"""

from django.db import models

from comity.adapters.store.fields import PlaceField, WordField


class Heard(models.Model):
    """`node.base.arrival_order.Heard`: only ever added to; outlives a refold, and the act."""

    number = PlaceField(primary_key=True)
    what = WordField()
    place = PlaceField()
    channel = WordField()
    kind = WordField()
    matter_id = WordField()
    act_id = WordField()
    party = WordField()
    tag = WordField()
    reader = WordField()
    under = WordField()
    chain = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=("place", "number"), name="heard_by_place"),)


class Reached(models.Model):
    """A key under which a matter is read, as `Filed` has it; outlives a refold."""

    pk = models.CompositePrimaryKey("id", "kind", "channel", "reader")
    id = WordField()
    kind = WordField()
    channel = WordField()
    reader = WordField()
