"""A nation profile as data, for every surface.

Floor: node.
"""

from collections.abc import Iterator

from comity.domestic.nation.model import Nation
from comity.kernel.ijson import Json
from comity.kernel.legal_text import UNVERIFIED, Sources, Words
from comity.node.room.nation_profile import Adopted


def nation_json(nation: Nation) -> Json:
    """Return a profile for machines."""
    return {
        "id": nation.id,
        "sha256": nation.sha256,
        "version": nation.version,
        "title": _words(nation.title),
        "agencies": [
            {
                "id": one.id,
                "label": _words(one.label),
                "capacities": [*one.capacities],
                "languages": [*one.languages],
                "zone": one.zone,
                "always": one.hours is None,
                "speaks": one.speaks,
            }
            for one in nation.agencies.values()
        ],
        "competence": [
            {"id": one.id, "agency": one.agency, "also": [part.agency for part in one.also]}
            for one in nation.competence
        ],
        "points": [
            {"id": one.id, "decides": one.decides, "question": _words(one.question)}
            for one in nation.law.points
        ],
        "grounds": [{"id": one.id, "ground": one.ground} for one in nation.law.grounds],
        "to_be_verified": sum(is_open(one) for one in every_source(nation)),
    }


def adopted_json(adopted: Adopted) -> Json:
    """Return a version with who adopted it and when."""
    return {
        "number": adopted.number,
        "by": adopted.by,
        "at_ms": adopted.at_ms,
        "sha256": adopted.nation.sha256,
        "id": adopted.nation.id,
        "version": adopted.nation.version,
    }


def _words(words: Words) -> Json:
    return dict(words)


def is_open(sources: Sources) -> bool:
    """Return whether one of these sources is still to be verified."""
    return any(one.standing == UNVERIFIED for one in sources)


def every_source(nation: Nation) -> Iterator[Sources]:
    """Give the sources of each part of a profile."""
    law = nation.law
    yield from (one.sources for one in nation.agencies.values())
    yield from (one.sources for one in nation.competence)
    for parts in (law.bases, law.instruments, law.grounds, law.conditions, law.points):
        yield from (one.sources for one in parts)
