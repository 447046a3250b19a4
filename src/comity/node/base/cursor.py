"""Where a list goes on, as a text that means nothing to whoever carries it.

A cursor means one place of one order, so that a list that grows meanwhile is read without a
gap and without a line twice.  A place that is not the reader's, where a look ended that passed
over what they may not read, is sealed under a key of this node:

    record kind   key       value
    cursor-key    cursor    32 bytes in hex

Floor: node.
"""

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Place
from comity.seal import symmetric

CURSOR_CHARS_MAX: Final = 512


def of_place(place: Place | None) -> str:
    """Return a place in a list as a cursor, or "" at the end."""
    return "" if place is None else _render([*place])


def of_number(number: int | None) -> str:
    """Return a number of a search as a cursor, or "" at the end."""
    return "" if number is None else _render(number)


def place_of(cursor: str) -> Place | None:
    """Return the place that a cursor means, or None for the beginning.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    match _parse(cursor):
        case None:
            return None
        case [int(rank), int(late), str(name), str(channel)] if {type(rank), type(late)} == {int}:
            return (rank, late, name, channel)
        case _:
            raise malformed(cursor)


def number_of(cursor: str) -> int | None:
    """Return the number that a cursor of a search means, or None for the beginning.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    match _parse(cursor):
        case None:
            return None
        case int(number) if 0 <= number < 1 << 42:
            return number
        case _:
            raise malformed(cursor)


def of_key(key: str) -> str:
    """Return a key of a list that is kept as records as a cursor, or "" at the end."""
    return _render(key) if key else ""


def key_of(cursor: str, prefix: str = "") -> str:
    """Return the key that a cursor of such a list means, or "" for the beginning.

    Args:
        cursor: as it was given.
        prefix: with which the keys of the list begin; a rank and an instant follow.

    Raises:
        Fault: `node.cursor.malformed`, for a cursor of another list too.
    """
    match _parse(cursor):
        case None:
            return ""
        case str(key) if key.startswith(prefix) and _RANKED.match(key, len(prefix)):
            return key
        case _:
            raise malformed(cursor)


_RANKED: Final = re.compile(r"[0-9]\|[0-9]{15}\|")


def page_of[T](
    lines: Iterable[T], place: Callable[[T], tuple[int | str, ...]], cursor: str, count: int
) -> tuple[list[T], str]:
    """Return the page of a short list at a cursor, and the cursor of the next one or "".

    Args:
        lines: all of them; places are of one shape, and no two lines have one place.
        place: by which the list is ordered.
        cursor: of the page, or "" for the first.
        count: of lines in a page.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    after: Any = _parse(cursor)
    if not isinstance(after, list | None):
        raise malformed(cursor)
    try:
        left = [one for one in lines if after is None or [*place(one)] > after]
    except TypeError as error:
        raise malformed(cursor) from error
    found = sorted(left, key=place)[:count]
    return found, _render([*place(found[-1])]) if len(left) > count else ""


def sealed(node: Node, place: str) -> str:
    """Return a place of something hidden as a cursor that only this node can read.

    One key seals them all: each payload has a key of its own, derived by its random nonce.
    """
    with node.store.read() as tx:
        key = _key(tx)
    if key is None:  # a page of a list waits for no writer, but for the first one of all
        with node.store.write() as tx:
            key = _key(tx) or node.entropy(symmetric.KEY_BYTES)
            tx.save_record(KEY, _KEY, key.hex())
    data = symmetric.seal_blob(place.encode(), key, node.entropy)
    return _SEALED + base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def opened(tx: Tx, cursor: str) -> str:
    """Return the place that a cursor means; one that is not sealed says it itself.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    if not cursor.startswith(_SEALED):
        return cursor
    return opened_sealed(tx, cursor)


def opened_sealed(tx: Tx, cursor: str) -> str:
    """Return the place that a cursor means which this node has sealed.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    if not cursor.startswith(_SEALED):
        raise malformed(cursor)
    text, key = cursor.removeprefix(_SEALED), _key(tx)
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return symmetric.open_blob(data, key or bytes(symmetric.KEY_BYTES)).decode()
    except (ValueError, Fault) as error:
        raise malformed(cursor) from error


def _key(tx: Tx) -> bytes | None:
    value = tx.record(KEY, _KEY)
    return bytes.fromhex(value) if isinstance(value, str) else None


KEY: Final = "cursor-key"
_KEY: Final = "cursor"
_NUL: Final = b"\\u0000"
"""As JSON spells the character that no text of PostgreSQL has."""
_SEALED: Final = "~"
"""Before a cursor that is sealed; no place begins so."""


def _render(value: Json) -> str:
    return base64.urlsafe_b64encode(ijson.render(value)).decode("ascii").rstrip("=")


def _parse(cursor: str) -> Json:
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
        value = ijson.parse(data)
    except (ValueError, Fault) as error:
        raise malformed(cursor) from error
    if value is None or isinstance(value, bool) or _NUL in data:
        raise malformed(cursor)
    return value


def malformed(cursor: str) -> Fault:
    """Return the fault of a cursor that is none of a list."""
    return Fault(
        code="node.cursor.malformed",
        what=f"{quoted(cursor)} is no cursor of this list.",
        fix="Begin again without `after`; use the `next` of an answer and nothing else.",
    )
