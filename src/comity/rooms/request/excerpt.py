"""Where the words that were searched for stand: a few words around the first place in a request.

Floor: rooms.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import blob_role
from comity.acts.record import Blob
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import act_blobs, search_terms
from comity.node.room.act_blobs import HELD
from comity.rooms.request.request_list import Line

AROUND_CHARS: Final = 60
ACTS_MAX: Final = 12
"""Of one request, that are read for its excerpt."""

_ROLES: Final = frozenset({blob_role.ELEMENTS, blob_role.TEXTS})


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some words of a request.

    Attributes:
        parts: `(text, whether it was searched for)`, in order.
        language: of the text as its author says, or "".
    """

    parts: tuple[tuple[str, bool], ...]
    language: str = ""


def excerpts(node: Node, found: Sequence[Line], asked: Sequence[str]) -> Mapping[str, Excerpt]:
    """Return `{id of a request: an excerpt}` of those lines in which a place is found.

    Args:
        node: ours.
        found: lines of a page that was searched for, so that the officer reads them.
        asked: terms as `search_terms.asked` gives them.
    """
    pattern = _pattern(asked)
    made: dict[str, Excerpt] = {}
    if pattern is None:
        return made
    with node.store.read() as tx:
        for line in found:
            one = next(_of(node, tx, line, pattern), None)
            if one is not None:
                made[line.row.matter.id] = one
    return made


def _pattern(asked: Sequence[str]) -> "re.Pattern[str] | None":
    words = [_word(one) for one in sorted(asked, key=len, reverse=True) if one.rstrip("*")]
    return re.compile("|".join(words), re.IGNORECASE) if words else None


def _word(term: str) -> str:
    """Return what finds a term in a text: Chinese anywhere, other words whole."""
    is_beginning, text = term.endswith("*"), term.rstrip("*")
    spelled = r"[\W_]+".join(re.escape(part) for part in text.split(search_terms.JOINT))
    if search_terms.is_east(text):
        return spelled
    return rf"(?<![^\W_]){spelled}" + (r"[^\W_]*" if is_beginning else r"(?![^\W_])")


def _of(node: Node, tx: Tx, line: Line, pattern: "re.Pattern[str]") -> Iterator[Excerpt]:
    for said in _said(tx, line):
        for body in act_blobs.open_blobs(node, tx, said):
            if body.state != HELD or not body.is_whole:
                continue
            try:
                value = ijson.parse(body.data)
            except Fault:
                continue  # a peer may write anything
            for text, language in _texts(value, ""):
                one = _cut(unicodedata.normalize("NFKC", text), pattern, language)
                if one is not None:
                    yield one


def _said(tx: Tx, line: Line) -> Iterator[list[Blob]]:
    """Give what the first acts of a request say in words; each is read when it is asked for."""
    channel, matter = line.row.channel, line.row.matter
    places = sorted((one.origin, one.index) for one in tx.depths_of(channel, matter))
    for origin, index in places[:ACTS_MAX]:
        for act in tx.acts(origin, index, index + 1):
            yield [blob for blob in act.act.blobs if blob.role in _ROLES]


def _texts(value: Json, language: str) -> Iterator[tuple[str, str]]:
    """Give every text with the language that stands beside it."""
    if isinstance(value, str):
        yield value, language
    elif isinstance(value, dict):
        own = value.get("lang")
        for one in value.values():
            yield from _texts(one, own if isinstance(own, str) else language)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, language)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value), ""


def _cut(text: str, pattern: "re.Pattern[str]", language: str) -> Excerpt | None:
    """Return the words around the first hit, with every hit among them marked."""
    first = pattern.search(text)
    if first is None:
        return None
    start, end = max(0, first.start() - AROUND_CHARS), first.end() + AROUND_CHARS
    parts: list[tuple[str, bool]] = []
    at = start
    for low, high in _joined(pattern, text, start, end):
        parts += [(text[at:low], False), (text[low:high], True)]
        at = high
    parts.append((text[at:end], False))
    before, after = "…" * (start > 0), "…" * (end < len(text))
    whole = [(before, False), *parts, (after, False)]
    return Excerpt(tuple(part for part in whole if part[0]), language)


def _joined(
    pattern: "re.Pattern[str]", text: str, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """Give the places of hits, those of Chinese that overlap or touch as one."""
    held: tuple[int, int] | None = None
    at = start
    while (hit := pattern.search(text, at, end)) is not None:
        at = hit.start() + 1
        if held is not None and hit.start() <= held[1]:
            held = (held[0], max(held[1], hit.end()))
            continue
        if held is not None:
            yield held
        held = hit.span()
    if held is not None:
        yield held
