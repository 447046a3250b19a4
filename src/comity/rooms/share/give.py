"""Giving: what may leave of a file or a source becomes the bundle of a share.

    record kind   key                value
    share-key     <officer>|<key>    SHA-256 of what was to be given by a command with that key

Floor: rooms.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from comity.acts.verb import WHERE, Given
from comity.joint.share import acts, bundle
from comity.joint.share.verbs import TABLE
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, say
from comity.node.room.act_blobs import Plain
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import Result
from comity.rooms.share import files, inbox, sources
from comity.rooms.share.offer import Offer
from comity.rooms.share.weigh import Weighed, weigh

KEY: Final = "share-key"


def give(node: Node, officer: Officer, spoken: say.Spoken, offer: Offer) -> Result:
    """Give what may leave; the rest is held back.

    Args:
        node: ours.
        officer: who gives.
        spoken: the giving or adding, without its objects.
        offer: what is given; its mark, category and origin follow from `spoken`.

    Raises:
        Fault: those of `weigh`, of `files.bodies` and of `say`; `share.bundle.held-back`;
            `share.source.unknown`.
        Unfit: those of `weigh` and of `say`.
    """
    told = spoken.given
    if spoken.verb.opens:
        offer = replace(
            offer,
            mark=str(told.get(acts.MARK, "")),
            category=str(told.get(acts.CATEGORY, "")),
            origin=str(told.get(acts.ORIGIN, "")),
            channel=str(told.get(WHERE.name, "")),
        )
    else:
        offer = replace(offer, share=spoken.matter_id)
    before = _said_before(node, officer, spoken, offer)
    if before is not None:
        return before
    weighed = weigh(node, officer, offer)
    beside = files.bodies(offer.samples, offer.reports, str(weighed.mark))
    if not weighed.objects and offer.read.objects and not beside:
        raise Fault(
            code="share.bundle.held-back",
            what="Every object is held back: " + _rules(weighed) + ".",
            fix="Look at it with `comity share check`; let a rule go where that is right.",
        )
    given: Given = {**told, acts.OBJECTS: len(weighed.objects)}
    if offer.samples:
        given = {**given, acts.SAMPLES: len(offer.samples)}
    if weighed.objects:
        body = Plain(acts.ROLE_BUNDLE, bundle.MEDIA_TYPE, str(weighed.mark), weighed.data)
        beside = (body, *beside)
    words = replace(spoken.words, beside=(*spoken.words.beside, *beside))
    if offer.source:
        words = replace(words, also=_taking(node, officer, offer, weighed))
    whole = TABLE.row(spoken.verb.name)
    return say.said(TABLE, node, officer, say.Spoken(whole, spoken.matter_id, given, words))


def _taking(node: Node, officer: Officer, offer: Offer, weighed: Weighed) -> Callable[[Tx], None]:
    """Return what notes that the objects of a source that leave are given.

    Raises:
        Fault: `share.source.unknown`.
    """
    leave = [one for at, one in enumerate(offer.read.objects, 1) if at not in weighed.held]
    with node.store.read() as tx:
        source_id = sources.open_one(tx, officer, offer.source).id
    return lambda tx: inbox.note_taken(tx, source_id, leave)


def _said_before(node: Node, officer: Officer, spoken: say.Spoken, offer: Offer) -> Result | None:
    """Return what a command with the same key has done: what it gave would now be a duplicate."""
    key = spoken.words.key
    if not key:
        return None
    told = hashlib.sha256(bundle.render(offer.read.objects))
    for name, data in (*offer.samples, *offer.reports):
        told.update(f"{name} {act_blobs.hashed(data)[0]}\n".encode())
    texts: list[Json] = [*spoken.words.written.texts]
    codes: Json = [spoken.verb.tag, spoken.matter_id, cast("Json", dict(spoken.given)), texts]
    told.update(ijson.render([codes, [*sorted(offer.lets)]]))
    with node.store.write() as tx:
        found = tx.record(KEY, f"{officer.name}|{key}")
        if found is None:
            tx.save_record(KEY, f"{officer.name}|{key}", told.hexdigest())
            return None
        if found != told.hexdigest():
            return idempotency.reused(key)
        return idempotency.of_key(tx, node, officer, key)


def _rules(weighed: Weighed) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in weighed.by_rule.items())
