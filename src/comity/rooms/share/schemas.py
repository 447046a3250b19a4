"""The schemas of STIX 2.1 that this program ships, compiled once.

Floor: rooms.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from comity.joint.share.bundle import Object
from comity.joint.share.stix import Checker
from comity.kernel import ijson


@cache
def checker() -> Checker:
    """Return what checks objects."""
    folder = resources.files("comity") / "catalogue" / "stix"
    return Checker(dict(_schemas(folder)))


def _schemas(folder: Traversable) -> Iterator[tuple[str, Object]]:
    for part in folder.iterdir():
        for one in part.iterdir() if part.is_dir() else ():
            value = ijson.parse(one.read_bytes())
            assert isinstance(value, dict)
            yield f"{part.name}/{one.name}", value
